/** Calls about usage: what is measured, tracking it, and reading it back. */
@MayUse
@NullMarked
package io.sluice.admin.usage;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
