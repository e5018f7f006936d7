package io.sluice.problems;

import java.util.Optional;

/**
 * Every code that a problem document may carry. The name is the stable code; clients decide by it, never by a text.
 * {@code src/docs/errors.md} explains each one and is held to this list by a test.
 */
public enum ProblemCode {
    VALIDATION_ERROR(
            400,
            "The request is not valid",
            false,
            "Mend what errors names, member by member, and send the request again."),
    AUTHENTICATION_REQUIRED(
            401,
            "A valid access token is required",
            false,
            "Send Authorization: Bearer with an access token that an operator made and nobody revoked."),
    TOKEN_EXPIRED(
            401, "The access token has expired", false, "The token was right once; ask an operator for a new one."),
    KEY_INVALID(
            401, "The key is not valid", false, "Send an API key of a project that is neither expired nor revoked."),
    PERMISSION_DENIED(
            403,
            "The access token's role does not allow this",
            false,
            "The call is for other roles; the description of the call names them."),
    PROJECT_SUSPENDED(
            403,
            "The project is suspended",
            false,
            "The project reached a hard cap or was suspended by an operator; resolve its suspension first."),
    PROJECT_ARCHIVED(
            403, "The project is archived", false, "The project only keeps its records; make it active again first."),
    PROJECT_DELETED(403, "The project is deleted", false, "The project is gone; use another one."),
    SERVICE_DISABLED(403, "The service is disabled", false, "The service is switched off for this project."),
    NOT_FOUND(
            404,
            "There is no such thing",
            false,
            "Check the path and its ids. What belongs to another tenant does not exist for you."),
    METHOD_NOT_ALLOWED(
            405, "The path does not offer this method", false, "Use one of the methods that the header Allow names."),
    NOT_ACCEPTABLE(406, "The answer has no such form", false, "Accept application/json."),
    CONFLICT(
            409,
            "The present state does not allow it",
            false,
            "Read the thing again and decide anew. With retryable true, the same request is still running: repeat it later."),
    PRECONDITION_FAILED(
            412,
            "The thing was changed in the meantime",
            false,
            "Read the thing again, decide anew, and send its new ETag in If-Match."),
    PAYLOAD_TOO_LARGE(
            413, "The request body is too large", false, "Send less at once: at most 1 MiB, for batches 8 MiB."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The request body has no such form",
            false,
            "Send JSON in UTF-8, not compressed, with Content-Type: application/json."),
    IDEMPOTENCY_MISMATCH(
            422,
            "The idempotency key belongs to another request",
            false,
            "Choose a new Idempotency-Key for every new request; keep it only for repetitions."),
    QUOTA_EXCEEDED(429, "The quota is used up", false, "Wait until the period turns, or have the limit raised."),
    RATE_LIMITED(429, "Too many requests", true, "Wait as long as Retry-After says."),
    INTERNAL_ERROR(
            500,
            "Sluice failed",
            true,
            "Repeat the request later; if it stays, tell the operator the request id, which the log names."),
    SERVICE_UNAVAILABLE(
            503,
            "Sluice cannot answer at present",
            true,
            "Something that Sluice needs is away, such as its database; repeat the request shortly.");

    private final int status;
    private final String title;
    private final boolean retryable;
    private final String advice;

    ProblemCode(int status, String title, boolean retryable, String advice) {
        this.status = status;
        this.title = title;
        this.retryable = retryable;
        this.advice = advice;
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

    /** What to do about it, in one or two sentences. */
    public String advice() {
        return advice;
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
