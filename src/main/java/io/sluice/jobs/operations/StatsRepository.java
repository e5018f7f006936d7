package io.sluice.jobs.operations;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Figures about the queue, each one statement. */
@ApplicationScoped
class StatsRepository {
    private static final String COUNTS = """
            select type, status, count(*) from jobs group by type, status order by type, status
            """;

    private static final String OLDEST_DUE = """
            select greatest(coalesce(extract(epoch from sluice_now() - min(j.scheduled_at)), 0), 0)
            from jobs j
            where j.status = 'pending' and j.scheduled_at <= sluice_now() and j.blocked_by is distinct from 'jobs'
              and not exists (select from job_types t where t.type in (j.type, '*') and t.paused)
            """;

    private static final String LAST_HOUR = """
            select count(*),
                   count(*) filter (where outcome = 'completed'),
                   percentile_disc(0.5) within group (order by seconds) filter (where outcome = 'completed'),
                   percentile_disc(0.95) within group (order by seconds) filter (where outcome = 'completed'),
                   percentile_disc(0.99) within group (order by seconds) filter (where outcome = 'completed')
            from (select outcome, extract(epoch from ended_at - started_at) as seconds
                  from job_attempts
                  where ended_at > sluice_now() - interval '1 hour') ended
            """;

    private static final String NODES = """
            select id, name, started_at, state = 'draining', slots, running
            from nodes
            where state in ('active', 'draining')
              and heartbeat_at > clock_timestamp() - interval '1 minute'
            order by started_at, id
            """;

    @PersistenceContext
    EntityManager entityManager;

    Jobs.Stats stats() {
        Object[] hour = (Object[]) entityManager.createNativeQuery(LAST_HOUR).getSingleResult();
        return new Jobs.Stats(
                rows(COUNTS).stream()
                        .map(row -> new Jobs.Count(
                                (String) row[0],
                                JobStatus.valueOf(((String) row[1]).toUpperCase(Locale.ROOT)),
                                ((Number) row[2]).longValue()))
                        .toList(),
                oldestDue(),
                new Jobs.LastHour(
                        ((Number) hour[0]).longValue(),
                        ((Number) hour[1]).longValue(),
                        seconds(hour[2]),
                        seconds(hour[3]),
                        seconds(hour[4])),
                rows(NODES).stream()
                        .map(row -> new Jobs.Node(
                                (UUID) row[0],
                                (String) row[1],
                                (Instant) row[2],
                                (Boolean) row[3],
                                ((Number) row[4]).intValue(),
                                ((Number) row[5]).intValue()))
                        .toList());
    }

    private Duration oldestDue() {
        Number age = (Number) entityManager.createNativeQuery(OLDEST_DUE).getSingleResult();
        return Duration.ofMillis(Math.round(age.doubleValue() * 1000));
    }

    @SuppressWarnings("unchecked")
    private List<Object[]> rows(String statement) {
        return entityManager.createNativeQuery(statement).getResultList();
    }

    private static @Nullable Duration seconds(@Nullable Object value) {
        return value == null ? null : Duration.ofMillis(Math.round(((Number) value).doubleValue() * 1000));
    }
}
