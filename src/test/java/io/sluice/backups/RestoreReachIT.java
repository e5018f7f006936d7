package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A tenant that may define functions in its schema has a restore call them, with the rights of Sluice: by a check of a
 * table that is filled. What such a function does outside the schema makes the restore fail, and is undone with it.
 */
class RestoreReachIT {
    private final TestDatabase database = SharedServer.database();
    private final TenantData data = new TenantData(SharedServer.operator(), database);
    private final String project = data.project();
    private final String schema = TenantData.newSchema();
    private final String other = TenantData.newSchema();

    @BeforeAll
    static void needsPgDump() {
        TenantData.needsPgDump();
    }

    @Test
    void noFunctionOfATenantReachesOutOfItsSchemaInARestore() {
        data.assign(project, schema);
        data.assign(data.project(), other);
        database.execute("create table " + other + ".theirs (id int)");
        database.execute("create function " + schema + ".f() returns boolean language sql as 'select true'");
        database.execute("create table " + schema + ".t (id int check (" + schema + ".f()))");
        database.execute("create table " + schema + ".own (id int)");
        database.execute("insert into " + schema + ".t values (1), (2)");
        Tenants.track(project, "requests", 7, "e1", null).expect(202);
        SharedServer.operator()
                .post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"unpaid\"}")
                .expect(201);

        for (Map.Entry<String, String> each : reaches().entrySet()) {
            define(each.getValue());
            JsonNode backup = data.backUp(project);
            define("");
            database.execute("insert into " + schema + ".t values (3)");
            JsonNode job = restored(backup, "failed");
            assertThat(job.path("last_error").asText()).as(each.getKey()).contains("reaches for what lies outside");
            assertThat(job.path("attempts").asInt()).isEqualTo(1);
            assertThat(database.count("select count(*) from " + schema + ".t"))
                    .as(each.getKey())
                    .isGreaterThan(2);
            assertThat(SharedServer.operator()
                            .get("/v1/projects/" + project)
                            .json()
                            .path("status")
                            .asText())
                    .as(each.getKey())
                    .isEqualTo("suspended");
            assertThat(Tenants.used(project, "requests", "month")).isEqualTo(7);
        }
        assertThat(database.count("select count(*) from " + other + ".theirs")).isZero();
        assertThat(database.count("select count(*) from pg_proc where proname = ?", name()))
                .isZero();

        define("perform count(*) from " + schema + ".own;");
        JsonNode harmless = data.backUp(project);
        restored(harmless, "completed");
    }

    /** What a function may want, and how it would do it. */
    private Map<String, String> reaches() {
        String lift = "update public.projects set status = 'active' where id = '" + project + "';";
        return Map.of(
                "lift its suspension",
                lift,
                "lower its usage",
                "delete from public.usage_counters where project_id = '" + project + "';",
                "read the keys of all",
                "perform count(*) from public.api_keys;",
                "change another tenant's data",
                "insert into " + other + ".theirs values (1);",
                "leave a function among ours",
                "create or replace function public." + name() + "() returns int language sql as 'select 1';",
                "lock our tables",
                "lock table public.projects in exclusive mode;",
                "drop another tenant's data",
                "truncate " + other + ".theirs;",
                "wait until nobody looks",
                """
                        create temp table if not exists later (id int);
                        create or replace function pg_temp.later() returns trigger language plpgsql as $l$
                        begin %s return null; end $l$;
                        drop trigger if exists later on later;
                        create constraint trigger later after insert on later deferrable initially deferred
                            for each row execute function pg_temp.later();
                        insert into later values (1);
                        """.formatted(lift));
    }

    private String name() {
        return "reach_" + schema;
    }

    private void define(String body) {
        database.execute("create or replace function " + schema + ".f() returns boolean language plpgsql as $f$ begin "
                + body + " return true; end $f$");
    }

    private JsonNode restored(JsonNode backup, String end) {
        JsonNode job = Tenants.holder("owner", project)
                .post("/v1/backups/" + backup.path("id").asText() + "/restore", "{\"confirm\": \"" + project + "\"}")
                .expect(202)
                .json();
        return data.awaitJob(job.path("id").asText(), end);
    }
}
