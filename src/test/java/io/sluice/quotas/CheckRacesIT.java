package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to a check when something else happens at the same moment. */
@ExtendWith(QuietCalendar.class)
class CheckRacesIT {
    private static TestDatabase database;
    private static Limits limits;

    @BeforeAll
    static void useTheSharedNode() {
        SharedServer.node();
        database = SharedServer.database();
        limits = new Limits(database);
    }

    @Test
    void leavesAProjectActiveWhoseCapIsRaisedBetweenReadingAndSuspending() throws SQLException {
        String project = limits.project(100L, 200L, 200);
        JsonNode result =
                checkWhile(project, "update project_quotas set hard_cap = 300 where project_id = '" + project + "'");
        assertThat(limits.status(project)).isEqualTo("active");
        assertThat(limits.suspensions(project)).isZero();
        assertThat(limits.audited("project.auto_suspended", project)).isZero();
        assertThat(limits.warnings(project)).containsExactly(100);
        assertThat(result.path("projects_suspended").asInt()).isZero();
    }

    @Test
    void leavesAProjectAloneThatIsArchivedBetweenReadingAndSuspending() throws SQLException {
        String project = limits.project(100L, 200L, 200);
        checkWhile(project, "update projects set status = 'archived' where id = '" + project + "'");
        assertThat(limits.status(project)).isEqualTo("archived");
        assertThat(limits.suspensions(project)).isZero();
        assertThat(limits.warnings(project)).isEmpty();
    }

    /** While the check waits for a project that it suspends, another one of its page gets a larger limit. */
    @Test
    void warnsNobodyOfALimitThatIsRaisedMeanwhile() throws SQLException {
        String suspect = limits.project(100L, 200L, 200);
        String raised = limits.project(100L, 200L, 85);
        String used = limits.project(100L, 200L, 85);
        UUID job;
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            barrier.setAutoCommit(false);
            statement.execute("select 1 from projects where id = '" + suspect + "' for update");
            job = limits.start("{\"project_ids\": " + Limits.json(List.of(suspect, raised, used)) + "}");
            limits.awaitBlocked("for no key update");
            limits.quota(raised, METRIC, "month", 1000L, 2000L);
            limits.use(used, METRIC, "month", 95);
            barrier.rollback();
        }
        limits.result(job);
        assertThat(limits.status(suspect)).isEqualTo("suspended");
        assertThat(limits.warnings(raised)).isEmpty();
        assertThat(limits.warnings(used)).containsExactly(90);
    }

    /** A zone whose rules the database lost makes each of its projects fail, each hour. */
    @Test
    void manyPoorProjectsLeaveAllOthersChecked() {
        List<String> projects = projectsAt85Percent("poor", 300);
        database.execute(
                "create function refuse_poor() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$");
        database.execute("create trigger refuse_poor before insert on warnings for each row"
                + " when (new.project_id <= 'poor-0120') execute function refuse_poor()");
        try {
            JsonNode result = limits.check(projects.toArray(String[]::new));
            assertThat(result.path("projects_checked").asInt()).isEqualTo(180);
            assertThat(result.path("failed")).hasSize(100);
            assertThat(limits.warnings(projects.get(299))).containsExactly(80);
        } finally {
            database.execute("drop function refuse_poor cascade");
            database.execute("delete from jobs where project_id like 'poor-%' and status = 'pending'");
        }
    }

    @Test
    void onePoorProjectAmongAThousandIsListedAndCheckedAgainAlone() {
        List<String> projects = projectsAt85Percent("many", 1000);
        String poor = projects.get(617);
        database.execute(
                "create function refuse_poor() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$");
        database.execute("create trigger refuse_poor before insert on warnings for each row when (new.project_id = '"
                + poor + "') execute function refuse_poor()");
        try {
            JsonNode result = limits.check(projects.toArray(String[]::new));
            assertThat(result.path("projects_checked").asInt()).isEqualTo(999);
            assertThat(result.path("warnings_sent").asInt()).isEqualTo(999);
            assertThat(result.path("actions_total").asInt()).isEqualTo(999);
            assertThat(result.path("details")).hasSize(100);
            assertThat(result.path("failed")).hasSize(1);
            assertThat(result.path("failed").get(0).asText()).isEqualTo(poor);
            assertThat(limits.warnings(poor)).isEmpty();
        } finally {
            database.execute("drop function refuse_poor cascade");
        }
        List<Map<String, Object>> again = database.query(
                "select id, payload::text as payload from jobs where project_id = ? and status = 'pending'", poor);
        assertThat(again).hasSize(1);
        assertThat(Limits.read(String.valueOf(again.get(0).get("payload"))).path("project_ids"))
                .hasSize(1);
        database.execute(
                "update jobs set scheduled_at = sluice_now() where id = ?",
                again.get(0).get("id"));
        database.query("select pg_notify('sluice_jobs', '')");
        limits.result((UUID) again.get(0).get("id"));
        assertThat(limits.warnings(poor)).containsExactly(80);
    }

    /** Its page fails because of another one, and is judged again from the list that was made before. */
    @Test
    void warnsNobodyOfAProjectThatIsArchivedMeanwhile() throws SQLException {
        String poor = limits.project(100L, 200L, 85);
        String archived = limits.project(100L, 200L, 85);
        database.execute("""
                create function refuse_poor() returns trigger language plpgsql as $$
                begin perform pg_advisory_xact_lock_shared(720099); raise exception 'no'; end $$
                """);
        database.execute("create trigger refuse_poor before insert on warnings for each row when (new.project_id = '"
                + poor + "') execute function refuse_poor()");
        UUID job;
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            statement.execute("select pg_advisory_lock(720099)");
            job = limits.start("{\"project_ids\": " + Limits.json(List.of(poor, archived)) + "}");
            limits.awaitBlocked("insert into warnings");
            statement.execute("update projects set status = 'archived' where id = '" + archived + "'");
        }
        try {
            JsonNode result = limits.result(job);
            assertThat(result.path("failed")).hasSize(1);
            assertThat(limits.warnings(archived)).isEmpty();
        } finally {
            database.execute("drop function refuse_poor cascade");
            database.execute("delete from jobs where project_id = ? and status = 'pending'", poor);
        }
    }

    /** Their ids, in order: the prefix and a number of four digits. */
    private static List<String> projectsAt85Percent(String prefix, int many) {
        return database.query("""
                        with made as (
                            insert into projects (id, name) select ? || '-' || lpad(n::text, 4, '0'), 'One of many'
                            from generate_series(1, ?) n returning id),
                        limited as (
                            insert into project_quotas (project_id, metric, unit, quota_limit, hard_cap)
                            select id, 'db_queries', 'month', 100, 200 from made),
                        used as (
                            insert into usage_counters (project_id, metric, unit, period_start, quantity)
                            select id, 'db_queries', 'month', sluice_period_start('month', 1, 'UTC', sluice_now()), 85
                            from made)
                        select id from made order by id
                        """, prefix, many).stream()
                .map(row -> String.valueOf(row.get("id")))
                .toList();
    }

    /** Runs a check of the project, and {@code change} after the check has read and before it can suspend. */
    private static JsonNode checkWhile(String project, String change) throws SQLException {
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            barrier.setAutoCommit(false);
            statement.execute("select 1 from projects where id = '" + project + "' for update");
            UUID job = limits.start("{\"project_ids\": [\"" + project + "\"], \"metrics\": [\"" + METRIC + "\"]}");
            limits.awaitBlocked("for no key update");
            statement.execute(change);
            barrier.commit();
            return limits.result(job);
        }
    }
}
