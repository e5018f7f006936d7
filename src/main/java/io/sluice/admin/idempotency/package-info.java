/**
 * Repeated requests: a POST with an {@code Idempotency-Key} runs once, and every repetition gets its answer. What the
 * request writes and the answer that is kept commit in one transaction, so a crash leaves both or neither; what a request
 * does outside the database is not part of that.
 */
@MayUse
@NullMarked
package io.sluice.admin.idempotency;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
