/** Calls about abuse: rules, detections, signals, and who is left alone. */
@MayUse
@NullMarked
package io.sluice.admin.abuse;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
