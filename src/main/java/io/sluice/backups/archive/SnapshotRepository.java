package io.sluice.backups.archive;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.Session;

/** Reads one moment of the database. */
@ApplicationScoped
class SnapshotRepository {
    private static final int ROWS_AT_ONCE = 500;

    /** What an archive holds of a project beside its own data: no key, no token, no secret, no address. */
    private static final Map<String, String> RECORDS = new LinkedHashMap<>();

    static {
        RECORDS.put(
                Manifest.PROJECT,
                "select cast(to_jsonb(r) - 'owner_email' as text) from projects r where r.id = :project");
        RECORDS.put(Manifest.QUOTAS, of("project_quotas", "r.metric, r.unit"));
        RECORDS.put("records/usage.jsonl", of("usage_counters", "r.unit, r.period_start, r.metric"));
        RECORDS.put("records/latest_values.jsonl", of("usage_latest", "r.metric"));
        RECORDS.put("records/suspensions.jsonl", of("suspensions", "r.id"));
        RECORDS.put("records/warnings.jsonl", of("warnings", "r.id"));
        RECORDS.put("records/audit.jsonl", of("audit_entries", "r.id"));
    }

    private static final String TABLES = """
            select c.relname as name, pg_table_size(c.oid) as bytes
            from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = :schema and c.relkind = 'r'
            order by c.relname collate "C"
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** A table and what it takes on disk. */
    record Table(String name, long bytes) {}

    /** Makes the open transaction see one moment, and change nothing. Must come before every other statement. */
    void begin() {
        execute("set transaction isolation level repeatable read, read only");
        execute("set local time zone 'UTC'");
        execute("set local idle_in_transaction_session_timeout = 0");
        execute("set local lock_timeout = '60s'");
        // Policies of the tenant's on its tables would run functions of its own; pg_dump refuses them as well.
        execute("set local row_security = off");
    }

    /** The name under which another session can see the same moment, while this transaction is open. */
    String export() {
        return (String)
                entityManager.createNativeQuery("select pg_export_snapshot()").getSingleResult();
    }

    String databaseVersion() {
        return (String) entityManager
                .createNativeQuery("select current_setting('server_version')")
                .getSingleResult();
    }

    @SuppressWarnings("unchecked")
    List<Table> tables(String schema) {
        List<Tuple> rows = entityManager
                .createNativeQuery(TABLES, Tuple.class)
                .setParameter("schema", schema)
                .getResultList();
        return rows.stream()
                .map(row -> new Table(row.get("name", String.class), ((Number) row.get("bytes")).longValue()))
                .toList();
    }

    long rows(String schema, String table) {
        String sql = "select count(*) from only " + quoted(schema) + "." + quoted(table);
        return ((Number) entityManager.createNativeQuery(sql).getSingleResult()).longValue();
    }

    /** The names of the files of records, in order. */
    List<String> files() {
        return List.copyOf(RECORDS.keySet());
    }

    /** Writes one file of records, a JSON object a line, and returns how many there were. */
    long write(String file, String projectId, OutputStream out) {
        long rows = 0;
        try (Stream<String> lines = entityManager
                .unwrap(Session.class)
                .createNativeQuery(RECORDS.get(file), String.class)
                .setParameter("project", projectId)
                .setFetchSize(ROWS_AT_ONCE)
                .getResultStream()) {
            for (Iterator<String> line = lines.iterator(); line.hasNext(); rows++) {
                out.write((line.next() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return rows;
    }

    private void execute(String sql) {
        entityManager.createNativeQuery(sql).executeUpdate();
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String of(String table, String order) {
        return "select cast(to_jsonb(r) as text) from " + table + " r where r.project_id = :project order by " + order;
    }
}
