package io.sluice.usage.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

@ApplicationScoped
class LedgerMonthRepository {
    private static final String OLD = """
            select sluice_drop_usage_months(:table, sluice_now() - make_interval(secs => :kept), :most, :onlyCount)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** Drops months that ended longer than {@code kept} ago, or counts them; returns how many. */
    int old(String table, Duration kept, int most, boolean onlyCount) {
        return ((Number) entityManager
                        .createNativeQuery(OLD)
                        .setParameter("table", table)
                        .setParameter("kept", (double) kept.toSeconds())
                        .setParameter("most", most)
                        .setParameter("onlyCount", onlyCount)
                        .getSingleResult())
                .intValue();
    }
}
