/** Security headers and caching for the static pages. */
@MayUse
@NullMarked
package io.sluice.console;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
