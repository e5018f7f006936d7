package io.sluice;

/** The present state of a thing does not allow what was asked; nothing was changed. Code {@code CONFLICT}. */
public final class ConflictException extends SluiceException {
    private static final long serialVersionUID = 1L;

    public ConflictException(String message) {
        super(Kind.CONFLICT, "CONFLICT", message);
    }
}
