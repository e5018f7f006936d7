package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Keys over days and months, on a node of its own whose clock the test moves. */
class KeyLifetimeIT {
    private static final String ANOTHER_MASTER_KEY = Base64.getEncoder().encodeToString(new byte[32]);

    private static TestDatabase database;
    private static SluiceServer node;
    private static Keys keys;
    private static Api operator;

    @BeforeContainer
    static void start() {
        database = SharedServer.postgres().createDatabase();
        start(SluiceServer.builder());
        // Each move of the clock would have it run what the tests ask for themselves.
        database.execute("update schedules set enabled = false");
    }

    private static void start(SluiceServer.Builder builder) {
        node = builder.database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_WEBHOOKS_ALLOW", "127.0.0.1")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        keys = new Keys(operator, database);
    }

    @AfterContainer
    static void stop() {
        node.close();
    }

    /** What happens to a row of rotations, compared after each step with what a few lines say must be true then. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void anyRowOfRotationsDoesWhatTheModelSays(@ForAll("steps") List<RotationModel.Step> steps) {
        String project = project();
        Long end = steps.size() % 2 == 0 ? null : 60L * 24 * 9 + 30;
        RotationModel model = new RotationModel(end);
        String expiry = end == null
                ? ""
                : ", \"expires_at\": \""
                        + database.value("select to_char(sluice_now() at time zone 'UTC'"
                                + " + interval '9 days 30 minutes', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
                        + "\"";
        model.made(keys.make(project, "{\"name\": \"m\"" + expiry + "}"));
        for (RotationModel.Step step : steps) {
            model.take(step, keys, operator, database);
            model.compare(keys, project);
        }
    }

    @Provide
    Arbitrary<List<RotationModel.Step>> steps() {
        Arbitrary<RotationModel.Step> rotate = Arbitraries.integers()
                .between(0, 30)
                .flatMap(key -> Arbitraries.of(0, 90, 24 * 60 + 30, 9 * 24 * 60 + 30)
                        .map(grace -> new RotationModel.Step("rotate", key, grace)));
        Arbitrary<RotationModel.Step> rotateLatest = Arbitraries.of(0, 90, 24 * 60 + 30, 9 * 24 * 60 + 30)
                .map(grace -> new RotationModel.Step("rotate", -1, grace));
        Arbitrary<RotationModel.Step> wait = Arbitraries.of(60, 120, 24 * 60, 3 * 24 * 60)
                .map(minutes -> new RotationModel.Step("wait", 0, minutes));
        Arbitrary<RotationModel.Step> revoke =
                Arbitraries.integers().between(0, 30).map(key -> new RotationModel.Step("revoke", key, 0));
        return Arbitraries.frequencyOf(
                        Tuple.of(3, rotate), Tuple.of(5, rotateLatest), Tuple.of(4, wait), Tuple.of(1, revoke))
                .list()
                .ofMinSize(4)
                .ofMaxSize(12);
    }

    @Example
    void whatEndsIsToldOnceByTheHourlyJob() {
        String project = project();
        Keys.Made old = keys.make(project);
        Keys.Made revoked = keys.make(project);
        String fresh = keys.run("rotate_key", "{\"key_id\": \"" + old.id() + "\"}")
                .at("/result/new_key_id")
                .asText();
        keys.rotate(revoked.id(), "{}").expect(201);
        operator.delete("/v1/keys/" + revoked.id()).expect(204);
        assertThat(keys.run("expire_keys", "{}").path("status").asText()).isEqualTo("completed");
        assertThat(keys.told(old.id())).doesNotContain("key.expired");
        operator.get("/v1/schedules/hourly-key-expiry").expect(200);

        database.shiftClock(Duration.ofHours(24).plusSeconds(1));
        keys.expectCode(old.secret(), "EXPIRED");
        JsonNode told = keys.run("expire_keys", "{}");
        assertThat(told.at("/result/keys_expired").isNumber()).isTrue();
        keys.run("expire_keys", "{}");
        assertThat(keys.told(old.id())).containsExactly("key.created", "key.rotated", "key.expired");
        assertThat(keys.event(old.id(), "key.expired").path("new_key_id").asText())
                .isEqualTo(fresh);
        assertThat(keys.audited(old.id())).containsExactly("key.created", "key.rotated", "key.expired");
        assertThat(keys.told(revoked.id())).doesNotContain("key.expired");
        assertThat(keys.get(fresh).path("secret_until").isNull()).isFalse();

        database.shiftClock(Duration.ofHours(48));
        operator.post("/v1/keys/" + fresh + "/secret", null).expect(404);
        assertThat(database.count("select count(*) from api_key_handovers where key_id = cast(? as uuid)", fresh))
                .isEqualTo(1);
        assertThat(keys.run("expire_keys", "{}").at("/result/secrets_forgotten").asLong())
                .isPositive();
        assertThat(database.count("select count(*) from api_key_handovers where key_id = cast(? as uuid)", fresh))
                .isZero();
    }

    /**
     * A node that stops writes the last uses down; one with the next master key knows the keys of the one before it, and
     * seals anew whatever must be opened after that one is gone.
     */
    @Example
    void usesOutliveAStopAndKeysAndSealedSecretsAChangeOfTheMasterKey() {
        String project = project();
        WebhookReceiver receiver = WebhookReceiver.start();
        Webhooks.Registered webhook = Webhooks.register(operator, project, receiver, "project.*");
        String rotated = operator.post("/v1/webhooks/" + webhook.id() + "/rotate-secret", null)
                .expect(200)
                .json()
                .path("secret")
                .asText();
        operator.put("/v1/projects/" + project + "/notification-chat", "{\"url\": \"" + receiver.url("/chat") + "\"}")
                .expect(200);
        Keys.Made made = keys.make(project);
        Keys.Made unused = keys.make(project);
        String sealed = keys.run("rotate_key", "{\"key_id\": \"" + unused.id() + "\"}")
                .at("/result/new_key_id")
                .asText();
        for (int i = 0; i < 5; i++) {
            keys.expectCode(made.secret(), "VALID");
        }
        operator.post("/v1/schedules/secrets-reseal/pause", null).expect(200);
        node.terminate();
        node.awaitExit(Duration.ofSeconds(90));
        assertThat(database.count(
                        "select coalesce(sum(success), 0) from api_key_uses where key_id = cast(? as uuid)", made.id()))
                .isEqualTo(5);

        start(SluiceServer.builder()
                .environment("SLUICE_MASTER_KEY", ANOTHER_MASTER_KEY)
                .environment("SLUICE_MASTER_KEY_PREVIOUS", SluiceServer.MASTER_KEY));
        String before = masterKey(unused.id());
        assertThat(masterKey(made.id())).isEqualTo(before);
        keys.expectCode(made.secret(), "VALID");
        keys.expectCode(made.secret(), "VALID");
        assertThat(masterKey(made.id())).isNotEqualTo(before);
        assertThat(masterKey(made.id())).isEqualTo(masterKey(keys.make(project).id()));
        assertThat(masterKey(unused.id())).isEqualTo(before);
        assertThat(sealedUnder(before)).isEqualTo(4);
        database.execute("update webhook_secrets set master_key_id = 'deadbeef' where expires_at is not null");
        JsonNode done = keys.run("reseal_secrets", "{}").path("result");
        assertThat(done.path("resealed").path("webhook_secrets").asInt()).isEqualTo(1);
        assertThat(done.path("unreadable").asInt())
                .as("the one of a third master key, which stays")
                .isEqualTo(1);
        database.execute("update webhook_secrets set master_key_id = ? where master_key_id = 'deadbeef'", before);
        assertThat(keys.run("reseal_secrets", "{}")
                        .at("/result/resealed/webhook_secrets")
                        .asInt())
                .isEqualTo(1);
        assertThat(keys.run("reseal_secrets", "{}").at("/result/resealed")).isEmpty();
        assertThat(sealedUnder(before)).isZero();
        operator.post("/v1/webhooks/" + webhook.id() + "/test", null).expect(202);
        assertThat(receiver.awaitCount(1).get(0)).satisfies(message -> {
            assertThat(message.isSignedWith(webhook.secret())).isTrue();
            assertThat(message.isSignedWith(rotated)).isTrue();
        });
        operator.get("/v1/projects/" + project + "/notification-chat").expect(200);
        receiver.close();
        Keys.Made fetched = Keys.Made.of(
                operator.post("/v1/keys/" + sealed + "/secret", null).expect(200));
        keys.expectCode(fetched.secret(), "VALID");

        node.close();
        start(SluiceServer.builder().environment("SLUICE_MASTER_KEY_PREVIOUS", ANOTHER_MASTER_KEY));
        keys.expectCode(made.secret(), "VALID");
        try (SluiceServer forgotten = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_MASTER_KEY", ANOTHER_MASTER_KEY)
                .start()) {
            assertThat(forgotten.awaitExit(SharedServer.START_TIMEOUT))
                    .as("the exit of a node that has only the key of the change that was taken back")
                    .isEqualTo(78);
        }
    }

    /** How much of what lies under seal names this master key. */
    private static long sealedUnder(String key) {
        return database.count("""
                select (select count(*) from webhook_secrets where master_key_id = ?)
                    + (select count(*) from project_chats where master_key_id = ?)
                    + (select count(*) from api_key_handovers where master_key_id = ?)
                """, key, key, key);
    }

    private static String masterKey(String id) {
        return database.value("select master_key_id from api_keys where id = cast(? as uuid)", id);
    }

    private static String project() {
        String id = "p-" + UUID.randomUUID();
        operator.post(
                        "/v1/projects",
                        "{\"id\": \"" + id + "\", \"name\": \"Test\", \"owner_email\": \"a@example.org\"}")
                .expect(201);
        return id;
    }
}
