/**
 * The one form in which every refusal leaves Sluice: a problem document (RFC 9457) with a stable code. Doors write it;
 * what went wrong is decided elsewhere.
 */
@MayUse("json")
@NullMarked
package io.sluice.problems;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
