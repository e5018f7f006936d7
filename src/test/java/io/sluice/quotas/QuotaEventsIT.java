package io.sluice.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What others hear of a check. */
@ExtendWith(QuietCalendar.class)
class QuotaEventsIT {
    private static Limits limits;
    private static PublishedEvents events;

    @BeforeAll
    static void useTheSharedNode() {
        SharedServer.node();
        limits = new Limits(SharedServer.database());
        events = new PublishedEvents(SharedServer.database());
    }

    @Test
    void aWarningIsToldOnceWithWhatItSays() {
        String project = limits.project(100L, 200L, 85);
        UUID job = limits.start("{\"project_ids\": [\"" + project + "\"]}");
        limits.result(job);
        limits.check(project);

        List<JsonNode> told = events.of(project, "quota.threshold.reached");
        assertThat(told).hasSize(1);
        JsonNode reached = told.get(0);
        assertThat(reached.path("warning_id").asText())
                .isEqualTo(SharedServer.database()
                        .<String>value("select id::text from warnings where project_id = ?", project));
        assertThat(reached.path("metric").asText()).isEqualTo(Limits.METRIC);
        assertThat(reached.path("threshold").asInt()).isEqualTo(80);
        assertThat(reached.path("usage").asLong()).isEqualTo(85);
        assertThat(reached.path("limit").asLong()).isEqualTo(100);
        assertThat(reached.path("hard_cap").asLong()).isEqualTo(200);
        assertThat(reached.path("resets_at").asText()).endsWith("-01T00:00:00Z");
        assertThat(reached.path("job_id").asText()).isEqualTo(job.toString());
        assertThat(events.kinds(project)).containsExactly("quota.threshold.reached");
    }

    @Test
    void aSuspensionIsToldWithEachCapThatWasReached() {
        String project = limits.project(100L, 200L, 250);
        limits.quota(project, "requests", "day", 5L, 5L);
        limits.use(project, "requests", "day", 5);
        limits.check(project);
        limits.check(project);

        assertThat(events.kinds(project))
                .containsExactlyInAnyOrder("project.suspended", "quota.exceeded", "quota.exceeded");
        JsonNode suspended = events.of(project, "project.suspended").get(0);
        assertThat(suspended.path("cause").asText()).isEqualTo("hard_cap");
        assertThat(suspended.path("exceeded").findValuesAsText("metric")).containsExactly(Limits.METRIC, "requests");
        JsonNode exceeded = events.of(project, "quota.exceeded").stream()
                .filter(each -> each.path("metric").asText().equals(Limits.METRIC))
                .findFirst()
                .orElseThrow();
        assertThat(exceeded.path("usage").asLong()).isEqualTo(250);
        assertThat(exceeded.path("hard_cap").asLong()).isEqualTo(200);
    }

    @Test
    void aDryRunAndACapThatDoesNotSuspendTellNothing() {
        String over = limits.project(100L, 200L, 250);
        String near = limits.project(100L, 200L, 95);
        limits.checkWith("{\"project_ids\": " + Limits.json(List.of(over, near)) + ", \"enforce_limits\": false}");
        assertThat(events.kinds(over)).isEmpty();
        assertThat(events.kinds(near)).isEmpty();

        String staging = limits.project("active", "staging");
        limits.quota(staging, Limits.METRIC, "month", 10L, 20L);
        limits.use(staging, Limits.METRIC, "month", 25);
        limits.check(staging);
        assertThat(events.kinds(staging)).containsExactly("quota.threshold.reached");
    }

    @Test
    void aPageThatIsRolledBackTellsNothingOfItsProjects() {
        String doomed = limits.project(100L, 200L, 250);
        String fine = limits.project(100L, 200L, 250);
        SharedServer.database().execute("""
                create or replace function refuse_at_commit() returns trigger language plpgsql as
                $$ begin raise exception 'refused at commit'; end $$
                """);
        SharedServer.database().execute("""
                create constraint trigger refuse_%s after insert on suspensions deferrable initially deferred
                for each row when (new.project_id = '%s') execute function refuse_at_commit()
                """.formatted(doomed.replace('-', '_'), doomed));

        JsonNode result = limits.check(doomed, fine);

        assertThat(result.path("failed").get(0).asText()).isEqualTo(doomed);
        assertThat(events.kinds(doomed)).isEmpty();
        assertThat(events.kinds(fine)).containsExactlyInAnyOrder("project.suspended", "quota.exceeded");
        SharedServer.database().execute("update projects set status = 'archived' where id = ?", doomed);
    }
}
