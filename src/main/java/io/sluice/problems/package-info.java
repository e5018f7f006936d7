/**
 * The one form in which every refusal leaves Sluice: a problem document (RFC 9457) with a stable code and the request's
 * id, also for what the server itself refuses. What went wrong is decided elsewhere.
 */
@MayUse({"json", "logging"})
@NullMarked
package io.sluice.problems;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
