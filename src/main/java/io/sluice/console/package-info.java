/** The small static page that people see first, and the headers that keep browsers from doing more than they should. */
@MayUse
@NullMarked
package io.sluice.console;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
