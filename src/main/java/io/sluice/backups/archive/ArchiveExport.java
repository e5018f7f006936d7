package io.sluice.backups.archive;

import io.sluice.ConflictException;
import io.sluice.database.BulkConnection;
import io.sluice.startup.Version;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Writes the archive of one moment: the tenant's data by {@code pg_dump}, and our records, as one transaction sees them. */
@ApplicationScoped
public class ArchiveExport {
    private static final int DUMPED = 75;

    @Inject
    SnapshotRepository snapshot;

    @Inject
    PgDump pgDump;

    @Inject
    BulkConnection bulk;

    /** What was written. */
    record Written(long bytes, String sha256, Manifest manifest) {}

    /**
     * Writes to {@code out}, in constant memory.
     *
     * @param percent told how far it is, 0 to 75
     * @throws ConflictException if the tenant's schema does not exist or holds no table
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Written write(Exports.Opened backup, OutputStream out, Stop stop, IntConsumer percent) throws Exception {
        snapshot.begin();
        return bulk.patiently(() -> {
            ArchiveWriter archive = new ArchiveWriter(out);
            List<TableRows> tables = new ArrayList<>();
            String schema = backup.tenantSchema();
            if (schema != null) {
                tables.addAll(dump(schema, archive, stop, percent));
            }
            for (String file : snapshot.files()) {
                archive.file(file, records -> snapshot.write(file, backup.projectId(), records));
            }
            Manifest manifest = new Manifest(
                    Manifest.FORMAT,
                    Manifest.VERSION,
                    backup.backupId(),
                    backup.projectId(),
                    schema,
                    backup.now(),
                    Version.current(),
                    snapshot.databaseVersion(),
                    archive.files(),
                    tables);
            ArchiveWriter.Written written = archive.finish(manifest);
            return new Written(written.bytes(), written.sha256(), manifest);
        });
    }

    private List<TableRows> dump(String schema, ArchiveWriter archive, Stop stop, IntConsumer percent)
            throws Exception {
        String moment = snapshot.export();
        List<SnapshotRepository.Table> found = snapshot.tables(schema);
        if (found.isEmpty()) {
            throw new ConflictException("The tenant schema '" + schema
                    + "' does not exist or holds no table: there is nothing to back up.");
        }
        List<TableRows> tables = found.stream()
                .map(table -> new TableRows(table.name(), snapshot.rows(schema, table.name())))
                .toList();
        long total = Math.max(
                1, found.stream().mapToLong(SnapshotRepository.Table::bytes).sum());
        long rows = tables.stream().mapToLong(TableRows::rows).sum();
        archive.file(Manifest.TENANT, dump -> {
            pgDump.dump(
                    schema,
                    moment,
                    dump,
                    stop,
                    bytes -> percent.accept((int) Math.min(DUMPED, bytes * DUMPED / total)));
            return rows;
        });
        return tables;
    }
}
