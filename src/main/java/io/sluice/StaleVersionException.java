package io.sluice;

/** The caller decided on a version of a thing that is no longer current; nothing was changed. */
public final class StaleVersionException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * @param kind the field's word for the thing, such as {@code quota}
     * @param id which one
     */
    public StaleVersionException(String kind, String id) {
        super(
                Kind.STALE,
                "PRECONDITION_FAILED",
                "The " + kind + " '" + id + "' was changed since you read it; read it again and decide anew.");
    }
}
