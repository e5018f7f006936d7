/**
 * The secret members of payloads: sealed before anything is stored, opened for the handler alone, masked wherever people
 * look. Private to {@code jobs}.
 */
@MayUse("secrets")
@NullMarked
package io.sluice.jobs.sealing;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
