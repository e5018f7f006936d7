package io.sluice.backups;

import io.sluice.SluiceException;

/** The store of the archives does not answer; the same request may work later. Code {@code SERVICE_UNAVAILABLE}. */
public final class BackupStoreException extends SluiceException {
    private static final long serialVersionUID = 1L;

    public BackupStoreException() {
        super(Kind.UNAVAILABLE, "SERVICE_UNAVAILABLE", "The store of the backups does not answer; try again later.");
    }
}
