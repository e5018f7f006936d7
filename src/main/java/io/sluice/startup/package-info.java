/**
 * What must be right before anything runs: the settings, their names and ranges, the beans that a stop could no longer make,
 * and the one way in which a failed start ends. A feature reads configuration only in its own {@code …Settings}, through {@link
 * io.sluice.startup.Configuration}. Nothing about a feature lives here.
 */
@MayUse
@NullMarked
package io.sluice.startup;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
