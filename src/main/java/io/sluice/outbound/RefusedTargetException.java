package io.sluice.outbound;

/** A target that must not be called. The message completes the sentence "The URL …" and tells no address. */
final class RefusedTargetException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedTargetException(String message) {
        super(message);
    }
}
