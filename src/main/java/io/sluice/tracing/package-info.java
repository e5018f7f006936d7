/**
 * The way to the server's OpenTelemetry: whether traces are kept, and the W3C form in which a span is remembered. Nothing
 * here starts a span; features do, and only while tracing is on.
 */
@MayUse({"logging", "startup"})
@NullMarked
package io.sluice.tracing;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
