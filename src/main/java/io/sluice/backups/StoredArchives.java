package io.sluice.backups;

import io.sluice.ConflictException;
import io.sluice.SluiceException;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;

/**
 * Archives handed out and removed at once. The store may be slow: no transaction is open, and so no connection and no
 * lock held, while it is asked. Who may see which project is the caller's to check.
 */
@ApplicationScoped
public class StoredArchives {
    private static final EventLog LOG = EventLog.of(StoredArchives.class);

    /** An archive that is about to be sent; the stream must be closed. */
    public record Content(Backup backup, InputStream stream) {}

    /** The store does not answer; the same request may work later. */
    public static final class StoreUnavailableException extends SluiceException {
        private static final long serialVersionUID = 1L;

        StoreUnavailableException() {
            super(
                    Kind.UNAVAILABLE,
                    "SERVICE_UNAVAILABLE",
                    "The store of the backups does not answer; try again later.");
        }
    }

    @Inject
    Backups backups;

    @Inject
    BackupStore store;

    /**
     * Opens an archive, and notes who had it.
     *
     * @throws ConflictException if the backup has no archive, or none any more
     * @throws StoreUnavailableException if the store does not hand it out
     */
    public Content content(UUID id) {
        Backup backup = backups.requireArchive(id);
        InputStream stream = open(backup);
        try {
            backups.downloaded(backup);
            return new Content(backup, stream);
        } catch (RuntimeException unnoted) {
            close(stream, unnoted);
            throw unnoted;
        }
    }

    /** Removes the archive of a deleted backup now; what the store refuses is removed by the next clean-up. */
    public void discard(UUID id) {
        for (String object : backups.objects(id)) {
            try {
                store.discard(object);
                backups.forget(object);
            } catch (IOException later) {
                LOG.warning("backup could not be removed from the store", "backup_id", id, "error", later);
            }
        }
    }

    private InputStream open(Backup backup) {
        try {
            return store.open(String.valueOf(backup.object()));
        } catch (IOException away) {
            LOG.error("backup could not be opened", away, "backup_id", backup.id());
            throw new StoreUnavailableException();
        }
    }

    private static void close(InputStream stream, RuntimeException reason) {
        try {
            stream.close();
        } catch (IOException broken) {
            reason.addSuppressed(broken);
        }
    }
}
