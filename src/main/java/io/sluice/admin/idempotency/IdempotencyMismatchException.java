package io.sluice.admin.idempotency;

import io.sluice.SluiceException;

/** The key belongs to another request of the same caller. */
public final class IdempotencyMismatchException extends SluiceException {
    private static final long serialVersionUID = 1L;

    public IdempotencyMismatchException() {
        super(
                Kind.MISMATCH,
                "IDEMPOTENCY_MISMATCH",
                "This Idempotency-Key was used for another request within 24 hours; use a new key for a new request.");
    }
}
