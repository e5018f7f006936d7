/**
 * The check of usage against limits: the job, the decision about a page of projects and its consequences, and the watch
 * for usage that crosses a limit between two hourly checks. Private to {@code quotas}.
 */
@MayUse("retention")
@NullMarked
package io.sluice.quotas.check;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
