package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deliveries whose job was taken away, and those that are old. */
@ExtendWith(QuietCalendar.class)
class StrandedDeliveriesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final WebhookReceiver receiver = WebhookReceiver.start();
    private final String project = Tenants.create();
    private final Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.suspended");

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void aDeliveryWithoutAJobIsGivenUpAndCanBeSentAgainAndOneWithAJobIsLeftAlone() {
        receiver.answer(503, "Retry-After", "3600");
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
        UUID id = UUID.fromString(receiver.awaitCount(1).get(0).id());
        await().atMost(PATIENCE)
                .until(() -> database.count("select count(*) from webhook_deliveries where id = ? and attempts = 1", id)
                        == 1);
        database.execute(
                "update webhook_deliveries set next_attempt_at = sluice_now() - interval '1 hour' where id = ?", id);
        mend();
        assertThat(status(id)).isEqualTo("pending");
        String job = database.value(
                "select cast(id as text) from jobs where type = 'deliver_webhook' and status = 'pending'"
                        + " and payload ->> 'delivery_id' = ?",
                id.toString());
        operator.post("/v1/jobs/" + job + "/cancel", null).expect(202);
        operator.post("/v1/deliveries/" + id + "/redeliver", null).expect(409);

        mend();

        assertThat(status(id)).isEqualTo("failed");
        assertThat(operator.get("/v1/webhooks/" + webhook.id())
                        .json()
                        .get("consecutive_failures")
                        .asInt())
                .as("what the receiver is charged with")
                .isZero();
        receiver.answer(200);
        operator.post("/v1/deliveries/" + id + "/redeliver", null).expect(202);
        await().atMost(PATIENCE).until(() -> status(id), "delivered"::equals);
        assertThat(receiver.messages()).extracting(WebhookReceiver.Message::id).containsOnly(id.toString());
    }

    @Test
    void aDisabledWebhookWhoseLookWasLostIsLookedAtAgain() {
        receiver.answer(404);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
        UUID id = UUID.fromString(receiver.awaitCount(1).get(0).id());
        await().atMost(PATIENCE).until(() -> status(id), "failed"::equals);
        database.execute("""
                update webhooks
                set status = 'disabled', disabled_reason = 'exhausted', disabled_at = sluice_now(),
                    probe_at = sluice_now() - interval '1 hour'
                where id = ?
                """, UUID.fromString(webhook.id()));
        receiver.answer(200);

        mend();

        await().atMost(PATIENCE)
                .until(() -> operator.get("/v1/webhooks/" + webhook.id())
                        .json()
                        .get("enabled")
                        .asBoolean());
        assertThat(receiver.messages()).hasSize(2);
    }

    @Test
    void deliveriesGoThirtyDaysAfterTheirEndWithTheirTries() {
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
        UUID id = UUID.fromString(receiver.awaitCount(1).get(0).id());
        await().atMost(PATIENCE).until(() -> status(id), "delivered"::equals);
        for (int days : new int[] {29, 31}) {
            database.execute(
                    "update webhook_deliveries set completed_at = sluice_now() - make_interval(days => ?) where id = ?",
                    days,
                    id);
            run("{\"type\": \"purge\", \"payload\": {\"kinds\": [\"webhook_deliveries\"]}}");
            int left = days < 30 ? 1 : 0;
            assertThat(database.count("select count(*) from webhook_deliveries where id = ?", id))
                    .isEqualTo(left);
            assertThat(database.count("select count(*) from webhook_attempts where delivery_id = ?", id))
                    .isEqualTo(left);
        }
    }

    private void mend() {
        run("{\"type\": \"mend_deliveries\"}");
    }

    private void run(String job) {
        String id = operator.post("/v1/jobs", job).expect(202).json().get("id").asText();
        JsonNode done = await().atMost(PATIENCE)
                .until(
                        () -> operator.get("/v1/jobs/" + id).json(),
                        found -> found.get("status").asText().matches("completed|failed"));
        assertThat(done.get("status").asText()).as(done.toString()).isEqualTo("completed");
    }

    private String status(UUID delivery) {
        return database.value("select status from webhook_deliveries where id = ?", delivery);
    }
}
