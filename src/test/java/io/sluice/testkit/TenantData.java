package io.sluice.testkit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Projects whose own data lies in a schema of the node's database, and the backups of them. */
public final class TenantData {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final Api operator;
    private final TestDatabase database;

    public TenantData(Api operator, TestDatabase database) {
        this.operator = operator;
        this.database = database;
    }

    /** Skips the test where there is no {@code pg_dump}; never in CI, which installs it. */
    public static void needsPgDump() {
        boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "pg_dump")));
        assumeTrue(found, "pg_dump is not installed: install the package postgresql-client to run this test");
    }

    /** Makes a project and returns its id. */
    public String project() {
        String id = Tenants.newId();
        String body = "{\"id\": \"%s\", \"name\": \"Test\", \"owner_email\": \"%s@example.org\"}".formatted(id, id);
        operator.post("/v1/projects", body).expect(201);
        return id;
    }

    /** A new name of a schema. */
    public static String newSchema() {
        return "tenant_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    }

    /** Says that the project's data lies in the schema, and makes it. */
    public void assign(String project, String schema) {
        operator.put("/v1/projects/" + project + "/tenant-schema", "{\"schema\": \"" + schema + "\"}")
                .expect(200);
        database.execute("create schema if not exists " + schema);
    }

    /** Tables, keys, a sequence, a view, functions of each kind, a rule and texts that are hard to read back. */
    public void fill(String schema) {
        for (String sql : List.of(
                "create table %1$s.customers (id bigserial primary key, name text not null, note text)",
                "create table %1$s.\"Odd: \"\"name\"\"\" (id int primary key, customer bigint references %1$s.customers)",
                "create table %1$s.log (at timestamptz default now(), what text)",
                "insert into %1$s.customers (name, note) select 'n' || i, E'tab\\t line\\n back\\\\slash \\\\. ; ''' || i"
                        + " from generate_series(1, 1000) i",
                "insert into %1$s.customers (name, note) values (E'\\\\.', null), ('$$;', E'\\\\N')",
                "insert into %1$s.\"Odd: \"\"name\"\"\" select i, i from generate_series(1, 50) i",
                "create index on %1$s.customers (name)",
                "create view %1$s.named as select id, name from %1$s.customers where name like 'n%%'",
                "create function %1$s.one() returns int language plpgsql as $f$ begin return 1; end; $f$",
                "create function %1$s.two() returns int language sql begin atomic select 1; select case when true then 2"
                        + " else 3 end; end",
                "create rule noted as on delete to %1$s.customers do also (insert into %1$s.log (what) values ('a');"
                        + " insert into %1$s.log (what) values ('b;'))",
                "comment on table %1$s.customers is 'it''s; theirs'")) {
            database.execute(sql.formatted(schema));
        }
    }

    /** Rows and sums of all tables: what must be equal after a round trip. */
    public List<Map<String, Object>> sums(String schema) {
        return database.query("""
                select 'customers' as t, count(*) as n, sum(id) as ids, md5(string_agg(c::text, '|' order by id)) as sum
                from %1$s.customers c
                union all
                select 'odd', count(*), sum(id), md5(string_agg(o::text, '|' order by id)) from %1$s."Odd: ""name\""" o
                union all
                select 'view', count(*), sum(id), md5(string_agg(v::text, '|' order by id)) from %1$s.named v
                union all
                select 'functions', %1$s.one(), %1$s.two(), null
                union all
                select 'sequence', last_value, 0, null from %1$s.customers_id_seq
                union all
                select 'objects', count(*), count(distinct relkind), md5(string_agg(relname::text || relkind::text, '|' order by relname))
                from pg_class where relnamespace = '%1$s'::regnamespace
                """.formatted(schema));
    }

    /** Asks for a backup, waits for its end and returns it. */
    public JsonNode backUp(String project) {
        return backUp(project, LONGEST);
    }

    /** The same with another limit of patience. */
    public JsonNode backUp(String project, Duration longest) {
        Answer asked =
                operator.post("/v1/projects/" + project + "/backups", null).expect(202);
        String job = asked.json().path("id").asText();
        awaitJob(job, "completed", longest);
        return backupOf(job, project);
    }

    /** The backup that a job made. */
    public JsonNode backupOf(String job, String project) {
        for (JsonNode each : operator.get("/v1/projects/" + project + "/backups?limit=200")
                .expect(200)
                .json()
                .path("items")) {
            if (each.path("job_id").asText().equals(job)) {
                return each;
            }
        }
        throw new AssertionError("Job " + job + " has no backup.");
    }

    /** Inserts a job by hand and returns its id. */
    public String insert(String type, String payload) {
        return TestJobs.insert(database, type, payload).toString();
    }

    /** Waits until the job is over, fails unless it ended so, and returns it. */
    public JsonNode awaitJob(String job, String status) {
        return awaitJob(job, status, LONGEST);
    }

    /** The same with another limit of patience. */
    public JsonNode awaitJob(String job, String status, Duration longest) {
        await().atMost(longest)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !List.of("pending", "running")
                        .contains(job(job).path("status").asText()));
        JsonNode ended = job(job);
        if (!ended.path("status").asText().equals(status)) {
            throw new AssertionError("The job is not " + status + ": " + ended);
        }
        return ended;
    }

    public JsonNode job(String id) {
        return operator.get("/v1/jobs/" + id).expect(200).json();
    }

    /** The file of a backup's archive, whether it is there or not. */
    public Path file(Path folder, JsonNode backup) {
        String object = database.value(
                "select object from backups where id = ?",
                UUID.fromString(backup.path("id").asText()));
        return folder.resolve(object);
    }

    /** All files below a folder. */
    public static List<String> files(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
