package io.sluice.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rule about clocks that are put forward or back, in every zone that this Java knows, from 2026 to 2036. What is
 * expected is found by looking at the wall clock of each minute, not by any arithmetic on slots.
 */
class ClockTurnsTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");

    /**
     * A cron text, and what it says about a wall clock, said once more.
     *
     * @param everyHour whether what the clock shows twice counts twice
     */
    private record Rule(String cron, boolean everyHour, Predicate<LocalDateTime> matches) {}

    private static final List<Rule> RULES = List.of(
            new Rule("*/20 * * * *", true, at -> at.getMinute() % 20 == 0),
            new Rule("15 */1 * * 0", true, at -> at.getMinute() == 15 && at.getDayOfWeek() == DayOfWeek.SUNDAY),
            new Rule("30 2 * * *", false, at -> at.getMinute() == 30 && at.getHour() == 2),
            new Rule("0,30 0-3 * * *", false, at -> at.getMinute() % 30 == 0 && at.getHour() <= 3),
            new Rule("45 1,23 * * *", false, at -> at.getMinute() == 45 && (at.getHour() == 1 || at.getHour() == 23)),
            new Rule("5 */2 * * *", false, at -> at.getMinute() == 5 && at.getHour() % 2 == 0));

    @Test
    void noSlotIsDroppedOrDoubledWhereAClockTurns() {
        Set<String> seen = new HashSet<>();
        int turns = 0;
        for (String name : ZoneId.getAvailableZoneIds()) {
            ZoneRules zone = ZoneId.of(name).getRules();
            for (ZoneOffsetTransition turn : turnsOf(zone)) {
                Instant from = turn.getInstant().minus(6, ChronoUnit.HOURS);
                Instant to = turn.getInstant().plus(26, ChronoUnit.HOURS);
                turns++;
                // Zones that turn alike show the same times here.
                if (seen.add(turn + " " + zone.nextTransition(from) + zone.previousTransition(to))) {
                    RULES.forEach(rule -> assertThat(slots(rule.cron(), name, from, to))
                            .as("%s in %s around %s", rule.cron(), name, turn)
                            .isEqualTo(expected(rule, zone, from, to)));
                }
            }
        }
        assertThat(turns).as("turns of all zones").isGreaterThan(2_000);
        assertThat(seen).hasSizeGreaterThan(300);
    }

    @Test
    void everyZoneKeepsItsWeeksForTenYears() {
        Map<ZoneRules, String> zones = new HashMap<>();
        ZoneId.getAvailableZoneIds().forEach(name -> zones.put(ZoneId.of(name).getRules(), name));
        assertThat(zones).hasSizeGreaterThan(150);
        zones.forEach((zone, name) -> {
            // Most clocks turn in the night to a Sunday.
            String cron = "30 2 * * 0";
            List<Instant> expected = new ArrayList<>();
            for (LocalDateTime day = LocalDateTime.parse("2026-01-04T02:30");
                    day.getYear() < 2036;
                    day = day.plusDays(7)) {
                ZoneOffsetTransition turn = zone.getTransition(day);
                expected.add(
                        turn != null && turn.isGap()
                                ? turn.getInstant()
                                : day.atZone(ZoneId.of(name))
                                        .withEarlierOffsetAtOverlap()
                                        .toInstant());
            }
            Instant begin = expected.get(0).minusSeconds(1);
            Instant end = expected.get(expected.size() - 1);
            Slots slots = CronExpression.parse(cron, name);
            assertThat(Stream.iterate(slots.after(begin), slot -> !slot.isAfter(end), slots::after))
                    .as(name)
                    .containsExactlyElementsOf(expected);
        });
    }

    @Test
    void aThousandTicksOfAnyCalendarDriftNowhere() {
        for (Slots slots : List.of(
                FixedRate.of(Duration.ofSeconds(10), "UTC"),
                FixedRate.of(Duration.ofMinutes(7), "UTC"),
                FixedRate.of(Duration.ofDays(1), "UTC"))) {
            Instant first = slots.after(FROM);
            Duration step = Duration.between(first, slots.after(first));
            Instant slot = first;
            for (int i = 0; i < 1_000; i++) {
                assertThat(slot).isEqualTo(first.plus(step.multipliedBy(i)));
                // However late the node looks, the next slot is the same, and the latest is found again.
                Instant late = slot.plus(step.multipliedBy(i % 10).dividedBy(10));
                assertThat(slots.latestUntil(late)).contains(slot);
                assertThat(slots.latestUntil(slot.minusNanos(1))).contains(slot.minus(step));
                slot = slots.after(late);
            }
        }
    }

    private static List<ZoneOffsetTransition> turnsOf(ZoneRules zone) {
        List<ZoneOffsetTransition> turns = new ArrayList<>();
        ZoneOffsetTransition turn = zone.nextTransition(FROM);
        while (turn != null && turn.getInstant().isBefore(TO)) {
            turns.add(turn);
            turn = zone.nextTransition(turn.getInstant());
        }
        return turns;
    }

    /** What the code says, forward by the next slot and, as a check on it, backward by the latest. */
    private static List<Instant> slots(String cron, String zone, Instant from, Instant to) {
        Slots slots = CronExpression.parse(cron, zone);
        List<Instant> found = new ArrayList<>();
        Instant before = null;
        for (Instant slot = slots.after(from.minusNanos(1)); slot.isBefore(to); slot = slots.after(slot)) {
            // Backward too: what comes before the present slot is the one found before it.
            if (before != null) {
                assertThat(slots.latestUntil(slot.minusNanos(1)))
                        .as("%s in %s before %s", cron, zone, slot)
                        .contains(before);
            }
            found.add(slot);
            before = slot;
        }
        return found;
    }

    /** Looks at the clock on the wall, minute by minute. */
    private static List<Instant> expected(Rule rule, ZoneRules zone, Instant from, Instant to) {
        List<Instant> expected = new ArrayList<>();
        Set<LocalDateTime> shown = new HashSet<>();
        LocalDateTime last = null;
        for (Instant at = from.minus(3, ChronoUnit.HOURS); at.isBefore(to); at = at.plusSeconds(60)) {
            LocalDateTime now = LocalDateTime.ofInstant(at, zone.getOffset(at));
            boolean first = shown.add(now);
            boolean wanted = rule.matches().test(now) && (first || rule.everyHour());
            for (LocalDateTime jumped = last == null ? now : last.plusMinutes(1);
                    jumped.isBefore(now);
                    jumped = jumped.plusMinutes(1)) {
                wanted |= rule.matches().test(jumped);
            }
            if (wanted && !at.isBefore(from)) {
                expected.add(at);
            }
            last = now;
        }
        return expected;
    }
}
