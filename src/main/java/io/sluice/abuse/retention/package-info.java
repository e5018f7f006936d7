/** How long is kept what was found, and what it was found in. Private to {@code abuse}. */
@MayUse({"retention", "startup"})
@NullMarked
package io.sluice.abuse.retention;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
