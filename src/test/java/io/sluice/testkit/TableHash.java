package io.sluice.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says whether anything in a database changed: one hash for the contents of each table. */
public final class TableHash {
    /** What moves by itself: heartbeats, the use of tokens, and the clock of the tests. */
    private static final Set<String> MOVING =
            Set.of("nodes", "job_nodes", "sluice_test_clock", "flyway_schema_history");

    private TableHash() {}

    /** The hash of every table's rows, whatever their order. */
    public static Map<String, String> of(TestDatabase database) {
        Map<String, String> hashes = new TreeMap<>();
        for (String table : tables(database)) {
            hashes.put(table, hash(database, table, "true"));
        }
        return hashes;
    }

    /** The same of the rows that mention one of these ids, which is all that a test on a shared server can hold still. */
    public static Map<String, String> of(TestDatabase database, String... ids) {
        String mentions = Arrays.stream(ids).map(id -> "'%" + id + "%'").collect(Collectors.joining(", "));
        Map<String, String> hashes = new TreeMap<>();
        for (String table : tables(database)) {
            hashes.put(table, hash(database, table, "to_jsonb(t)::text like any (array[" + mentions + "])"));
        }
        return hashes;
    }

    private static List<String> tables(TestDatabase database) {
        return database.query("""
                        select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
                        """).stream()
                .map(row -> String.valueOf(row.get("name")))
                .filter(name -> !MOVING.contains(name))
                .toList();
    }

    private static String hash(TestDatabase database, String table, String condition) {
        return database.value(
                "select count(*) || ':' || coalesce(sum(hashtextextended((to_jsonb(t) - 'last_used_at')::text,"
                        + " 0)::numeric), 0) from \"" + table + "\" t where " + condition);
    }
}
