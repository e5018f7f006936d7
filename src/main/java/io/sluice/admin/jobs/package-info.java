/** Calls about background work: jobs, their types, and figures about the queue. */
@MayUse
@NullMarked
package io.sluice.admin.jobs;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
