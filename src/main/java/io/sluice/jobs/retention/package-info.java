/**
 * How long finished jobs are kept, by the state they finished in. What waits or runs is never touched. Private to
 * {@code jobs}.
 */
@MayUse("retention")
@NullMarked
package io.sluice.jobs.retention;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
