package io.sluice.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Instants, units, anchors and zones, leaning towards midnights, turns of months and changes of the clock. */
class PeriodCases extends DomainContextBase {
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/St_Johns",
            "America/Havana",
            "America/Santiago",
            "America/Scoresbysund",
            "Atlantic/Azores",
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "Asia/Beirut",
            "Australia/Lord_Howe",
            "Pacific/Auckland",
            "Pacific/Chatham",
            "Pacific/Kiritimati",
            "Pacific/Pago_Pago");
    private static final long FIRST = Instant.parse("2012-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();

    record Case(Period period, Instant at) {}

    @Provide
    Arbitrary<Instant> instants() {
        return Arbitraries.longs().between(FIRST, LAST).map(Instant::ofEpochSecond);
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<ZoneId> zones = Arbitraries.of(ZONES).map(ZoneId::of);
        Arbitrary<Integer> anchors = Arbitraries.oneOf(
                Arbitraries.of(1, 28, 29, 30, 31), Arbitraries.integers().between(1, 31));
        Arbitrary<Long> offsets = Arbitraries.of(-5400L, -3600L, -1800L, -1L, 0L, 1L, 1799L, 3600L, 5399L);
        return Combinators.combine(
                        Arbitraries.of(Period.Unit.values()),
                        anchors,
                        zones,
                        instants(),
                        offsets,
                        Arbitraries.of(0, 1, 2))
                .as((unit, anchor, zone, at, offset, near) -> new Case(
                        new Period(unit, anchor, zone), near(near, zone, at).plusSeconds(near == 0 ? 0 : offset)));
    }

    private static Instant near(int what, ZoneId zone, Instant at) {
        if (what == 1) {
            return LocalDate.ofInstant(at, zone).atStartOfDay(zone).toInstant();
        }
        if (what == 2) {
            var change = zone.getRules().nextTransition(at);
            return change == null ? at : change.getInstant();
        }
        return at;
    }
}
