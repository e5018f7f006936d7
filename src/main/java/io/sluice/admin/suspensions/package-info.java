/** Calls about suspensions of a project: list, suspend, resolve. */
@MayUse
@NullMarked
package io.sluice.admin.suspensions;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
