package io.sluice.problems;

import java.util.Optional;

/**
 * Every code that a problem document may carry. The name is the stable code; clients decide by it, never by a text.
 * {@code src/docs/errors.md} explains each one and is held to this list by a test.
 */
public enum ProblemCode {
    VALIDATION_ERROR(400, "The request is not valid", false),
    AUTHENTICATION_REQUIRED(401, "A valid access token is required", false),
    TOKEN_EXPIRED(401, "The access token has expired", false),
    KEY_INVALID(401, "The key is not valid", false),
    PERMISSION_DENIED(403, "The access token's role does not allow this", false),
    PROJECT_SUSPENDED(403, "The project is suspended", false),
    PROJECT_ARCHIVED(403, "The project is archived", false),
    PROJECT_DELETED(403, "The project is deleted", false),
    SERVICE_DISABLED(403, "The service is disabled", false),
    NOT_FOUND(404, "There is no such thing", false),
    METHOD_NOT_ALLOWED(405, "The path does not offer this method", false),
    NOT_ACCEPTABLE(406, "The answer has no such form", false),
    CONFLICT(409, "The present state does not allow it", false),
    PRECONDITION_FAILED(412, "The thing was changed in the meantime", false),
    PAYLOAD_TOO_LARGE(413, "The request body is too large", false),
    UNSUPPORTED_MEDIA_TYPE(415, "The request body has no such form", false),
    IDEMPOTENCY_MISMATCH(422, "The idempotency key belongs to another request", false),
    QUOTA_EXCEEDED(429, "The quota is used up", false),
    RATE_LIMITED(429, "Too many requests", true),
    INTERNAL_ERROR(500, "Sluice failed", true),
    SERVICE_UNAVAILABLE(503, "Sluice cannot answer at present", true);

    private final int status;
    private final String title;
    private final boolean retryable;

    ProblemCode(int status, String title, boolean retryable) {
        this.status = status;
        this.title = title;
        this.retryable = retryable;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** One short sentence that never changes with the occurrence. */
    public String title() {
        return title;
    }

    /** Whether the very same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** The constant for a code that a feature's exception carries. */
    public static Optional<ProblemCode> named(String code) {
        for (ProblemCode candidate : values()) {
            if (candidate.name().equals(code)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** What a status means that some part of the server answered without saying more. */
    public static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 401 -> AUTHENTICATION_REQUIRED;
            case 403 -> PERMISSION_DENIED;
            case 404, 410 -> NOT_FOUND;
            case 405, 501 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 409 -> CONFLICT;
            case 412 -> PRECONDITION_FAILED;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 422 -> IDEMPOTENCY_MISMATCH;
            case 429 -> RATE_LIMITED;
            case 503 -> SERVICE_UNAVAILABLE;
            default -> status >= 400 && status < 500 ? VALIDATION_ERROR : INTERNAL_ERROR;
        };
    }
}
