/** The threads that claim and run jobs: pool, heartbeat, rescue of dead nodes' jobs, drain. Private to {@code jobs}. */
@MayUse
@NullMarked
package io.sluice.jobs.worker;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
