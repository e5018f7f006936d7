package io.sluice;

/** The named thing does not exist, or not for this caller; the two are never told apart. Code {@code NOT_FOUND}. */
public final class NotFoundException extends SluiceException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 100;

    /**
     * @param kind the field's word for the thing, such as {@code project}
     * @param id what the caller asked for
     */
    public NotFoundException(String kind, String id) {
        super(Kind.NOT_FOUND, "NOT_FOUND", "There is no " + kind + " '" + shown(id) + "'.");
    }

    /** What a caller sends as an id may be anything, and of any length. */
    private static String shown(String id) {
        String printable = id.replaceAll("[^\\p{Print}]", "?");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
    }
}
