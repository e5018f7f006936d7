/**
 * The links by which owners stop mails: how they are made and proved, and what they change. Private to {@code
 * notifications}.
 */
@MayUse
@NullMarked
package io.sluice.notifications.unsubscribing;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
