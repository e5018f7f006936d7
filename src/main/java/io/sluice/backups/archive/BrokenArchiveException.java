package io.sluice.backups.archive;

/** An archive is not what it should be: nothing may be restored from it. */
public final class BrokenArchiveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenArchiveException(String what) {
        super("The archive " + what + ".");
    }
}
