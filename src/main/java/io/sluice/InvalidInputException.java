package io.sluice;

import java.util.List;

/** The input breaks a rule that no retry can mend; nothing was changed. Code {@code VALIDATION_ERROR}. */
public final class InvalidInputException extends SluiceException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    /** Refuses several members at once; {@code errors} must not be empty. */
    public InvalidInputException(List<FieldError> errors) {
        super(Kind.INVALID, "VALIDATION_ERROR", describe(errors), errors);
    }

    /** The same about a part of a larger input, whose place {@code prefix} says, such as {@code jobs[3].}. */
    public InvalidInputException within(String prefix) {
        return new InvalidInputException(errors().stream()
                .map(error -> new FieldError(prefix + error.field(), error.message()))
                .toList());
    }

    private static String describe(List<FieldError> errors) {
        FieldError first = errors.get(0);
        String text = first.field() + ": " + first.message();
        return errors.size() == 1 ? text : text + " (and " + (errors.size() - 1) + " more)";
    }
}
