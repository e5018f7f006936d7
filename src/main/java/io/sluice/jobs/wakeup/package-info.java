/**
 * Signals that there may be work, within this node: from the commit that enqueued it, or the slot that became free, to the
 * threads that claim and that tell other nodes. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.wakeup;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
