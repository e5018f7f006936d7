package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Time and dead receivers, on a node and a clock of their own. */
class RetriesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Duration> WAITS =
            List.of(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofHours(2));

    private static TestDatabase database;
    private static SluiceServer node;
    private static Api operator;

    private final WebhookReceiver receiver = WebhookReceiver.start();
    private final String project = "p-" + UUID.randomUUID();

    @BeforeAll
    static void startNode() {
        database = SharedServer.postgres().createDatabase();
        node = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_WEBHOOKS_ALLOW", "127.0.0.0/8")
                .environment("SLUICE_WEBHOOKS_TIMEOUT", "PT30S")
                .start();
        node.awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void fiveTriesOnScheduleThenGivenUpAndAfterFiveSuchDisabledWithOneNoticeUntilItIsWellAgain() {
        create(project);
        try (WebhookReceiver watcher = WebhookReceiver.start()) {
            Webhooks.Registered watching = Webhooks.register(operator, project, watcher, "webhook.disabled");
            receiver.answer(503);
            Webhooks.Registered webhook =
                    Webhooks.register(operator, project, receiver, "project.suspended", "project.resumed");
            suspend(project);
            UUID first = pendingAfter(webhook, 1);
            for (int tries = 1; tries <= 4; tries++) {
                Duration wait = WAITS.get(tries - 1);
                assertThat(Duration.ofMillis(millisOfWait(first)))
                        .isBetween(
                                wait.multipliedBy(89).dividedBy(100),
                                wait.multipliedBy(111).dividedBy(100));
                shift(wait.multipliedBy(80).dividedBy(100));
                if (tries > 1) {
                    // Long before it is due nothing happens, whoever looks.
                    assertThat(receiver.messages()).hasSize(tries);
                }
                shift(wait.multipliedBy(35).dividedBy(100));
                receiver.awaitCount(tries + 1);
                if (tries < 4) {
                    pendingAfter(webhook, tries + 1);
                }
            }
            status(first, "failed");
            assertThat(receiver.messages())
                    .hasSize(5)
                    .extracting(WebhookReceiver.Message::id)
                    .containsOnly(first.toString());
            assertThat(receiver.messages()).allMatch(message -> message.isSignedWith(webhook.secret()));
            assertThat(show(webhook).get("consecutive_failures").asInt()).isEqualTo(1);
            receiver.answer(404);
            for (int failures = 2; failures <= 5; failures++) {
                assertThat(show(webhook).get("enabled").asBoolean()).isTrue();
                toggle(project, failures);
                int expected = failures;
                await().atMost(PATIENCE)
                        .until(() -> show(webhook).get("consecutive_failures").asInt() == expected);
            }
            await().atMost(PATIENCE).until(() -> !show(webhook).get("enabled").asBoolean());
            WebhookReceiver.Message notice = watching.await("webhook.disabled", project);
            assertThat(notice.data().get("reason").asText()).isEqualTo("exhausted");
            assertThat(notice.data().get("consecutive_failures").asInt()).isEqualTo(5);
            int before = receiver.messages().size();
            toggle(project, 6);
            await().atMost(PATIENCE)
                    .until(() -> database.count(
                                    "select count(*) from webhook_deliveries where webhook_id = ? and status = 'skipped'",
                                    UUID.fromString(webhook.id()))
                            == 1);
            shift(Duration.ofMinutes(61));
            receiver.awaitCount(before + 1);
            await().atMost(PATIENCE)
                    .until(() ->
                            database.count("select probes from webhooks where id = ?", UUID.fromString(webhook.id()))
                                    == 1);
            assertThat(show(webhook).get("enabled").asBoolean()).isFalse();
            receiver.answer(200);
            shift(Duration.ofMinutes(121));
            await().atMost(PATIENCE).until(() -> show(webhook).get("enabled").asBoolean());
            assertThat(show(webhook).get("consecutive_failures").asInt()).isZero();
            assertThat(receiver.messages()).hasSize(before + 2);
            assertThat(watcher.messages("webhook.disabled")).hasSize(1);
            toggle(project, 7);
            receiver.awaitCount(before + 3);
        }
    }

    @Test
    void aReplacedSecretSignsForADay() {
        create(project);
        Webhooks.Registered webhook = Webhooks.register(operator, project, receiver, "project.*");
        operator.post("/v1/webhooks/" + webhook.id() + "/rotate-secret", null).expect(200);
        shift(Duration.ofHours(23));
        operator.post("/v1/webhooks/" + webhook.id() + "/test", null).expect(202);
        assertThat(receiver.awaitCount(1).get(0).isSignedWith(webhook.secret())).isTrue();
        shift(Duration.ofMinutes(61));
        operator.post("/v1/webhooks/" + webhook.id() + "/test", null).expect(202);
        assertThat(receiver.awaitCount(2).get(1).isSignedWith(webhook.secret())).isFalse();
    }

    @Test
    void aHundredReceiversThatHangDelayAHealthyOneByLessThanASecond() {
        create(project);
        Webhooks.Registered healthy = Webhooks.register(operator, null, receiver, "project.*");
        delays(healthy, 4);
        Duration usual = median(delays(healthy, 9));
        try (WebhookReceiver dead = WebhookReceiver.start().hang()) {
            for (int i = 0; i < 100; i++) {
                Webhooks.register(operator, project, dead, "project.*");
            }
            // At the first and second event a hundred calls begin beside the healthy one, later ones wait behind them.
            List<Duration> added =
                    delays(healthy, 9).stream().map(delay -> delay.minus(usual)).toList();
            assertThat(added)
                    .as("what the hanging ones add to the usual %s", usual)
                    .allSatisfy(delay -> assertThat(delay).isLessThan(Duration.ofSeconds(1)));
            dead.awaitCount(200);
            assertThat(database.count("select max(calls) from (select count(*) as calls from jobs"
                            + " where status = 'running' and concurrency_key like 'webhook:%'"
                            + " group by concurrency_key) receivers"))
                    .as("calls of one receiver at once")
                    .isBetween(1L, 2L);
            assertThat(database.count(
                            "select count(*) from webhook_deliveries where status = 'delivered'"
                                    + " and webhook_id in (select id from webhooks where project_id = ?)",
                            project))
                    .isZero();
        }
        database.execute("delete from webhooks where project_id = ?", project);
        operator.delete("/v1/webhooks/" + healthy.id()).expect(204);
    }

    /**
     * The times from the cause to the beginning of the call, of so many events one after another. By the database's clock:
     * the receiver shares the machine with the node, and may take its time to see the call.
     */
    private List<Duration> delays(Webhooks.Registered healthy, int events) {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            int before = healthy.receiver().messages().size();
            toggle(project, i + 1);
            healthy.receiver().awaitCount(before + 1);
            UUID delivery =
                    UUID.fromString(healthy.receiver().messages().get(before).id());
            status(delivery, "delivered");
            delays.add(Duration.ofMillis(database.count("""
                    select 1000 * extract(epoch from a.started_at - d.created_at)
                    from webhook_deliveries d
                        join webhook_attempts a on a.delivery_id = d.id
                    where d.id = ?
                    """, delivery)));
        }
        return delays;
    }

    private static Duration median(List<Duration> delays) {
        return delays.stream().sorted().toList().get(delays.size() / 2);
    }

    private static void create(String id) {
        operator.post(
                        "/v1/projects",
                        "{\"id\": \"" + id + "\", \"name\": \"Test\", \"owner_email\": \"a@example.org\"}")
                .expect(201);
    }

    private static void suspend(String id) {
        operator.post("/v1/projects/" + id + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
    }

    /** One more event of the project: it is suspended, or resumed if it was. */
    private static void toggle(String id, int number) {
        boolean suspended =
                operator.get("/v1/projects/" + id).json().get("status").asText().equals("suspended");
        if (suspended) {
            operator.post("/v1/projects/" + id + "/suspensions/resolve", "{\"reason\": \"" + number + "\"}")
                    .expect(200);
        } else {
            suspend(id);
        }
    }

    private static JsonNode show(Webhooks.Registered webhook) {
        return operator.get("/v1/webhooks/" + webhook.id()).expect(200).json();
    }

    /** Moves the clock and tells the node to look. */
    private static void shift(Duration by) {
        database.shiftClock(by);
        TestJobs.wake(database);
    }

    private static UUID pendingAfter(Webhooks.Registered webhook, int tries) {
        return await()
                .atMost(PATIENCE)
                .until(
                        () -> database.query(
                                "select id from webhook_deliveries where webhook_id = ? and status = 'pending' and attempts = ?",
                                UUID.fromString(webhook.id()),
                                tries),
                        rows -> rows.size() == 1)
                .stream()
                .map(row -> (UUID) row.get("id"))
                .findFirst()
                .orElseThrow();
    }

    private static long millisOfWait(UUID delivery) {
        return database.count("""
                select 1000 * extract(epoch from d.next_attempt_at - a.started_at) - a.duration_ms
                from webhook_deliveries d
                    join webhook_attempts a on a.delivery_id = d.id and a.attempt = d.attempts
                where d.id = ?
                """, delivery);
    }

    private static void status(UUID delivery, String expected) {
        await().atMost(PATIENCE)
                .until(() -> database.<String>value("select status from webhook_deliveries where id = ?", delivery)
                        .equals(expected));
    }
}
