package io.sluice.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.outbound.AnswerExamples;
import io.sluice.outbound.OutboundAnswer.Failure;
import io.sluice.webhooks.EventFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** When a try is repeated, what an answer means, and how a message is signed. */
class ScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"1, PT5S", "2, PT5M", "3, PT30M", "4, PT2H", "5, PT2H"})
    void waitsLongerAfterEveryTryWithinATenth(int tries, Duration usual) {
        assertThat(Schedule.wait(tries, 0.5, null, NOW)).isEqualTo(usual);
        assertThat(Schedule.wait(tries, 0, null, NOW))
                .isEqualTo(usual.multipliedBy(9).dividedBy(10));
        assertThat(Schedule.wait(tries, 1, null, NOW))
                .isEqualTo(usual.multipliedBy(11).dividedBy(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120 | PT2M",
                "0 | PT5S",
                "4 | PT5S",
                "86400 | PT24H",
                "86401 | PT24H",
                "999999999 | PT24H",
                "9999999999 | PT5S",
                "-1 | PT5S",
                "soon | PT5S",
                "1.5 | PT5S",
                "Mon, 23 Nov 2026 12:10:00 GMT | PT10M",
                "Mon, 23 Nov 2026 11:00:00 GMT | PT5S",
                "Fri, 23 Nov 2046 11:00:00 GMT | PT24H"
            })
    void waitsAsLongAsAskedButNotBeyondADayNorLessThanUsual(String retryAfter, Duration expected) {
        assertThat(Schedule.wait(1, 0.5, retryAfter, NOW)).isEqualTo(expected);
    }

    @Test
    void looksAtADisabledWebhookTenTimes() {
        assertThat(Schedule.probe(0)).isEqualTo(Duration.ofHours(1));
        assertThat(Schedule.probe(3)).isEqualTo(Duration.ofHours(8));
        assertThat(Schedule.probe(9)).isEqualTo(Duration.ofHours(24));
        assertThat(Schedule.probe(10)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "200, DELIVERED",
        "201, DELIVERED",
        "204, DELIVERED",
        "299, DELIVERED",
        "300, REFUSED",
        "301, REFUSED",
        "302, REFUSED",
        "304, REFUSED",
        "307, REFUSED",
        "308, REFUSED",
        "400, REFUSED",
        "401, REFUSED",
        "403, REFUSED",
        "404, REFUSED",
        "407, REFUSED",
        "408, AGAIN",
        "409, REFUSED",
        "410, GONE",
        "411, REFUSED",
        "418, REFUSED",
        "422, REFUSED",
        "424, REFUSED",
        "425, AGAIN",
        "426, REFUSED",
        "429, AGAIN",
        "451, REFUSED",
        "500, AGAIN",
        "501, AGAIN",
        "502, AGAIN",
        "503, AGAIN",
        "504, AGAIN",
        "599, AGAIN"
    })
    void judgesByTheStatus(int status, Verdict verdict) {
        assertThat(Verdict.of(AnswerExamples.status(status))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void triesAgainWithoutAnAnswerUnlessTheTargetIsRefused(Failure failure) {
        assertThat(Verdict.of(AnswerExamples.failed(failure)))
                .isEqualTo(failure == Failure.TARGET_REFUSED ? Verdict.REFUSED : Verdict.AGAIN);
    }

    @Test
    void theOfficialLibraryAcceptsEitherOfTwoSecretsAndNoOther() throws Exception {
        byte[] first = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        byte[] second = "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        byte[] other = "another-secret-another-secret-00".getBytes(StandardCharsets.US_ASCII);
        String body = "{\"type\":\"quota.exceeded\",\"data\":{\"name\":\"\u00e4\u20ac\"}}";
        long now = Instant.now().getEpochSecond();
        Map<String, List<String>> headers = Map.of(
                "webhook-id", List.of("01a2"),
                "webhook-timestamp", List.of(Long.toString(now)),
                "webhook-signature", List.of(Signature.of(List.of(first, second), "01a2", now, body)));
        assertThat(accepts(first, body, headers)).isTrue();
        assertThat(accepts(second, body, headers)).isTrue();
        assertThat(accepts(other, body, headers)).isFalse();
        assertThat(accepts(first, body + " ", headers)).isFalse();
    }

    @Test
    void everyBeginningOfANameHearsOfIt() {
        assertThat(EventFilter.patternsOf("quota.threshold.reached"))
                .containsExactlyInAnyOrder("*", "quota.*", "quota.threshold.*", "quota.threshold.reached");
    }

    private static boolean accepts(byte[] secret, String body, Map<String, List<String>> headers) {
        try {
            new com.standardwebhooks.Webhook("whsec_" + Base64.getEncoder().encodeToString(secret))
                    .verify(body, headers);
            return true;
        } catch (com.standardwebhooks.exceptions.WebhookVerificationException refused) {
            return false;
        }
    }
}
