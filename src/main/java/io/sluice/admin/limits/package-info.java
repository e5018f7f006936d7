/** Calls about limits: plans, quotas, warnings, and what a check did. */
@MayUse
@NullMarked
package io.sluice.admin.limits;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
