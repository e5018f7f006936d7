package io.sluice.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PassedSlotsTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Slots HOURLY = CronExpression.parse("0 * * * *", "UTC");

    @Test
    void aSlotOnTimeIsKeptWhateverIsMadeUpFor() {
        for (int catchUp : new int[] {0, 1, 5}) {
            PassedSlots passed = PassedSlots.between(HOURLY, NOON, NOON.plusSeconds(60), catchUp);
            assertThat(passed).isEqualTo(new PassedSlots(List.of(NOON), 0, NOON, NOON, false));
        }
    }

    @Test
    void ofSlotsThatWereMissedTheLatestAreKeptAsFarAsTheyAreMadeUpFor() {
        Instant now = NOON.plus(Duration.ofMinutes(270));
        assertThat(PassedSlots.between(HOURLY, NOON, now, 0))
                .isEqualTo(new PassedSlots(List.of(), 5, NOON, hour(16), true));
        assertThat(PassedSlots.between(HOURLY, NOON, now, 1))
                .isEqualTo(new PassedSlots(List.of(hour(16)), 4, NOON, hour(16), true));
        assertThat(PassedSlots.between(HOURLY, NOON, now, 3))
                .isEqualTo(new PassedSlots(List.of(hour(14), hour(15), hour(16)), 2, NOON, hour(16), true));
        assertThat(PassedSlots.between(HOURLY, NOON, now, 1000).kept()).hasSize(5);
    }

    @Test
    void oneOnTimeStandsForThoseThatWereMissedBeforeIt() {
        Instant now = hour(15).plusSeconds(1);
        assertThat(PassedSlots.between(HOURLY, NOON, now, 1).kept()).containsExactly(hour(15));
        assertThat(PassedSlots.between(HOURLY, NOON, now, 2).kept()).containsExactly(hour(14), hour(15));
        assertThat(PassedSlots.between(HOURLY, NOON, now, 0).givenUp()).isEqualTo(3);
    }

    @Test
    void slotsCloserThanAMinuteAreAllOnTime() {
        Slots often = FixedRate.of(Duration.ofSeconds(10), "UTC");
        assertThat(PassedSlots.between(often, NOON, NOON.plusSeconds(35), 1).kept())
                .isEqualTo(Stream.of(0, 10, 20, 30).map(NOON::plusSeconds).toList());
    }

    @Test
    void aYearOfMinutesIsCountedUpToABound() {
        Slots minutely = CronExpression.parse("* * * * *", "UTC");
        PassedSlots passed = PassedSlots.between(minutely, NOON.minus(Duration.ofDays(365)), NOON, 2);
        assertThat(passed.kept()).containsExactly(NOON.minusSeconds(60), NOON);
        assertThat(passed.givenUp()).isEqualTo(9_998);
    }

    private static Instant hour(int hour) {
        return NOON.plus(Duration.ofHours(hour - 12L));
    }
}
