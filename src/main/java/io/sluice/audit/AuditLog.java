package io.sluice.audit;

import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes entries for the {@linkplain Actor#current actor of this thread}, and lists them. */
@ApplicationScoped
public class AuditLog {
    @Inject
    AuditRepository entries;

    /** Writes entries in the caller's transaction, which must exist: they stay or go with the change they describe. */
    @Transactional(TxType.MANDATORY)
    public void record(List<NewAuditEntry> done) {
        if (!done.isEmpty()) {
            entries.insert(Actor.current(), done);
        }
    }

    /** Writes one entry in the caller's transaction, which must exist. */
    @Transactional(TxType.MANDATORY)
    public void record(NewAuditEntry done) {
        record(List.of(done));
    }

    /** Lists entries, newest first. */
    @Transactional
    public Page<AuditEntry> list(AuditQuery query, int limit, @Nullable String cursor) {
        return entries.list(query, limit, cursor);
    }
}
