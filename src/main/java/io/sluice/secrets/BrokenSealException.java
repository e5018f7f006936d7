package io.sluice.secrets;

/** Sealed bytes were changed, or belong to another thing than the one they were opened for. */
public class BrokenSealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenSealException(Throwable cause) {
        super("A sealed secret was changed or belongs to something else.", cause);
    }
}
