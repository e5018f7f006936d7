package io.sluice.admin;

import io.sluice.problems.ProblemCode;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is refused before any feature sees it. Its message is shown to the caller. */
public final class RefusedException extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final boolean retryable;
    private final @Nullable Duration retryAfter;

    public RefusedException(ProblemCode code, String message) {
        this(code, message, code.retryable());
    }

    /** Refused for now. */
    public RefusedException(ProblemCode code, String message, Duration retryAfter) {
        this(code, message, true, retryAfter);
    }

    /**
     * @param retryable whether the very same request may succeed later, where that differs from the code's rule
     */
    public RefusedException(ProblemCode code, String message, boolean retryable) {
        this(code, message, retryable, null);
    }

    private RefusedException(ProblemCode code, String message, boolean retryable, @Nullable Duration retryAfter) {
        super(message, code.status());
        this.code = code;
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    public ProblemCode code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    /** When another try makes sense, in whole seconds; null: nobody knows. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
