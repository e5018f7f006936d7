/**
 * What becomes of a key that is shown: the look-up, the verdict, the counting of uses, and reports of leaks. Private to
 * {@code keys}.
 */
@MayUse
@NullMarked
package io.sluice.keys.checks;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
