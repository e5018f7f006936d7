/**
 * How deliveries come about and are made: events become deliveries in their own transaction; a job makes each try, signs
 * it, judges the answer, and writes what follows together with its own end. Private to {@code webhooks}.
 */
@MayUse
@NullMarked
package io.sluice.webhooks.delivery;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
