/**
 * Letters: how waiting notices become few messages, and the jobs that send them and keep account. Private to {@code
 * notifications}.
 */
@MayUse
@NullMarked
package io.sluice.notifications.letters;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
