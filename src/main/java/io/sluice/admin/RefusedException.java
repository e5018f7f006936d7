package io.sluice.admin;

import io.sluice.problems.ProblemCode;
import jakarta.ws.rs.WebApplicationException;

/** A request that is refused before any feature sees it. Its message is shown to the caller. */
public final class RefusedException extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;

    public RefusedException(ProblemCode code, String message) {
        super(message, code.status());
        this.code = code;
    }

    public ProblemCode code() {
        return code;
    }
}
