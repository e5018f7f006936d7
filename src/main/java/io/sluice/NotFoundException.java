package io.sluice;

/** The named thing does not exist, or not for this caller; the two are never told apart. Code {@code NOT_FOUND}. */
public final class NotFoundException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * @param kind the field's word for the thing, such as {@code project}
     * @param id what the caller asked for
     */
    public NotFoundException(String kind, String id) {
        super(Kind.NOT_FOUND, "NOT_FOUND", "There is no " + kind + " '" + id + "'.");
    }
}
