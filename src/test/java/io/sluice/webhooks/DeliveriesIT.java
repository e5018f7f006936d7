package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events on their way to a receiver that answers at once, one way or another. */
class DeliveriesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api operator = SharedServer.operator();
    private final WebhookReceiver receiver = WebhookReceiver.start();
    private final String project = Tenants.create();

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void anEventArrivesSignedOnceAndCarriesTheRequestThatCausedIt() {
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        operator.post(suspensions(), "{\"reason\": \"test\"}", "X-Request-Id", "cause-1")
                .expect(201);
        WebhookReceiver.Message message = webhook.await("project.suspended", project);
        assertThat(message.json().fieldNames()).toIterable().containsExactly("type", "timestamp", "data");
        assertThat(message.json().get("timestamp").asText()).endsWith("Z");
        assertThat(message.data().get("cause").asText()).isEqualTo("operator");
        assertThat(message.header("x-request-id")).isEqualTo("cause-1");
        assertThat(message.header("content-type")).startsWith("application/json");
        assertThat(message.header("user-agent")).startsWith("Sluice/");
        assertThat(message.isSignedWith(
                        Webhooks.register(project, receiver, "job.failed").secret()))
                .isFalse();
        JsonNode delivery = only(webhook, "delivered");
        assertThat(delivery.get("id").asText()).isEqualTo(message.id());
        assertThat(delivery.get("request_id").asText()).isEqualTo("cause-1");
        assertThat(delivery.get("attempts").asInt()).isEqualTo(1);
        assertThat(delivery.at("/history/0/http_status").asInt()).isEqualTo(200);
        assertThat(delivery.at("/history/0/response").asText()).isEqualTo("ok");
        JsonNode whole =
                operator.get("/v1/deliveries/" + message.id()).expect(200).json();
        assertThat(whole.get("message")).isEqualTo(message.json());
        UUID job = UUID.fromString(delivery.at("/history/0/job_id").asText());
        assertThat(operator.get("/v1/jobs/" + job).json().get("request_id").asText())
                .isEqualTo("cause-1");
        assertThat(receiver.messages("project.suspended")).hasSize(1);
    }

    @Test
    void filtersAndProjectsDecideWhoHears() {
        String other = Tenants.create();
        try (WebhookReceiver whole = WebhookReceiver.start();
                WebhookReceiver deaf = WebhookReceiver.start()) {
            Webhooks.Registered all = Webhooks.register(null, whole, "project.suspended", "project.resumed");
            Webhooks.Registered off = Webhooks.register(project, deaf, "*");
            operator.put(
                            "/v1/webhooks/" + off.id(),
                            "{\"url\": \"" + deaf.url() + "\", \"events\": [\"*\"], \"enabled\": false}")
                    .expect(200);
            Webhooks.Registered own = Webhooks.register(project, receiver, "project.resumed");
            for (String each : List.of(other, project)) {
                operator.post("/v1/projects/" + each + "/suspensions", "{\"reason\": \"test\"}")
                        .expect(201);
                operator.post("/v1/projects/" + each + "/suspensions/resolve", "{\"reason\": \"test\"}")
                        .expect(200);
            }
            own.await("project.resumed", project);
            for (String each : List.of(other, project)) {
                all.await("project.suspended", each);
                all.await("project.resumed", each);
            }
            assertThat(receiver.messages()).hasSize(1);
            assertThat(deaf.messages()).isEmpty();
            operator.delete("/v1/webhooks/" + all.id()).expect(204);
        }
    }

    @Test
    void whatWasRolledBackIsToldToNobody() {
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        // The suspension, its event and its deliveries are written, then the commit itself fails.
        SharedServer.database().execute("""
                create function refuse_%1$s() returns trigger language plpgsql as
                $$ begin raise exception 'refused at commit'; end $$;
                create constraint trigger refuse_%1$s after insert on suspensions deferrable initially deferred
                for each row when (new.project_id = '%2$s') execute function refuse_%1$s()
                """.formatted(project.replace('-', '_'), project));
        assertThat(operator.post(suspensions(), "{\"reason\": \"test\"}").status())
                .isEqualTo(500);
        SharedServer.database().execute("drop trigger refuse_%1$s on suspensions".formatted(project.replace('-', '_')));
        operator.post(suspensions(), "{\"reason\": \"test\"}").expect(201);
        operator.post(suspensions() + "/resolve", "{\"reason\": \"test\"}").expect(200);
        webhook.await("project.resumed", project);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(receiver.messages("project.suspended")).hasSize(1));
        assertThat(deliveries(webhook, "")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 404})
    void refusalsAreFinal(int status) {
        receiver.answer(status, "Location", receiver.url("/elsewhere"), "Retry-After", "1");
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        operator.post(suspensions(), "{\"reason\": \"test\"}").expect(201);
        JsonNode delivery = only(webhook, "failed");
        assertThat(delivery.get("attempts").asInt()).isEqualTo(1);
        assertThat(delivery.at("/history/0/http_status").asInt()).isEqualTo(status);
        assertThat(receiver.messages())
                .hasSize(1)
                .allMatch(message -> message.path().equals("/hook"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 503})
    void failuresThatMayPassAreTriedAgainUnderTheSameId(int status) {
        receiver.answer(status, "Retry-After", "3600");
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        operator.post(suspensions(), "{\"reason\": \"test\"}").expect(201);
        JsonNode delivery = only(webhook, "pending", 1);
        assertThat(SharedServer.database()
                        .count(
                                "select extract(epoch from next_attempt_at - sluice_now()) from webhook_deliveries where id = ?",
                                UUID.fromString(delivery.get("id").asText())))
                .isBetween(3400L, 3600L);
        receiver.answer(204);
        due(delivery.get("id").asText());
        JsonNode done = only(webhook, "delivered");
        assertThat(done.get("attempts").asInt()).isEqualTo(2);
        assertThat(done.at("/history/0/http_status").asInt()).isEqualTo(status);
        List<WebhookReceiver.Message> messages = receiver.awaitCount(2);
        assertThat(messages)
                .extracting(WebhookReceiver.Message::id)
                .containsOnly(delivery.get("id").asText());
        assertThat(messages)
                .extracting(WebhookReceiver.Message::body)
                .containsOnly(messages.get(0).body());
        assertThat(messages).allMatch(message -> message.isSignedWith(webhook.secret()));
    }

    @Test
    void goneDisablesAtOnceWithOneNotice() {
        receiver.answer(410);
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        try (WebhookReceiver watcher = WebhookReceiver.start()) {
            Webhooks.Registered watching = Webhooks.register(project, watcher, "webhook.*");
            operator.post(suspensions(), "{\"reason\": \"test\"}").expect(201);
            WebhookReceiver.Message notice = watching.await("webhook.disabled", project);
            assertThat(notice.data().get("webhook_id").asText()).isEqualTo(webhook.id());
            assertThat(notice.data().get("reason").asText()).isEqualTo("gone");
            JsonNode disabled = operator.get("/v1/webhooks/" + webhook.id()).json();
            assertThat(disabled.get("enabled").asBoolean()).isFalse();
            assertThat(disabled.get("disabled_reason").asText()).isEqualTo("gone");
            assertThat(disabled.get("next_probe_at").isNull()).isTrue();
            operator.post(suspensions() + "/resolve", "{\"reason\": \"test\"}").expect(200);
            assertThat(deliveries(webhook, "")).hasSize(1);
            operator.post("/v1/webhooks/" + webhook.id() + "/redeliver", "{\"from\": \"2026-01-01T00:00:00Z\"}")
                    .expect(409);
        }
    }

    @Test
    void aTestIsSentOnceEvenToADisabledWebhookAndCountsForNothing() {
        receiver.answer(500);
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "job.failed");
        operator.put(
                        "/v1/webhooks/" + webhook.id(),
                        "{\"url\": \"" + receiver.url() + "\", \"events\": [\"*\"], \"enabled\": false}")
                .expect(200);
        Answer sent =
                operator.post("/v1/webhooks/" + webhook.id() + "/test", null).expect(202);
        receiver.awaitVerified("webhook.test", webhook.secret());
        JsonNode delivery = only(webhook, "failed");
        assertThat(delivery.get("id")).isEqualTo(sent.json().get("id"));
        assertThat(delivery.get("attempts").asInt()).isEqualTo(1);
        assertThat(operator.get("/v1/webhooks/" + webhook.id())
                        .json()
                        .get("consecutive_failures")
                        .asInt())
                .isZero();
    }

    @Test
    void oneOrARangeIsSentAgainUnderTheSameIds() {
        receiver.answer(404);
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        operator.post(suspensions(), "{\"reason\": \"test\"}").expect(201);
        operator.post(suspensions() + "/resolve", "{\"reason\": \"test\"}").expect(200);
        await().atMost(PATIENCE)
                .until(() -> deliveries(webhook, "&status=failed").size() == 2);
        receiver.answer(200);
        String range = "/v1/webhooks/" + webhook.id() + "/redeliver";
        JsonNode none = operator.post(range, "{\"from\": \"2026-01-01T00:00:00Z\", \"statuses\": [\"delivered\"]}")
                .expect(202)
                .json();
        assertThat(none.get("count").asInt()).isZero();
        JsonNode both = operator.post(range, "{\"from\": \"2026-01-01T00:00:00Z\"}")
                .expect(202)
                .json();
        assertThat(both.get("count").asInt()).isEqualTo(2);
        assertThat(both.get("more").asBoolean()).isFalse();
        await().atMost(PATIENCE)
                .until(() -> deliveries(webhook, "&status=delivered").size() == 2);
        String id = deliveries(webhook, "").get(0).get("id").asText();
        operator.post("/v1/deliveries/" + id + "/redeliver", null).expect(202);
        receiver.awaitCount(5);
        assertThat(receiver.messages().stream().filter(message -> message.id().equals(id)))
                .hasSize(3);
        await().atMost(PATIENCE)
                .until(() -> operator.get("/v1/deliveries/" + id)
                        .json()
                        .get("status")
                        .asText()
                        .equals("delivered"));
        operator.post(range, "{\"from\": \"2026-01-02T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}")
                .expect(400);
    }

    @Test
    void bothSecretsSignWhileOneReplacesTheOther() {
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        String later = operator.post("/v1/webhooks/" + webhook.id() + "/rotate-secret", null)
                .expect(200)
                .json()
                .get("secret")
                .asText();
        operator.post("/v1/webhooks/" + webhook.id() + "/test", null).expect(202);
        WebhookReceiver.Message message = receiver.awaitVerified("webhook.test", webhook.secret());
        assertThat(message.isSignedWith(later)).isTrue();
        SharedServer.database()
                .execute(
                        "update webhook_secrets set expires_at = sluice_now() where webhook_id = ? and expires_at is not null",
                        UUID.fromString(webhook.id()));
        operator.post("/v1/webhooks/" + webhook.id() + "/test", null).expect(202);
        WebhookReceiver.Message after = receiver.awaitCount(2).get(1);
        assertThat(after.isSignedWith(later)).isTrue();
        assertThat(after.isSignedWith(webhook.secret())).isFalse();
    }

    @Test
    void ofALongAnswerTheBeginningIsKept() {
        receiver.answer(exchange -> WebhookReceiver.reply(exchange, 404, "<b>" + "x".repeat(1_000_000)));
        Webhooks.Registered webhook = Webhooks.register(project, receiver, "project.*");
        operator.post(suspensions(), "{\"reason\": \"test\"}").expect(201);
        assertThat(only(webhook, "failed").at("/history/0/response").asText())
                .hasSize(1024)
                .startsWith("<b>xxx");
    }

    private String suspensions() {
        return "/v1/projects/" + project + "/suspensions";
    }

    private JsonNode deliveries(Webhooks.Registered webhook, String filter) {
        return operator.get("/v1/webhooks/" + webhook.id() + "/deliveries?limit=200" + filter)
                .expect(200)
                .json()
                .get("items");
    }

    private JsonNode only(Webhooks.Registered webhook, String status) {
        return only(webhook, status, 0);
    }

    /** Waits until the webhook's only delivery has this status and at least so many tries. */
    private JsonNode only(Webhooks.Registered webhook, String status, int tries) {
        return await().atMost(PATIENCE)
                .until(
                        () -> deliveries(webhook, ""),
                        found -> found.size() == 1
                                && found.get(0).get("status").asText().equals(status)
                                && found.get(0).get("attempts").asInt() >= tries)
                .get(0);
    }

    /** Lets a delivery's next try be due now, as the passing of time would. */
    private static void due(String delivery) {
        SharedServer.database()
                .execute(
                        "update jobs set scheduled_at = sluice_now() where type = 'deliver_webhook' and status = 'pending'"
                                + " and payload ->> 'delivery_id' = ?",
                        delivery);
    }
}
