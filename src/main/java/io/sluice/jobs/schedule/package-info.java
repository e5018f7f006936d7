/** Cron entries that enqueue jobs, once per slot for any number of nodes. Private to {@code jobs}. */
@MayUse
@NullMarked
package io.sluice.jobs.schedule;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
