package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A payload has at most 1 MiB as the database writes it. */
class PayloadBoundsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final int MOST = 1_048_576;

    private static Api operator;

    private final String mark = "bounds-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNothingThatWaits() {
        DATABASE.execute("delete from jobs where request_id = ?", mark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ä", "€", "😀"})
    void theLastByteThatFitsIsTakenAndOneMoreIsNot(String letter) {
        enqueue("\"\"").expect(202);
        int frame = DATABASE.<Integer>value("select octet_length(payload::text) from jobs where request_id = ?", mark);
        int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
        int letters = (MOST - frame) / bytes;
        String fits = letter.repeat(letters) + "y".repeat(MOST - frame - letters * bytes);
        enqueue("\"" + fits + "\"").expect(202);
        assertThat(DATABASE.<Integer>value(
                        "select max(octet_length(payload::text)) from jobs where request_id = ?", mark))
                .isEqualTo(MOST);
        assertRefused(enqueue("\"" + fits + "y\""));
    }

    /** Few characters of a request can be many digits in the database. */
    @ParameterizedTest
    @ValueSource(strings = {"1e300", "1E+300", "1e-300"})
    void numbersThatTheDatabaseWritesWithTooManyDigitsAreRefused(String number) {
        enqueue(IntStream.range(0, 3_000).mapToObj(n -> number).collect(Collectors.joining(",", "[", "]")))
                .expect(202);
        assertRefused(
                enqueue(IntStream.range(0, 4_000).mapToObj(n -> number).collect(Collectors.joining(",", "[", "]"))));
    }

    /** The database writes these as integers beyond 2^53-1, or with hundreds of digits. */
    @ParameterizedTest
    @ValueSource(strings = {"1e16", "-1.5E+18", "1e300", "1e-300", "1.7976931348623157e308", "4.9e-324"})
    void aNumberThatWasTakenReachesTheHandler(String number) {
        UUID id = UUID.fromString(
                enqueue(number, 0).expect(202).json().at("/ids/0").asText());
        await().atMost(Duration.ofSeconds(30)).until(() -> TestJobs.status(DATABASE, id), "failed"::equals);
        assertThat(TestJobs.job(DATABASE, id)).containsEntry("last_error", "There is no project 'none'.");
    }

    private Answer enqueue(String blob) {
        return enqueue(blob, 86_400);
    }

    private Answer enqueue(String blob, int delaySeconds) {
        return operator.post("/v1/jobs/batch", """
                {"jobs": [{"type": "auto_suspend", "delay_seconds": %d, "payload": {
                    "project_id": "none", "pattern_type": "error_spike", "enforce_action": false,
                    "context": {"blob": %s}}}]}
                """.formatted(delaySeconds, blob), "X-Request-Id", mark);
    }

    private static void assertRefused(Answer answer) {
        answer.expect(400);
        assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("jobs[0].payload");
    }
}
