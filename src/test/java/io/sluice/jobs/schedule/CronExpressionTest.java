package io.sluice.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronExpressionTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void aSlotIsItsOwnLatestButNotItsOwnNext() {
        CronExpression hourly = CronExpression.parse("0 * * * *", "UTC");
        assertThat(hourly.after(NOON)).isEqualTo("2026-11-23T13:00:00Z");
        assertThat(hourly.after(NOON.minusMillis(1))).isEqualTo(NOON);
        assertThat(hourly.latestUntil(NOON)).contains(NOON);
        assertThat(hourly.latestUntil(NOON.plusMillis(1))).contains(NOON);
        assertThat(hourly.latestUntil(NOON.minusMillis(1))).contains(Instant.parse("2026-11-23T11:00:00Z"));
    }

    @Test
    void fieldsReadTheWallClockOfTheirZone() {
        CronExpression morning = CronExpression.parse("30 7 * * 1", "Europe/Berlin");
        assertThat(morning.after(NOON)).isEqualTo("2026-11-30T06:30:00Z");
        assertThat(morning.after(Instant.parse("2026-06-30T00:00:00Z"))).isEqualTo("2026-07-06T05:30:00Z");
    }

    @Test
    void aThousandHourlySlotsDriftNowhere() {
        CronExpression hourly = CronExpression.parse("0 * * * *", "UTC");
        Instant slot = NOON;
        for (int i = 1; i <= 1_000; i++) {
            slot = hourly.after(slot);
            assertThat(slot).isEqualTo(NOON.plus(Duration.ofHours(i)));
        }
    }

    @Test
    void latestAndNextLeaveNoSlotOut() {
        Random random = new Random(7);
        String[] crons = {"*/7 * * * *", "0 */5 * * *", "15 3 1 * *", "0 0 * * 0", "59 23 31 12 *"};
        String[] zones = {"UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"};
        for (int i = 0; i < 2_000; i++) {
            CronExpression cron =
                    CronExpression.parse(crons[random.nextInt(crons.length)], zones[random.nextInt(zones.length)]);
            Instant at = NOON.plusSeconds(random.nextInt(100_000_000));
            Instant latest = cron.latestUntil(at).orElseThrow();
            Instant next = cron.after(at);
            assertThat(latest).isBeforeOrEqualTo(at);
            assertThat(next).isAfter(at);
            assertThat(cron.after(latest))
                    .as("%s", latest.atZone(ZoneId.of("UTC")))
                    .isEqualTo(next);
        }
    }

    @Test
    void invalidTextsAreRefusedByTheirMember() {
        for (String cron : new String[] {
            "",
            "* * * *",
            "61 * * * *",
            "a b c d e",
            "* * * * * *",
            "0 0 * * |",
            "0|30 2|3 * * *",
            "0 0 * * *||30 2 * * *"
        }) {
            assertThatThrownBy(() -> CronExpression.parse(cron, "UTC"))
                    .as(cron)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("cron");
        }
        assertThatThrownBy(() -> CronExpression.parse("* * * * *", "Mars/Phobos"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("time_zone");
    }
}
