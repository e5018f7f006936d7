package io.sluice.startup;

/** A setting is missing, unknown or out of range. The message is the one sentence that ends the process. */
public final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
