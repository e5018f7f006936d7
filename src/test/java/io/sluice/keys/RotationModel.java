package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be true of a key and its successors, in minutes since the first was made. Keys end half an hour beside every
 * instant at which the test looks, so that the seconds that a test takes decide nothing.
 */
final class RotationModel {
    private static final int MOST_GENERATIONS = 10;

    private final Long firstEnd;
    private final List<Key> row = new ArrayList<>();
    private long now;

    /** One step: rotate the key at a place of the row with a grace, wait, or revoke; minutes. */
    record Step(String what, int key, int minutes) {}

    private static final class Key {
        private final Keys.Made made;
        private Long end;
        private boolean revoked;
        private boolean replaced;
        private Instant shownEnd = Instant.MAX;

        Key(Keys.Made made, Long end) {
            this.made = made;
            this.end = end;
        }
    }

    /** A row whose first key ends then; null: never. */
    RotationModel(Long firstEnd) {
        this.firstEnd = firstEnd;
    }

    void made(Keys.Made first) {
        row.add(new Key(first, firstEnd));
    }

    void take(Step step, Keys keys, Api operator, TestDatabase database) {
        Key key = row.get(step.key() < 0 ? row.size() - 1 : step.key() % row.size());
        switch (step.what()) {
            case "wait" -> {
                database.shiftClock(Duration.ofMinutes(step.minutes()));
                now += step.minutes();
            }
            case "revoke" -> {
                operator.delete("/v1/keys/" + key.made.id()).expect(204);
                key.revoked = true;
            }
            default -> rotate(key, step.minutes(), keys);
        }
    }

    private void rotate(Key key, long grace, Keys keys) {
        Answer answer = keys.rotate(key.made.id(), "{\"grace_seconds\": " + grace * 60 + "}");
        boolean full = row.stream().filter(this::works).count() >= MOST_GENERATIONS;
        if (!works(key) || key.replaced || full) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(409);
            return;
        }
        row.add(new Key(Keys.Made.of(answer.expect(201)), key.end));
        key.replaced = true;
        key.end = key.end == null ? now + grace : Math.min(key.end, now + grace);
    }

    private boolean works(Key key) {
        return !key.revoked && (key.end == null || key.end > now);
    }

    /** Compares every key of the row; no key's end was ever later than before. */
    void compare(Keys keys, String project) {
        List<JsonNode> shown = keys.all(project);
        assertThat(shown).hasSameSizeAs(row);
        for (int i = 0; i < row.size(); i++) {
            Key key = row.get(i);
            String code = key.revoked ? "REVOKED" : works(key) ? "VALID" : "EXPIRED";
            keys.expectCode(key.made.secret(), code);
            JsonNode end = shown.get(i).path("expires_at");
            assertThat(end.isNull()).isEqualTo(key.end == null);
            Instant shownEnd = end.isNull() ? Instant.MAX : Instant.parse(end.asText());
            assertThat(shownEnd).isBeforeOrEqualTo(key.shownEnd);
            key.shownEnd = shownEnd;
        }
    }
}
