package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;

class PeriodTest {
    private static final ZoneId UTC = ZoneId.of("UTC");

    @Property
    @Domain(PeriodCases.class)
    void holdsEveryInstantInExactlyOnePeriod(@ForAll PeriodCases.Case each) {
        Instant start = each.period().start(each.at());
        Instant end = each.period().end(each.at());
        assertThat(start).isBeforeOrEqualTo(each.at());
        assertThat(end).isAfter(each.at());
        assertThat(each.period().start(start)).isEqualTo(start);
        assertThat(each.period().start(end)).isEqualTo(end);
        assertThat(each.period().end(end.minusNanos(1000))).isEqualTo(end);
    }

    @Property
    @Domain(PeriodCases.class)
    void beginsDaysAndMonthsAtTheFirstInstantOfALocalDay(@ForAll PeriodCases.Case each) {
        Instant start = each.period().start(each.at());
        LocalDate day = LocalDate.ofInstant(start, each.period().zone());
        assertThat(start).isEqualTo(day.atStartOfDay(each.period().zone()).toInstant());
    }

    @Property
    void anchorsMonthsOnTheirDayOrTheLastDayOfShortOnes(@ForAll @IntRange(min = 1, max = 31) int anchor) {
        Period period = new Period(Period.Unit.MONTH, anchor, UTC);
        List<LocalDate> starts = new ArrayList<>();
        List<LocalDate> expected = new ArrayList<>();
        Instant at = period.start(Instant.parse("2027-01-31T12:00:00Z"));
        YearMonth month = YearMonth.from(LocalDate.ofInstant(at, UTC));
        for (int i = 0; i < 24; i++) {
            starts.add(LocalDate.ofInstant(at, UTC));
            expected.add(month.plusMonths(i)
                    .atDay(Math.min(anchor, month.plusMonths(i).lengthOfMonth())));
            at = period.end(at);
        }
        assertThat(starts).isEqualTo(expected);
    }

    @Property
    @Domain(PeriodCases.class)
    void doesNotHeedTheAnchorForDays(@ForAll PeriodCases.Case each) {
        ZoneId zone = each.period().zone();
        Instant start = new Period(Period.Unit.DAY, each.period().anchorDay(), zone).start(each.at());
        assertThat(start).isEqualTo(new Period(Period.Unit.DAY, 1, zone).start(each.at()));
    }
}
