package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.DyingStep;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The connection of a rotation dies at one of its steps, as it does when the node or PostgreSQL is killed there: nothing of
 * the rotation is left, the key works as before, and the next rotation succeeds.
 */
@ExtendWith(QuietCalendar.class)
class RotationCrashIT {
    private static final String EACH_STEP = """
            api_keys, update, new.project_id
            api_keys, insert, new.project_id
            audit_entries, insert, new.project_id
            events, insert, new.project_id
            """;

    private static final String EACH_STEP_OF_AN_END = """
            api_keys, update, new.project_id
            audit_entries, insert, new.project_id
            events, insert, new.project_id
            """;

    private final TestDatabase database = SharedServer.database();
    private final Keys keys = Keys.shared();
    private final String project = Tenants.create();
    private DyingStep dying;

    @ParameterizedTest
    @CsvSource(textBlock = EACH_STEP)
    void aCallThatDiesLeavesTheKeyAsItWas(String at, String step, String projectOfRow) {
        Keys.Made made = keys.make(project);
        String before = keys.get(made.id()).toString();
        String idempotencyKey = UUID.randomUUID().toString();
        dieAt(at, step, projectOfRow);
        Answer died = keys.rotate(made.id(), "{}", "Idempotency-Key", idempotencyKey);
        assertThat(died.status()).as(died.body()).isGreaterThanOrEqualTo(500);
        expectUntouched(made, before);
        recover();
        Answer repeated =
                keys.rotate(made.id(), "{}", "Idempotency-Key", idempotencyKey).expect(201);
        expectRotated(made, Keys.Made.of(repeated).id());
    }

    @ParameterizedTest
    @CsvSource(textBlock = EACH_STEP + """
            api_key_handovers, insert, (select project_id from api_keys where id = new.key_id)
            """)
    void aJobThatDiesLeavesTheKeyAsItWas(String at, String step, String projectOfRow) {
        Keys.Made made = keys.make(project);
        String before = keys.get(made.id()).toString();
        dieAt(at, step, projectOfRow);
        JsonNode died = keys.run("rotate_key", "{\"key_id\": \"" + made.id() + "\"}");
        assertThat(died.path("status").asText()).isEqualTo("failed");
        assertThat(died.path("attempts").asInt()).isEqualTo(1);
        expectUntouched(made, before);
        recover();
        JsonNode job = keys.run("rotate_key", "{\"key_id\": \"" + made.id() + "\"}");
        expectRotated(made, job.at("/result/new_key_id").asText());
    }

    /** The last step of the job: its own end, which commits together with the rotation. */
    @Test
    void aJobThatDiesAtItsOwnEndLeavesTheKeyAsItWas() {
        Keys.Made made = keys.make(project);
        String before = keys.get(made.id()).toString();
        dieAt("jobs", "update", "case when new.status = 'completed' then new.payload ->> 'key_id' end", made.id());
        JsonNode died = keys.run("rotate_key", "{\"key_id\": \"" + made.id() + "\"}");
        assertThat(died.path("status").asText()).isEqualTo("failed");
        expectUntouched(made, before);
        recover();
        expectRotated(
                made,
                keys.run("rotate_key", "{\"key_id\": \"" + made.id() + "\"}")
                        .at("/result/new_key_id")
                        .asText());
    }

    @ParameterizedTest
    @CsvSource(textBlock = EACH_STEP_OF_AN_END)
    void aRevocationThatDiesIsDoneOnceByItsNextAttempt(String at, String step, String projectOfRow) {
        Keys.Made made = keys.make(project);
        dieAt(at, step, projectOfRow);
        String job = start("revoke_key", "{\"key_id\": \"" + made.id() + "\"}");
        awaitFailedAttempt(job);
        keys.expectCode(made.secret(), "VALID");
        recover();
        assertThat(keys.ended(job).path("status").asText()).isEqualTo("completed");
        keys.expectCode(made.secret(), "REVOKED");
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.revoked");
        assertThat(keys.audited(made.id())).containsExactly("key.created", "key.revoked");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EACH_STEP_OF_AN_END)
    void aLookForEndedKeysThatDiesTellsEachOnceInItsNextAttempt(String at, String step, String projectOfRow) {
        Keys.Made made = keys.make(project);
        keys.rotate(made.id(), "{\"grace_seconds\": 0}").expect(201);
        dieAt(at, step, projectOfRow);
        String job = start("expire_keys", "{}");
        awaitFailedAttempt(job);
        keys.expectCode(made.secret(), "EXPIRED");
        assertThat(keys.told(made.id())).doesNotContain("key.expired");
        recover();
        assertThat(keys.ended(job).path("status").asText()).isEqualTo("completed");
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.rotated", "key.expired");
        assertThat(keys.audited(made.id())).containsExactly("key.created", "key.rotated", "key.expired");
    }

    /** With attempts enough: each that comes before the step lets go dies too. */
    private String start(String type, String payload) {
        return TestJobs.insert(database, type, payload, 20).toString();
    }

    private void awaitFailedAttempt(String job) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> database.count(
                                "select count(*) from job_attempts where job_id = cast(? as uuid) and outcome = 'failed'",
                                job)
                        > 0);
    }

    private void expectUntouched(Keys.Made made, String before) {
        assertThat(keys.get(made.id()).toString()).isEqualTo(before);
        assertThat(keys.all(project)).hasSize(1);
        assertThat(keys.audited(made.id())).containsExactly("key.created");
        assertThat(keys.told(made.id())).containsExactly("key.created");
        keys.expectCode(made.secret(), "VALID");
    }

    private void expectRotated(Keys.Made made, String freshId) {
        assertThat(keys.all(project)).hasSize(2);
        assertThat(keys.get(made.id()).path("replaced_by").asText()).isEqualTo(freshId);
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.rotated");
        keys.expectCode(made.secret(), "VALID");
    }

    private void dieAt(String at, String step, String projectOfRow) {
        dieAt(at, step, projectOfRow, project);
    }

    private void dieAt(String at, String step, String ofRow, String ours) {
        dying = DyingStep.at(database, at, step, ofRow, ours);
    }

    @AfterEach
    void recover() {
        if (dying != null) {
            dying.close();
            dying = null;
        }
    }
}
