/** Calls about background work: jobs, their types, figures about the queue, and schedules. */
@MayUse
@NullMarked
package io.sluice.admin.jobs;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
