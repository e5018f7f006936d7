package io.sluice.admin;

import io.sluice.problems.ProblemCode;
import jakarta.ws.rs.WebApplicationException;

/** A request that is refused before any feature sees it. Its message is shown to the caller. */
public final class RefusedException extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final boolean retryable;

    public RefusedException(ProblemCode code, String message) {
        this(code, message, code.retryable());
    }

    /**
     * @param retryable whether the very same request may succeed later, where that differs from the code's rule
     */
    public RefusedException(ProblemCode code, String message, boolean retryable) {
        super(message, code.status());
        this.code = code;
        this.retryable = retryable;
    }

    public ProblemCode code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }
}
