package io.sluice.jobs.schedule;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.jobs.Schedules.Schedule;
import io.sluice.jobs.Schedules.Terms;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import jakarta.persistence.Tuple;
import java.time.Duration;
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

    /**
     * Of several nodes one gets the row; the others skip it. A job that waits for a later slot is no earlier job: the clock
     * was ahead when it was enqueued.
     */
    static final String LOCK_DUE = """
            select next_run_at, sluice_now(),
                   exists (select from jobs j
                           where j.schedule = s.name and j.status in ('pending', 'running')
                             and (j.status = 'running' or j.slot is null or j.slot <= sluice_now()))
            from schedules s
            where name = :name and enabled and (next_run_at is null or next_run_at <= sluice_now())
            for update of s skip locked
            """;

    private static final String SELECT = """
            select s.name, s.job_type, s.own, s.description, s.cron, s.every_ms, s.time_zone,
                   cast(s.payload as text) as payload, s.enabled, s.overlap, s.catch_up, s.jitter_ms, s.last_job_id,
                   s.last_run_at, j.status as last_status, s.next_run_at, s.skipped, s.last_skipped_at, s.missed,
                   s.last_missed_at
            from schedules s
            left join jobs j on j.id = s.last_job_id
            """;

    private static final String FIND = SELECT + "where s.name = :name";

    private static final String LIST = SELECT + "where s.name > :after order by s.name limit :limit";

    /** In an order, so that nodes that put several back wait for each other. */
    private static final String WAITING = SELECT + "where s.enabled and s.next_run_at > sluice_now() order by s.name";

    private static final String ADVANCE = """
            update schedules set next_run_at = cast(:next as timestamptz) where name = :name
            """;

    private static final String PUT_BACK = """
            update schedules set next_run_at = cast(:next as timestamptz)
            where name = :name and enabled and next_run_at = cast(:seen as timestamptz)
            """;

    private static final String RAN = """
            update schedules set last_job_id = :job, last_run_at = sluice_now() where name = :name
            """;

    private static final String SKIPPED = """
            update schedules set skipped = skipped + :slots, last_skipped_at = sluice_now() where name = :name
            """;

    private static final String MISSED = """
            update schedules set missed = missed + :slots, last_missed_at = sluice_now() where name = :name
            """;

    private static final String INSERT = """
            insert into schedules (name, job_type, own, description, cron, every_ms, time_zone, payload, enabled, overlap,
                                   catch_up, jitter_ms)
            values (:name, :jobType, true, :description, cast(:cron as text), cast(:everyMs as bigint), :timeZone, cast(:payload as jsonb), :enabled,
                    :overlap, :catchUp, :jitterMs)
            on conflict (name) do nothing
            """;

    private static final String WRITE = """
            update schedules
            set description = :description, cron = cast(:cron as text), every_ms = cast(:everyMs as bigint), time_zone = :timeZone,
                payload = cast(:payload as jsonb), enabled = :enabled, overlap = :overlap, catch_up = :catchUp,
                jitter_ms = :jitterMs, updated_at = sluice_now()
            where name = :name
            """;

    private static final String DELETE = "delete from schedules where name = :name and own";

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

    Optional<Schedule> find(String name) {
        return rows(reading(FIND).setParameter("name", name)).stream().findFirst();
    }

    Page<Schedule> list(int limit, @Nullable String cursor) {
        List<String> key = Cursor.parse(cursor, 1);
        List<Schedule> schedules = rows(reading(LIST)
                .setParameter("after", key.isEmpty() ? "" : key.get(0))
                .setParameter("limit", limit + 1));
        return Page.cut(schedules, limit, schedule -> Cursor.of(schedule.name()));
    }

    /** Those whose next slot has not come. */
    List<Schedule> waiting() {
        return rows(reading(WAITING));
    }

    /** Sets the next slot. */
    void advance(String name, Instant next) {
        query(ADVANCE).setParameter("name", name).setParameter("next", next).executeUpdate();
    }

    /** Sets the next slot of a schedule whose next slot still is {@code seen}; false if it is not. */
    boolean putBack(String name, Instant seen, Instant next) {
        return query(PUT_BACK)
                        .setParameter("name", name)
                        .setParameter("seen", seen)
                        .setParameter("next", next)
                        .executeUpdate()
                == 1;
    }

    void ran(String name, UUID job) {
        query(RAN).setParameter("name", name).setParameter("job", job).executeUpdate();
    }

    void skipped(String name, int slots) {
        query(SKIPPED).setParameter("name", name).setParameter("slots", slots).executeUpdate();
    }

    void missed(String name, int slots) {
        query(MISSED).setParameter("name", name).setParameter("slots", slots).executeUpdate();
    }

    /** False if the name is taken. */
    boolean insert(String name, String jobType, Terms terms) {
        return bound(INSERT, name, terms).setParameter("jobType", jobType).executeUpdate() == 1;
    }

    void write(String name, Terms terms) {
        bound(WRITE, name, terms).executeUpdate();
    }

    /** False if it came with the product. */
    boolean deleteOwn(String name) {
        return query(DELETE).setParameter("name", name).executeUpdate() == 1;
    }

    private Query bound(String statement, String name, Terms terms) {
        Duration every = terms.every();
        return query(statement)
                .setParameter("name", name)
                .setParameter("description", terms.description())
                .setParameter("cron", terms.cron())
                .setParameter("everyMs", every == null ? null : every.toMillis())
                .setParameter("timeZone", terms.timeZone())
                .setParameter("payload", Json.write(terms.payload()))
                .setParameter("enabled", terms.enabled())
                .setParameter("overlap", terms.overlap().name().toLowerCase(Locale.ROOT))
                .setParameter("catchUp", terms.catchUp())
                .setParameter("jitterMs", terms.jitter().toMillis());
    }

    private Query query(String statement) {
        return limited(entityManager.createNativeQuery(statement));
    }

    private Query reading(String statement) {
        return limited(entityManager.createNativeQuery(statement, Tuple.class));
    }

    private static Query limited(Query query) {
        return query.setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }

    @SuppressWarnings("unchecked")
    private static List<Schedule> rows(Query query) {
        List<Tuple> rows = query.getResultList();
        return rows.stream().map(StoredSchedule::of).toList();
    }
}
