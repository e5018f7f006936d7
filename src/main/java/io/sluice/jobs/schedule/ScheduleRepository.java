package io.sluice.jobs.schedule;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Schedules.LastRun;
import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Schedule;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The entries of the calendar. Their time is the database's, so that nodes with wrong clocks agree. */
@ApplicationScoped
class ScheduleRepository {
    private static final int STATEMENT_LIMIT_MS = 10_000;

    private static final String DUE = """
            select name from schedules where enabled and (next_run_at is null or next_run_at <= sluice_now())
            """;

    /** Of several nodes one gets the row; the others skip it. */
    private static final String LOCK_DUE = """
            select next_run_at, sluice_now(),
                   exists (select from jobs j where j.schedule = s.name and j.status in ('pending', 'running'))
            from schedules s
            where name = :name and enabled and (next_run_at is null or next_run_at <= sluice_now())
            for update of s skip locked
            """;

    private static final String SELECT = """
            select s.name, s.job_type, s.cron, s.time_zone, cast(s.payload as text), s.enabled, s.overlap, s.catch_up,
                   s.last_job_id, s.last_run_at, j.status, s.next_run_at, s.skipped, s.last_skipped_at
            from schedules s
            left join jobs j on j.id = s.last_job_id
            """;

    private static final String FIND = SELECT + "where s.name = :name";

    private static final String LIST = SELECT + "where s.name > :after order by s.name limit :limit";

    private static final String ADVANCE = """
            update schedules set next_run_at = cast(:next as timestamptz) where name = :name
            """;

    private static final String RAN = """
            update schedules set last_job_id = :job, last_run_at = sluice_now() where name = :name
            """;

    private static final String SKIPPED = """
            update schedules set skipped = skipped + 1, last_skipped_at = sluice_now() where name = :name
            """;

    private static final String WRITE = """
            update schedules
            set cron = :cron, time_zone = :timeZone, payload = cast(:payload as jsonb), enabled = :enabled,
                overlap = :overlap, catch_up = :catchUp, updated_at = sluice_now()
            where name = :name
            """;

    private static final String NOW = "select sluice_now()";

    private static final String LOCK = "select name from schedules where name = :name for update";

    /**
     * A schedule whose slot has come.
     *
     * @param next the first slot not dealt with; null: it was never looked at, or has just been changed
     * @param busy whether an earlier job of it is pending or running
     */
    record Due(@Nullable Instant next, Instant now, boolean busy) {}

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    List<String> due() {
        return query(DUE).getResultList();
    }

    @SuppressWarnings("unchecked")
    Optional<Due> lockDue(String name) {
        List<Object[]> rows = query(LOCK_DUE).setParameter("name", name).getResultList();
        return rows.stream()
                .map(row -> new Due((Instant) row[0], (Instant) row[1], (Boolean) row[2]))
                .findFirst();
    }

    void lock(String name) {
        query(LOCK).setParameter("name", name).getResultList();
    }

    Instant now() {
        return (Instant) query(NOW).getSingleResult();
    }

    @SuppressWarnings("unchecked")
    Optional<Schedule> find(String name) {
        List<Object[]> rows = query(FIND).setParameter("name", name).getResultList();
        return rows.stream().map(ScheduleRepository::schedule).findFirst();
    }

    @SuppressWarnings("unchecked")
    Page<Schedule> list(int limit, @Nullable String cursor) {
        List<String> key = Cursor.parse(cursor, 1);
        List<Object[]> rows = query(LIST)
                .setParameter("after", key.isEmpty() ? "" : key.get(0))
                .setParameter("limit", limit + 1)
                .getResultList();
        List<Schedule> schedules =
                rows.stream().map(ScheduleRepository::schedule).toList();
        return Page.cut(schedules, limit, schedule -> Cursor.of(schedule.name()));
    }

    /** Sets the next slot. */
    void advance(String name, Instant next) {
        query(ADVANCE).setParameter("name", name).setParameter("next", next).executeUpdate();
    }

    void ran(String name, UUID job) {
        query(RAN).setParameter("name", name).setParameter("job", job).executeUpdate();
    }

    void skipped(String name) {
        query(SKIPPED).setParameter("name", name).executeUpdate();
    }

    void write(Schedule schedule) {
        query(WRITE)
                .setParameter("name", schedule.name())
                .setParameter("cron", schedule.cron())
                .setParameter("timeZone", schedule.timeZone())
                .setParameter("payload", Json.write(schedule.payload()))
                .setParameter("enabled", schedule.enabled())
                .setParameter("overlap", schedule.overlap().name().toLowerCase(Locale.ROOT))
                .setParameter("catchUp", schedule.catchUp())
                .executeUpdate();
    }

    private Query query(String statement) {
        return entityManager
                .createNativeQuery(statement)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }

    private static Schedule schedule(Object[] row) {
        LastRun last = row[8] == null || row[9] == null
                ? null
                : new LastRun(
                        (UUID) row[8],
                        (Instant) row[9],
                        row[10] == null ? null : JobStatus.valueOf(((String) row[10]).toUpperCase(Locale.ROOT)));
        return new Schedule(
                (String) row[0],
                (String) row[1],
                (String) row[2],
                (String) row[3],
                Json.readObject((String) row[4]),
                (Boolean) row[5],
                Overlap.valueOf(((String) row[6]).toUpperCase(Locale.ROOT)),
                (Boolean) row[7],
                last,
                (Instant) row[11],
                ((Number) row[12]).longValue(),
                (Instant) row[13]);
    }
}
