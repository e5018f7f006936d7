/**
 * Jobs going in: what a job must fulfil, which keys keep it out, and the statements that insert it in the caller's
 * transaction. What becomes of it afterwards is in {@code jobs.queue}. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.enqueue;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
