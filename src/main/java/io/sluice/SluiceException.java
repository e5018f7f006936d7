package io.sluice;

import java.util.List;

/**
 * The root of every rule that a caller can break. A subclass stands beside its thrower, names the rule and carries the
 * ids. Its message is shown to the caller, so it says what is wrong and what to do, and nothing internal.
 */
public abstract class SluiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What sort of rule was broken; the HTTP door turns each kind into one status. */
    public enum Kind {
        /** The input can never be right: 400. */
        INVALID,
        /** The caller may not do this: 403. */
        FORBIDDEN,
        /** The thing does not exist for this caller: 404. */
        NOT_FOUND,
        /** The present state does not allow it: 409. */
        CONFLICT,
        /** The caller decided on a version that is no longer current: 412. */
        STALE,
        /** An idempotency key came back with another request: 422. */
        MISMATCH,
        /** Something that Sluice needs is away; the same request may work later: 503. */
        UNAVAILABLE
    }

    /**
     * One member of the input and what is wrong with it.
     *
     * @param field path of the member in the request, such as {@code events[3].quantity}
     * @param message what would be valid
     */
    public record FieldError(String field, String message) {}

    private final Kind kind;
    private final String code;

    @SuppressWarnings("serial") // records of strings in an immutable list
    private final List<FieldError> errors;

    protected SluiceException(Kind kind, String code, String message, List<FieldError> errors) {
        super(message);
        this.kind = kind;
        this.code = code;
        this.errors = List.copyOf(errors);
    }

    protected SluiceException(Kind kind, String code, String message) {
        this(kind, code, message, List.of());
    }

    public Kind kind() {
        return kind;
    }

    /** The stable upper-case code of the problem document. */
    public String code() {
        return code;
    }

    /** The members at fault; empty where the fault lies in no single member. */
    public List<FieldError> errors() {
        return errors;
    }
}
