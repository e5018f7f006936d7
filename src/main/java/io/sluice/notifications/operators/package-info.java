/**
 * Looks for what operators should know and no event says: many dead letters, a database near its limits, time zones that
 * Java and PostgreSQL cut differently. Private to {@code
 * notifications}.
 */
@MayUse
@NullMarked
package io.sluice.notifications.operators;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
