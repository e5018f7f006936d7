/**
 * JSON in and out, in one place: how records become JSON and which JSON is refused. Used for request bodies, job
 * payloads, and the JSON columns alike.
 */
@MayUse
@NullMarked
package io.sluice.json;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
