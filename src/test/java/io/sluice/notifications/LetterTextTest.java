package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LetterTextTest {
    private static final Instant THEN = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @EnumSource(NoticeKind.class)
    void everyKindSaysWhatHappenedAndWhatToDo(NoticeKind kind) {
        Message message = Wording.of(notice(kind.word(), "acme", Map.of("advice", "Do something.", "cause", "abuse")));
        assertThat(message.subject()).isNotBlank();
        assertThat(message.headline()).isNotBlank();
        assertThat(message.text())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).endsWith("."));
        assertThat(message.steps())
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step).isNotBlank());
        assertThat(LetterText.plain(message, "footer")).doesNotContain("null", "Optional");
    }

    @Test
    void aKindThatIsUnknownHereIsShownWithItsFigures() {
        Message message = Wording.of(notice("moon.risen", "acme", Map.of("phase", "full", "illumination", 100)));
        assertThat(message.text()).containsExactly("This happened: moon.risen.");
        assertThat(message.facts())
                .contains(new Message.Fact("Phase", "full"), new Message.Fact("Illumination", "100"));
    }

    @Test
    void timesAreWrittenInTheProjectsZone() {
        Message message =
                Wording.of(notice("project.resumed", "acme", Map.of("keep_active_until", "2026-12-01T00:00:00Z")));
        assertThat(message.facts())
                .contains(new Message.Fact("No cap suspends it before", "1 December 2026, 05:45 (Asia/Kathmandu)"));
    }

    @Test
    void sharesAreRoundedDownAndNeverReachWhatWasNotReached() {
        Message message = Wording.of(notice(
                "quota.threshold.reached",
                "acme",
                Map.of("metric", "requests", "period", "month", "threshold", 90, "usage", 99_999, "limit", 100_000)));
        assertThat(message.subject()).isEqualTo("[URGENT] acme: requests at 99.99 % of this month's limit");
    }

    @Test
    void aSubjectIsOneLineOfABoundedLengthWhateverItIsMadeOf() {
        Message message = new Message("a\r\nBcc: b\u2028c\0" + "x".repeat(500), "h", List.of(), List.of(), List.of());
        assertThat(message.subject()).startsWith("a Bcc: b c xxx").hasSize(200);
    }

    @Test
    void aDigestListsAHundredAndCountsTheRest() {
        Letter letter = new Letter(
                UUID.randomUUID(),
                "owner",
                "",
                "a@example.org",
                "acme",
                THEN,
                Collections.nCopies(Letter.MOST_LISTED, notice("project.archived", "acme", Map.of())),
                new Letter.Contents(Map.of("project.archived", 130L), 1));
        Message digest = LetterText.of(letter);
        assertThat(digest.subject()).isEqualTo("130 notices about one project");
        assertThat(digest.facts()).hasSize(100);
        assertThat(digest.steps()).contains("30 more are not listed here.");
    }

    private static Notice notice(String kind, String project, Map<String, Object> data) {
        return new Notice(
                UUID.randomUUID(),
                kind,
                project,
                project,
                "email",
                "owner",
                "pending",
                null,
                0,
                data,
                null,
                ZoneId.of("Asia/Kathmandu"),
                THEN,
                THEN,
                null,
                null);
    }
}
