/** How long warnings are kept that were given. Private to {@code quotas}. */
@MayUse({"retention", "startup"})
@NullMarked
package io.sluice.quotas.retention;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
