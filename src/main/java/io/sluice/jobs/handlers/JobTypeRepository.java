package io.sluice.jobs.handlers;

import io.sluice.jobs.JobTypes.Rate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators set per type; a type without a row has its handler's defaults. */
@ApplicationScoped
class JobTypeRepository {
    private static final String ALL = """
            select type, paused, concurrency, max_attempts, backoff_ms, backoff_cap_ms, jitter, timeout_ms, cluster_limit,
                   project_limit, rate_jobs, rate_ms, final_errors
            from job_types
            """;

    private static final String LOCK = """
            insert into job_types (type) values (:type) on conflict (type) do update set updated_at = sluice_now()
            """;

    /** A changed rate begins with a full bucket. */
    private static final String WRITE = """
            update job_types
            set paused = :paused, concurrency = cast(:concurrency as integer),
                max_attempts = cast(:maxAttempts as integer), backoff_ms = cast(:backoff as bigint),
                backoff_cap_ms = cast(:backoffCap as bigint), jitter = cast(:jitter as double precision),
                timeout_ms = cast(:timeout as bigint), cluster_limit = cast(:clusterLimit as integer),
                project_limit = cast(:projectLimit as integer),
                rate_tokens = case when rate_jobs = :rateJobs and rate_ms = :rateMs then rate_tokens end,
                rate_jobs = cast(:rateJobs as integer), rate_ms = cast(:rateMs as bigint), final_errors = cast(:finalErrors as text[]),
                updated_at = sluice_now()
            where type = :type
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    Map<String, Controls> all() {
        Map<String, Controls> controls = new HashMap<>();
        List<Object[]> rows = entityManager.createNativeQuery(ALL).getResultList();
        for (Object[] row : rows) {
            controls.put(
                    (String) row[0],
                    new Controls(
                            (Boolean) row[1],
                            (Integer) row[2],
                            (Integer) row[3],
                            duration(row[4]),
                            duration(row[5]),
                            (Double) row[6],
                            duration(row[7]),
                            (Integer) row[8],
                            (Integer) row[9],
                            rate(row[10], row[11]),
                            row[12] == null ? null : List.of((String[]) row[12])));
        }
        return controls;
    }

    /** Makes sure that the type has a row, and keeps others from changing it until the transaction ends. */
    void lock(String type) {
        entityManager.createNativeQuery(LOCK).setParameter("type", type).executeUpdate();
    }

    void write(String type, Controls set) {
        Rate rate = set.rate();
        Query query = entityManager
                .createNativeQuery(WRITE)
                .setParameter("type", type)
                .setParameter("paused", set.paused())
                .setParameter("concurrency", set.concurrency())
                .setParameter("maxAttempts", set.maxAttempts())
                .setParameter("backoff", millis(set.backoff()))
                .setParameter("backoffCap", millis(set.backoffCap()))
                .setParameter("jitter", set.jitter())
                .setParameter("timeout", millis(set.timeout()))
                .setParameter("clusterLimit", set.clusterLimit())
                .setParameter("projectLimit", set.projectLimit())
                .setParameter("rateJobs", rate == null ? null : rate.jobs())
                .setParameter("rateMs", rate == null ? null : rate.per().toMillis())
                .setParameter(
                        "finalErrors",
                        set.finalErrors() == null ? null : set.finalErrors().toArray(String[]::new));
        query.executeUpdate();
    }

    private static @Nullable Rate rate(@Nullable Object jobs, @Nullable Object millis) {
        return jobs == null || millis == null
                ? null
                : new Rate((Integer) jobs, Duration.ofMillis(((Number) millis).longValue()));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    private static @Nullable Duration duration(@Nullable Object millis) {
        return millis == null ? null : Duration.ofMillis(((Number) millis).longValue());
    }
}
