/**
 * The threads that keep this node at work: claiming, heartbeat, rescue of dead nodes' jobs, deadlines, wake-ups, drain.
 * Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.worker;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
