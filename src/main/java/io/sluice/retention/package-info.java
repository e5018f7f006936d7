/**
 * How long things are kept: the vocabulary by which each feature has its own old rows removed. Knows no feature; the job
 * that removes is in the package below.
 */
@MayUse
@NullMarked
package io.sluice.retention;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
