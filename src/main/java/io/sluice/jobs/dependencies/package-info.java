/**
 * Jobs that wait for other jobs, and batches that are counted together. What happens when a needed job ends is done by
 * the database, in the transaction of that end, whatever statement ends it. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.dependencies;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
