package io.sluice.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Says whether anything in a database changed: one hash for the contents of each table. */
public final class TableHash {
    /** What moves by itself: heartbeats, the use of tokens, and the clock of the tests. */
    private static final Set<String> MOVING =
            Set.of("nodes", "job_nodes", "sluice_test_clock", "flyway_schema_history");

    private TableHash() {}

    /** The hash of every table's rows, whatever their order. */
    public static Map<String, String> of(TestDatabase database) {
        Map<String, String> hashes = new TreeMap<>();
        List<Map<String, Object>> tables = database.query("""
                select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
                """);
        for (Map<String, Object> table : tables) {
            String name = String.valueOf(table.get("name"));
            if (!MOVING.contains(name)) {
                hashes.put(name, hash(database, name));
            }
        }
        return hashes;
    }

    private static String hash(TestDatabase database, String table) {
        return database.value(
                "select count(*) || ':' || coalesce(sum(hashtextextended((to_jsonb(t) - 'last_used_at')::text,"
                        + " 0)::numeric), 0) from \"" + table + "\" t");
    }
}
