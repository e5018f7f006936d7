package io.sluice.secrets.resealing;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.JobContext;
import io.sluice.secrets.BrokenSealException;
import io.sluice.secrets.MasterKey;
import io.sluice.secrets.SealedColumn;
import io.sluice.secrets.SealedValues;
import io.sluice.secrets.UnknownMasterKeyException;
import io.sluice.secrets.resealing.SealedRepository.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Everything that features keep under seal, and the transactions in which it moves to the current master key. */
@ApplicationScoped
class Reseals {
    private static final int MOST = 500;

    @Inject
    @Any
    Instance<SealedValues> beans;

    @Inject
    SealedRepository repository;

    @Inject
    MasterKey masterKey;

    @Inject
    AuditLog audit;

    /**
     * What came of some rows.
     *
     * @param unreadable sealed under a key that this node does not have, or damaged; they stay as they are
     * @param after where the next rows begin
     */
    record Batch(int resealed, int unreadable, String after, boolean last) {}

    /** By name of the table. */
    List<SealedColumn> columns() {
        return beans.stream()
                .map(SealedValues::column)
                .sorted(Comparator.comparing(SealedColumn::table))
                .toList();
    }

    /** Fenced: a run that lost its job seals no more. */
    @Transactional(TxType.REQUIRES_NEW)
    public Batch some(SealedColumn column, String after, JobContext context) {
        context.requireOwnership();
        String current = masterKey.currentKeyId();
        List<Row> rows = repository.underAnotherKey(column, current, after, MOST);
        int resealed = 0;
        int unreadable = 0;
        for (Row row : rows) {
            try {
                byte[] clear = masterKey.open(column.purpose(), row.context(), row.sealed());
                boolean replaced =
                        repository.replace(column, row, masterKey.seal(column.purpose(), row.context(), clear));
                resealed += replaced ? 1 : 0;
            } catch (UnknownMasterKeyException | BrokenSealException unread) {
                unreadable++;
            }
        }
        if (resealed > 0) {
            audit.record(new NewAuditEntry(
                    "secrets.resealed",
                    "table",
                    column.table(),
                    null,
                    null,
                    Map.of("values", resealed, "master_key_id", current)));
        }
        return new Batch(
                resealed,
                unreadable,
                rows.isEmpty() ? after : rows.get(rows.size() - 1).id(),
                rows.size() < MOST);
    }
}
