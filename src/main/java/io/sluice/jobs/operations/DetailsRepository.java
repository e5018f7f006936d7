package io.sluice.jobs.operations;

import static java.util.stream.Collectors.toMap;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs.Batch;
import io.sluice.jobs.Jobs.Details;
import io.sluice.jobs.Jobs.State;
import io.sluice.jobs.NewJob.RunIf;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What only some jobs have, read apart from the record that every list shows; and batches. */
@ApplicationScoped
class DetailsRepository {
    /** Before the table refused them, needs that were written by hand could be nested or name nothing. */
    private static final String DETAILS = """
            select id, array(select n from unnest(depends_on) n where n is not null), run_if,
                   case when status = 'running' and progress_percent > 0 then greatest(extract(epoch from
                       started_at + (progress_at - started_at) * 100.0 / progress_percent - sluice_now()), 0) end
            from jobs
            where id = any (array(select cast(value as uuid) from jsonb_array_elements_text(cast(:ids as jsonb))))
            """;

    private static final String STATES = """
            select id, type, status, progress_percent, progress_message, attempts, scheduled_at, started_at, completed_at,
                   project_id
            from jobs
            where id = any (array(select cast(value as uuid) from jsonb_array_elements_text(cast(:ids as jsonb))))
            """;

    private static final String BATCH = """
            select b.id, b.name, b.created_at, b.jobs,
                   not exists (select from jobs j where j.batch_id = b.id and j.status in ('pending', 'running'))
                     and not exists (select from jobs j where j.id = any (b.others) and j.status in ('pending', 'running')),
                   b.completion_job_id
            from job_batches b
            where b.id = :id
            """;

    private static final String COUNTS = """
            select status, count(*) from jobs where batch_id = :id group by status
            """;

    private static final String OPEN_NEEDS = """
            select needs from job_dependencies where job_id = :id order by needs limit :most
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    List<State> states(Collection<UUID> ids) {
        List<Object[]> rows = entityManager
                .createNativeQuery(STATES)
                .setParameter("ids", Json.write(ids))
                .getResultList();
        return rows.stream()
                .map(row -> new State(
                        (UUID) row[0],
                        (String) row[1],
                        JobStatus.valueOf(((String) row[2]).toUpperCase(Locale.ROOT)),
                        row[3] == null ? null : ((Number) row[3]).intValue(),
                        (String) row[4],
                        ((Number) row[5]).intValue(),
                        (Instant) row[6],
                        (Instant) row[7],
                        (Instant) row[8],
                        (String) row[9]))
                .toList();
    }

    @SuppressWarnings("unchecked")
    Map<UUID, Details> details(Collection<UUID> ids) {
        List<Object[]> rows = entityManager
                .createNativeQuery(DETAILS)
                .setParameter("ids", Json.write(ids))
                .getResultList();
        return rows.stream()
                .map(row -> new Details(
                        (UUID) row[0],
                        List.of((UUID[]) row[1]),
                        row[2] == null ? null : RunIf.valueOf(((String) row[2]).toUpperCase(Locale.ROOT)),
                        row[3] == null ? null : Duration.ofMillis(Math.round(((Number) row[3]).doubleValue() * 1000))))
                .collect(toMap(Details::jobId, details -> details));
    }

    @SuppressWarnings("unchecked")
    Optional<Batch> batch(UUID id) {
        List<Object[]> rows =
                entityManager.createNativeQuery(BATCH).setParameter("id", id).getResultList();
        return rows.stream()
                .findFirst()
                .map(row -> new Batch(
                        (UUID) row[0],
                        (String) row[1],
                        (Instant) row[2],
                        (Integer) row[3],
                        counts(id),
                        (Boolean) row[4],
                        (UUID) row[5]));
    }

    @SuppressWarnings("unchecked")
    private Map<JobStatus, Long> counts(UUID id) {
        Map<JobStatus, Long> counts = new EnumMap<>(JobStatus.class);
        for (JobStatus status : JobStatus.values()) {
            counts.put(status, 0L);
        }
        List<Object[]> rows =
                entityManager.createNativeQuery(COUNTS).setParameter("id", id).getResultList();
        rows.forEach(row -> counts.put(
                JobStatus.valueOf(((String) row[0]).toUpperCase(Locale.ROOT)), ((Number) row[1]).longValue()));
        return counts;
    }

    /** The jobs that have to end before this one can run, up to {@code most}. */
    @SuppressWarnings("unchecked")
    List<UUID> openNeeds(UUID id, int most) {
        return entityManager
                .createNativeQuery(OPEN_NEEDS, UUID.class)
                .setParameter("id", id)
                .setParameter("most", most)
                .getResultList();
    }
}
