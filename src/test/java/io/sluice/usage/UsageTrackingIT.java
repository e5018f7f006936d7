package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTrackingIT {
    private static final long MOST = 9_007_199_254_740_991L;

    private final Api operator = SharedServer.operator();

    @Test
    void countsAnEventOnceHoweverOftenItIsSent() {
        String project = Tenants.create();
        assertOutcome(Tenants.track(project, "requests", 5, "e", null), 1, 0);
        assertOutcome(Tenants.track(project, "requests", 5, "e", null), 0, 1);
        assertOutcome(Tenants.track(project, "requests", 5, "e", now().minusSeconds(60)), 0, 1);
        assertThat(Tenants.used(project, "requests", "day")).isEqualTo(5);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(5);
    }

    @Test
    void takesAnyTextAsIdAndKeepsTheIdsOfTenantsApart() {
        String one = Tenants.create();
        String other = Tenants.create();
        String id = "ü 😀/" + "x".repeat(250);
        assertOutcome(Tenants.track(one, "requests", 1, id, null), 1, 0);
        assertOutcome(Tenants.track(other, "requests", 2, id, null), 1, 0);
        assertThat(Tenants.used(one, "requests", "month")).isEqualTo(1);
        assertThat(Tenants.used(other, "requests", "month")).isEqualTo(2);
        Tenants.track(one, "requests", 1, "x".repeat(256), null).expect(400);
        Tenants.track(one, "requests", 1, "", null).expect(400);
    }

    @Test
    void refusesAKnownIdWithAnotherBody() {
        String project = Tenants.create();
        Instant time = now().minusSeconds(10);
        assertOutcome(Tenants.track(project, "requests", 5, "e", time), 1, 0);
        for (Answer repeat : List.of(
                Tenants.track(project, "requests", 6, "e", time),
                Tenants.track(project, "errors", 5, "e", time),
                Tenants.track(project, "requests", 5, "e", time.plusSeconds(1)))) {
            assertThat(repeat.expect(409).code()).isEqualTo("CONFLICT");
        }
        assertOutcome(Tenants.track(project, "requests", 5, "e", null), 0, 1);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(5);
        assertThat(Tenants.used(project, "errors", "month")).isZero();
    }

    @Test
    void judgesEachEventOfABatchByItself() {
        String project = Tenants.create();
        String deleted = Tenants.create();
        setStatus(deleted, "deleted");
        JsonNode result = operator.post(
                        "/v1/usage/track",
                        Tenants.batch(List.of(
                                Tenants.event(project, "requests", 1, "a", null),
                                Tenants.event(project, "requests", 1, "a", null),
                                Tenants.event(project, "requests", 2, "a", null),
                                Tenants.event(Tenants.newId(), "requests", 1, "b", null),
                                Tenants.event(deleted, "requests", 1, "c", null),
                                Tenants.event(project, "no_such_metric", 1, "d", null),
                                Tenants.event(project, "requests", -1, "e", null),
                                "{\"project_id\": \"" + project + "\", \"metric\": \"requests\", \"event_id\": \"f\"}",
                                Tenants.event(project, "requests", 1, "g", now().minus(Duration.ofDays(36))),
                                Tenants.event(project, "db_queries", 7, "h", null))))
                .expect(202)
                .json();
        assertThat(result.get("accepted").asInt()).isEqualTo(2);
        assertThat(result.get("duplicates").asInt()).isEqualTo(1);
        assertThat(result.get("rejected"))
                .extracting(each ->
                        each.get("index").asInt() + " " + each.get("code").asText())
                .containsExactly(
                        "2 CONFLICT",
                        "3 NOT_FOUND",
                        "4 NOT_FOUND",
                        "5 VALIDATION_ERROR",
                        "6 VALIDATION_ERROR",
                        "7 VALIDATION_ERROR",
                        "8 VALIDATION_ERROR");
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(1);
        assertThat(Tenants.used(project, "db_queries", "month")).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "-35 days, 60, 202",
        "-35 days, -60, 400",
        "5 minutes, -60, 202",
        "5 minutes, 60, 400",
        "-1 year, 0, 400"
    })
    void takesEventsFromThirtyFiveDaysAgoToFiveMinutesAhead(String from, int seconds, int status) {
        String project = Tenants.create();
        Instant time = instant("select sluice_now() + ?::interval", from).plusSeconds(seconds);
        Answer answer = Tenants.track(project, "requests", 1, "e", time).expect(status);
        if (status == 400) {
            assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("occurred_at");
        }
    }

    @Test
    void countsALateEventInItsOwnPeriod() {
        String project = Tenants.create();
        Tenants.track(project, "requests", 3, "late", now().minus(Duration.ofDays(33)))
                .expect(202);
        assertThat(Tenants.used(project, "requests", "day")).isZero();
        assertThat(Tenants.used(project, "requests", "month")).isZero();
        assertThat(SharedServer.database()
                        .count("select count(*) from usage_counters where project_id = ? and quantity = 3", project))
                .isEqualTo(2);
    }

    @Test
    void neverTakesACounterPastTheLargestInteger() {
        String project = Tenants.create();
        assertOutcome(Tenants.track(project, "requests", MOST - 10, "a", null), 1, 0);
        Answer refused = Tenants.track(project, "requests", 11, "b", null).expect(400);
        assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("quantity");
        JsonNode batch = operator.post(
                        "/v1/usage/track",
                        Tenants.batch(List.of(
                                Tenants.event(project, "requests", 6, "c", null),
                                Tenants.event(project, "requests", MOST, "d", null),
                                Tenants.event(project, "requests", 5, "e", null),
                                Tenants.event(project, "requests", 4, "f", null),
                                Tenants.event(project, "errors", MOST, "g", null))))
                .expect(202)
                .json();
        assertThat(batch.get("accepted").asInt()).isEqualTo(3);
        assertThat(batch.get("rejected"))
                .extracting(each -> each.get("index").asInt())
                .containsExactly(1, 2);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(MOST);
        // What was rejected was not kept either: its id is still free.
        assertOutcome(Tenants.track(project, "errors", 0, "b", null), 1, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "\"5\"", "9007199254740992", "18446744073709551616", "-1", "null", "true", "1e3"})
    void refusesAQuantityThatIsNoWholeNumberInRange(String quantity) {
        String project = Tenants.create();
        String body = "{\"project_id\": \"" + project
                + "\", \"metric\": \"requests\", \"event_id\": \"e\", \"quantity\": " + quantity + "}";
        assertThat(operator.post("/v1/usage/track", body).expect(400).code()).isEqualTo("VALIDATION_ERROR");
        assertThat(SharedServer.database().count("select count(*) from usage_events where project_id = ?", project))
                .isZero();
    }

    @Test
    void refusesEmptyMixedAndTooLargeBatches() {
        String project = Tenants.create();
        operator.post("/v1/usage/track", "{\"events\": []}").expect(400);
        operator.post("/v1/usage/track", "{}").expect(400);
        operator.post("/v1/usage/track", "{\"events\": [], \"project_id\": \"" + project + "\"}")
                .expect(400);
        String event = Tenants.event(project, "requests", 1, "e", null);
        operator.post("/v1/usage/track", Tenants.batch(java.util.Collections.nCopies(10_001, event)))
                .expect(400);
        assertThat(Tenants.used(project, "requests", "month")).isZero();
    }

    @Test
    void recordsForSuspendedAndArchivedProjectsAndNotForDeletedOnes() {
        String project = Tenants.create();
        SharedServer.database().execute("update projects set status = 'suspended' where id = ?", project);
        assertOutcome(Tenants.track(project, "requests", 1, "a", null), 1, 0);
        SharedServer.database().execute("update projects set status = 'archived' where id = ?", project);
        assertOutcome(Tenants.track(project, "requests", 1, "b", null), 1, 0);
        setStatus(project, "deleted");
        assertThat(Tenants.track(project, "requests", 1, "c", null).expect(404).code())
                .isEqualTo("NOT_FOUND");
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(2);
    }

    @Test
    void letsAServiceCountForItsProjectsOnly() {
        String mine = Tenants.create();
        String other = Tenants.create();
        Api service = Tenants.holder("service", mine);
        service.post("/v1/usage/track", Tenants.event(mine, "requests", 1, "e", null))
                .expect(202);
        service.post("/v1/usage/track", Tenants.event(other, "requests", 1, "e", null))
                .expect(404);
        JsonNode result = service.post(
                        "/v1/usage/track",
                        Tenants.batch(List.of(
                                Tenants.event(other, "requests", 1, "f", null),
                                Tenants.event(mine, "requests", 1, "f", null))))
                .expect(202)
                .json();
        assertThat(result.get("accepted").asInt()).isEqualTo(1);
        assertThat(result.at("/rejected/0/code").asText()).isEqualTo("NOT_FOUND");
        assertThat(Tenants.used(other, "requests", "month")).isZero();
        Tenants.holder("viewer")
                .post("/v1/usage/track", Tenants.event(mine, "requests", 1, "g", null))
                .expect(403);
        Tenants.holder("owner", mine)
                .post("/v1/usage/track", Tenants.event(mine, "requests", 1, "g", null))
                .expect(403);
        operator.as(null)
                .post("/v1/usage/track", Tenants.event(mine, "requests", 1, "g", null))
                .expect(401);
    }

    @Test
    void keepsTheAggregationOfAMetricOnceItWasUsed() {
        String metric = "m_" + UUID.randomUUID().toString().replace('-', '_').substring(0, 13);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"sum\"}")
                .expect(201);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"max\"}")
                .expect(200);
        Tenants.track(Tenants.create(), metric, 1, "e", null).expect(202);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"sum\"}")
                .expect(409);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"GB\", \"aggregation\": \"max\"}")
                .expect(200);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"avg\"}")
                .expect(400);
        operator.put("/v1/metrics/Bad", "{\"unit\": \"MB\", \"aggregation\": \"sum\"}")
                .expect(400);
        Tenants.holder("viewer")
                .put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"max\"}")
                .expect(403);
        assertThat(operator.get("/v1/metrics?limit=200").json().get("items").toString())
                .contains("\"db_queries\"", "\"" + metric + "\"");
    }

    /** A latest value is carried on for ever, its counters go when they are old. */
    @Test
    void keepsTheAggregationOfAMetricWhoseLatestValueOutlivedItsCounters() {
        String metric = "m_" + UUID.randomUUID().toString().replace('-', '_').substring(0, 13);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"last\"}")
                .expect(201);
        Tenants.track(Tenants.create(), metric, 1, "e", null).expect(202);
        SharedServer.database().execute("delete from usage_counters where metric = ?", metric);
        operator.put("/v1/metrics/" + metric, "{\"unit\": \"MB\", \"aggregation\": \"sum\"}")
                .expect(409);
    }

    private static void assertOutcome(Answer answer, int accepted, int duplicates) {
        JsonNode result = answer.expect(202).json();
        assertThat(result.get("accepted").asInt()).as(answer.body()).isEqualTo(accepted);
        assertThat(result.get("duplicates").asInt()).as(answer.body()).isEqualTo(duplicates);
        assertThat(result.get("rejected")).isEmpty();
    }

    private void setStatus(String project, String status) {
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"" + status + "\", \"reason\": \"test\"}")
                .expect(200);
    }

    private static Instant now() {
        return instant("select sluice_now() + ?::interval", "0");
    }

    private static Instant instant(String sql, String parameter) {
        java.sql.Timestamp time = SharedServer.database().value(sql, parameter);
        return time.toInstant();
    }
}
