/**
 * Looking for abuse: the hourly detection, the decision about one project, and what is noted for both while other
 * features do their work. Private to {@code abuse}.
 */
@MayUse
@NullMarked
package io.sluice.abuse.detection;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
