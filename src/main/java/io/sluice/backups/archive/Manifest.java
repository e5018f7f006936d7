package io.sluice.backups.archive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an archive holds; its last file. All of it is of one moment, {@code createdAt}.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param tenantSchema the schema that was dumped; null: the project had none
 * @param sluiceVersion what made it
 * @param databaseVersion of the PostgreSQL that it was made from
 * @param files every file but the manifest itself, in order
 * @param tables of the tenant schema, by name
 */
public record Manifest(
        String format,
        int version,
        UUID backupId,
        String projectId,
        @Nullable String tenantSchema,
        Instant createdAt,
        String sluiceVersion,
        String databaseVersion,
        List<ArchivedFile> files,
        List<TableRows> tables) {
    public static final String FORMAT = "sluice-backup";
    public static final int VERSION = 1;

    /** The manifest's own name in the archive. */
    public static final String NAME = "manifest.json";

    /** The dump of the tenant schema: SQL as {@code pg_dump} writes it. */
    public static final String TENANT = "tenant/schema.sql";

    public static final String PROJECT = "records/project.jsonl";
    public static final String QUOTAS = "records/quotas.jsonl";

    public Manifest {
        files = List.copyOf(files);
        tables = List.copyOf(tables);
    }

    /** The entry of a file, if the archive has it. */
    public Optional<ArchivedFile> file(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst();
    }

    /** Rows of all tables together. */
    public long tableRows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }
}
