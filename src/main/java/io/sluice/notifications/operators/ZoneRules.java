package io.sluice.notifications.operators;

import static java.util.stream.Collectors.joining;

import io.sluice.notifications.operators.ZoneRulesRepository.Midnights;
import io.sluice.usage.Period;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * Whether Java and PostgreSQL begin days at the same instants. Each has time zone data of its own; usage is filed by the
 * rules of the one and looked up by those of the other, so where they differ a limit sees no usage.
 */
@ApplicationScoped
public class ZoneRules {
    private static final Set<String> KNOWN = ZoneId.getAvailableZoneIds();

    /** Every present period began within this time and ends within it: what will differ is found before it does. */
    private static final int DAYS = 32;

    @Inject
    ZoneRulesRepository repository;

    /** Those zones of projects in which the two differ on a day of the month before or the month to come. */
    @Transactional
    public List<String> disputed() {
        LocalDate today = repository.today();
        LocalDate first = today.minusDays(DAYS);
        LocalDate last = today.plusDays(DAYS);
        return repository.midnights(first, last).stream()
                .filter(zone -> !KNOWN.contains(zone.zone()) || !agree(zone, first, last))
                .map(Midnights::zone)
                .toList();
    }

    private static boolean agree(Midnights zone, LocalDate first, LocalDate last) {
        ZoneId rules = ZoneId.of(zone.zone());
        return first.datesUntil(last.plusDays(1))
                .map(day -> String.valueOf(Period.midnight(day, rules).getEpochSecond()))
                .collect(joining(","))
                .equals(zone.seconds());
    }
}
