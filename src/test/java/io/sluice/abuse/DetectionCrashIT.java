package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A node that is killed between two pages of a detection, and a detection that is cancelled there. */
class DetectionCrashIT {
    private final TestDatabase database = SharedServer.postgres().createDatabase();
    private final Suspects suspects = new Suspects(database);

    @Test
    void leavesOnlyTheRestToTheNextNodeAndStopsBetweenPagesWhenItIsCancelled() throws SQLException {
        List<String> abusive;
        UUID job;
        try (SluiceServer first = node()) {
            database.execute("update schedules set enabled = false");
            beginAWindow();
            abusive = spiking(6);
            suspects.enforce(abusive.toArray(String[]::new));
            try (Connection barrier = blockThe(abusive.get(2))) {
                job = suspects.start("detect_abuse", "{\"check_all\": true}");
                awaitBlocked();
                first.kill();
                barrier.rollback();
            }
        }
        assertThat(database.count("select count(*) from abuse_detections")).isEqualTo(2);
        assertThat(database.count("select count(*) from jobs where type = 'auto_suspend'"))
                .as("nobody is suspended before the whole detection is done")
                .isZero();
        try (SluiceServer second = node()) {
            JsonNode result = suspects.result(job);
            assertThat(result.path("projects_checked").asInt()).isEqualTo(6);
            assertThat(result.path("detections").asInt()).isEqualTo(6);
            assertThat(result.path("suspensions_requested").asInt()).isEqualTo(6);
            assertThat(abusive).allSatisfy(project -> {
                suspects.awaitQuiet(project);
                assertThat(suspects.suspensions(project)).isEqualTo(1);
                assertThat(suspects.audited("abuse.detected", project)).isEqualTo(1);
                assertThat(suspects.detections(project)).containsExactly("usage_spike suspended");
            });
            assertThat(database.count("select count(*) from jobs where type = 'auto_suspend'"))
                    .isEqualTo(6);
            assertThat(database.count("select count(*) from events where type = 'abuse.suspected'"))
                    .isEqualTo(6);

            cancelBetweenPages(new Api(second.baseUri(), SharedServer.BOOTSTRAP_TOKEN));
        }
    }

    /** Each page takes a second, so that there is time to stop between two of them; the next run makes up for it. */
    private void cancelBetweenPages(Api operator) {
        beginAWindow();
        List<String> others = spiking(20);
        List<String> enforced = others.subList(0, 4);
        suspects.enforce(enforced.toArray(String[]::new));
        database.execute("create function take_time() returns trigger language plpgsql as"
                + " $$ begin perform pg_sleep(0.5); return new; end $$");
        database.execute(
                "create trigger take_time before insert on abuse_detections for each row execute function take_time()");
        UUID job = suspects.start("detect_abuse", "{\"check_all\": true}");
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !suspects.detections(others.get(0)).isEmpty());
        operator.post("/v1/jobs/" + job + "/cancel", null).expect(202);
        assertThat(suspects.end(job)).containsEntry("status", "cancelled");
        assertThat(suspects.detections(others.get(19))).isEmpty();
        assertThat(operator.get("/v1/jobs/" + job)
                        .expect(200)
                        .json()
                        .at("/progress/percent")
                        .asInt())
                .isBetween(1, 99);

        database.execute("drop function take_time cascade");
        suspects.detect(others.toArray(String[]::new));
        assertThat(enforced).allSatisfy(project -> {
            suspects.awaitQuiet(project);
            assertThat(suspects.detections(project))
                    .as("what the cancelled run left due")
                    .containsExactly("usage_spike suspended");
        });
    }

    /** What the second node finds belongs to the window of what the first one found, however long its start takes. */
    private void beginAWindow() {
        database.execute("update sluice_test_clock set shift = shift"
                + " + (sluice_abuse_quarter(sluice_now()) + interval '15 minutes' - sluice_now())");
    }

    private List<String> spiking(int count) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(suspects.spiking());
        }
        made.sort(null);
        return made;
    }

    /** Makes the project one of which there is something to learn, and holds what would be written of it. */
    private Connection blockThe(String project) throws SQLException {
        database.execute(
                "update abuse_baselines set learned_until = learned_until - interval '3 hours' where project_id = ?",
                project);
        database.execute(
                "insert into usage_buckets (project_id, metric, bucket_start, quantity, last_at) select project_id, metric,"
                        + " learned_until + interval '1 hour', 100, sluice_now() from abuse_baselines where project_id = ?",
                project);
        Connection barrier = database.connect();
        barrier.setAutoCommit(false);
        try (Statement statement = barrier.createStatement()) {
            statement.execute("select 1 from abuse_baselines where project_id = '" + project + "' for update");
        }
        return barrier;
    }

    private void awaitBlocked() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> database.count("select count(*) from pg_stat_activity where datname = current_database()"
                                + " and wait_event_type = 'Lock' and query like '%sluice_abuse_learn%'")
                        > 0);
    }

    private SluiceServer node() {
        return SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_ABUSE_PAGE_SIZE", "2")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
    }
}
