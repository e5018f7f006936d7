/**
 * The map of Sluice: one folder per feature, dependencies one way, declared by {@link io.sluice.MayUse} in each
 * package and held by the architecture test. This package holds that annotation and the root of our exceptions;
 * everything may use it and it uses nothing.
 */
@MayUse
@NullMarked
package io.sluice;

import org.jspecify.annotations.NullMarked;
