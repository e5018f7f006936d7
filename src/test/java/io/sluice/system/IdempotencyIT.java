package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IdempotencyIT {
    private final Api operator = SharedServer.operator();
    private final String key = UUID.randomUUID().toString();

    @Test
    void fiftyParallelRequestsUnderOneKeyRunOnce() throws Exception {
        String name = "parallel-" + key;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(50);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(threads.submit(() -> {
                start.await();
                return create(operator, name);
            }));
        }
        start.countDown();
        List<Answer> seen = new ArrayList<>();
        for (Future<Answer> answer : answers) {
            seen.add(answer.get());
        }
        threads.shutdown();
        assertThat(seen).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(201));
        assertThat(seen.stream()
                        .map(answer -> answer.json().path("id").asText())
                        .distinct())
                .hasSize(1);
        assertThat(seen.stream().filter(answer -> answer.json().path("token").isTextual()))
                .hasSize(1);
        assertThat(tokensNamed(name)).isEqualTo(1);
        assertThat(SharedServer.database()
                        .count(
                                "select count(*) from audit_entries where action = 'token.created' and target_id = ?",
                                seen.get(0).json().path("id").asText()))
                .isEqualTo(1);
    }

    @Test
    void aRepetitionGetsTheFirstAnswerWithoutItsSecret() {
        Answer first = create(operator, "replay");
        Answer second = create(operator, "replay");
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.header("Location"))
                .isEqualTo(first.header("Location"))
                .isNotEmpty();
        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(second.json().path("token").isNull()).isTrue();
        assertThat(second.json().path("secret_already_shown").asBoolean()).isTrue();
        assertThat(first.json().has("secret_already_shown")).isFalse();
    }

    @Test
    void aRepetitionShowsAPayloadAsTheCallerWroteIt() {
        String payload = "{\"project_id\": \"none\", \"pattern_type\": \"error_spike\", \"enforce_action\": false,"
                + " \"context\": {\"token\": \"abc\", \"secret\": \"of the trade\"}}";
        String body = "{\"type\": \"auto_suspend\", \"delay_seconds\": 86400, \"payload\": " + payload + "}";
        Answer first = operator.post("/v1/jobs", body, "Idempotency-Key", key).expect(202);
        Answer second = operator.post("/v1/jobs", body, "Idempotency-Key", key).expect(202);
        SharedServer.database()
                .execute(
                        "delete from jobs where id = cast(? as uuid)",
                        first.json().path("id").asText());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(second.json().at("/payload/context/token").asText()).isEqualTo("abc");
    }

    @Test
    void noSecretIsStoredAnywhere() {
        String secret = create(operator, "secret").json().path("token").asText();
        assertThat(SharedServer.database()
                        .count("select count(*) from idempotency_keys k where k::text like '%' || ? || '%'", secret))
                .isZero();
        assertThat(SharedServer.database()
                        .count("select count(*) from access_tokens t where t::text like '%' || ? || '%'", secret))
                .isZero();
    }

    @Test
    void anotherBodyUnderTheSameKeyIsRefused() {
        create(operator, "one").expect(201);
        Answer other = create(operator, "other").expect(422);
        assertThat(other.code()).isEqualTo("IDEMPOTENCY_MISMATCH");
        assertThat(tokensNamed("other")).isZero();
    }

    @Test
    void anotherPathUnderTheSameKeyIsRefused() {
        operator.post("/v1/tokens", body("path"), "Idempotency-Key", key).expect(201);
        operator.post("/v1/tokens/", body("path"), "Idempotency-Key", key).expect(422);
    }

    @Test
    void anotherCallersKeyIsItsOwn() {
        Api other = operator.as(TestTokens.make(operator, "operator"));
        String mine = create(operator, "mine").expect(201).json().path("id").asText();
        String others = create(other, "mine").expect(201).json().path("id").asText();
        assertThat(others).isNotEqualTo(mine);
    }

    @Test
    void aRefusalIsKeptAndChangesNothing() {
        String refused = "{\"name\":\"refused\",\"role\":\"owner\"}";
        Answer first =
                operator.post("/v1/tokens", refused, "Idempotency-Key", key).expect(400);
        Answer second =
                operator.post("/v1/tokens", refused, "Idempotency-Key", key).expect(400);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(tokensNamed("refused")).isZero();
    }

    @Test
    void aFailureIsNotKeptAndTakesItsEffectBack() {
        String name = "failing-" + key;
        String constraint = "fail_" + key.replace("-", "");
        // The database refuses the audit entry, after the token was written in the same transaction.
        SharedServer.database()
                .execute("alter table audit_entries add constraint " + constraint
                        + " check (request_id is null or request_id <> '" + key + "')");
        try {
            operator.post("/v1/tokens", body(name), "Idempotency-Key", key, "X-Request-Id", key)
                    .expect(500);
            assertThat(tokensNamed(name)).isZero();
        } finally {
            SharedServer.database().execute("alter table audit_entries drop constraint " + constraint);
        }
        Answer again = create(operator, name).expect(201);
        assertThat(again.header("Idempotency-Replayed")).isEmpty();
        assertThat(tokensNamed(name)).isEqualTo(1);
    }

    @Test
    void anExpiredKeyProtectsAgain() {
        String first =
                create(operator, "expiring").expect(201).json().path("id").asText();
        SharedServer.database().execute("update idempotency_keys set expires_at = sluice_now() where key = ?", key);
        String second =
                create(operator, "expiring").expect(201).json().path("id").asText();
        String third =
                create(operator, "expiring").expect(201).json().path("id").asText();
        assertThat(second).isNotEqualTo(first);
        assertThat(third).isEqualTo(second);
    }

    @Test
    void anAnswerIsKeptForADay() {
        create(operator, "day").expect(201);
        assertThat(SharedServer.database().count("""
                        select count(*) from idempotency_keys
                        where key = ? and expires_at between sluice_now() + interval '23 hours 59 minutes'
                            and sluice_now() + interval '24 hours'
                        """, key)).isEqualTo(1);
    }

    @Test
    void aKeyThatIsStillWorkedOnIsWaitedForAndThenRefusedAsRetryable() throws Exception {
        long start = System.nanoTime();
        try (var connection = SharedServer.database().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "select pg_advisory_xact_lock(hashtextextended('bootstrap' || chr(10) || '" + key + "', 20090))");
            Answer busy = create(operator, "busy").expect(409);
            assertThat(busy.code()).isEqualTo("CONFLICT");
            assertThat(busy.json().path("retryable").asBoolean()).isTrue();
            connection.rollback();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(30));
        create(operator, "busy").expect(201);
    }

    @Test
    void aKeyThatIsNoKeyIsRefused() {
        for (String bad : List.of("", "with space", "x".repeat(256))) {
            Answer refused = operator.post("/v1/tokens", body("bad"), "Idempotency-Key", bad)
                    .expect(400);
            assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("Idempotency-Key");
        }
    }

    private Answer create(Api caller, String name) {
        return caller.post("/v1/tokens", body(name), "Idempotency-Key", key);
    }

    private static String body(String name) {
        return "{\"name\":\"" + name + "\",\"role\":\"viewer\"}";
    }

    private static long tokensNamed(String name) {
        return SharedServer.database().count("select count(*) from access_tokens where name = ?", name);
    }
}
