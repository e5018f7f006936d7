package io.sluice.notifications.operators;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Duration;

@ApplicationScoped
class AlertRepository {
    /**
     * Of other roles' connections an ordinary role sees hardly more than whose they are, not what kind of process they
     * are: what belongs to a role counts as a client. Half of the number space of transaction ids: PostgreSQL stops before
     * the oldest one is that old.
     */
    private static final String READ = """
            select (select count(*) from jobs
                    where status = 'failed' and completed_at > sluice_now() - interval '1 hour') as dead_letters,
                (select count(*) from pg_stat_activity
                 where usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend')
                    as connections,
                cast(current_setting('max_connections') as bigint)
                    - cast(current_setting('superuser_reserved_connections') as bigint)
                    - coalesce(cast(current_setting('reserved_connections', true) as bigint), 0) as most_connections,
                (select max(age(datfrozenxid)) from pg_database) as oldest_transaction,
                cast(2147483647 as bigint) as most_transactions,
                pg_database_size(current_database()) as size
            """;

    /** A row that is there already comes back only when its time for a reminder has come. */
    private static final String RAISE = """
            insert into notification_alerts (name)
            values (:name)
            on conflict (name) do update
            set noticed_at = sluice_now()
            where notification_alerts.noticed_at <= sluice_now() - make_interval(secs => :repeat)
            returning name
            """;

    /** Not sooner than an hour after the notice: what swings around its limit is not told each time. */
    private static final String CLEAR = """
            delete from notification_alerts where name = :name and noticed_at <= sluice_now() - interval '1 hour'
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** What is measured, read in one statement. */
    record Figures(
            long deadLetters,
            long connections,
            long mostConnections,
            long oldestTransaction,
            long mostTransactions,
            long size) {}

    Figures read() {
        Tuple row = (Tuple) entityManager.createNativeQuery(READ, Tuple.class).getSingleResult();
        return new Figures(
                number(row, "dead_letters"),
                number(row, "connections"),
                number(row, "most_connections"),
                number(row, "oldest_transaction"),
                number(row, "most_transactions"),
                number(row, "size"));
    }

    /** Whether operators are to be told now. */
    boolean raise(String name, Duration repeat) {
        return !entityManager
                .createNativeQuery(RAISE)
                .setParameter("name", name)
                .setParameter("repeat", (double) repeat.toSeconds())
                .getResultList()
                .isEmpty();
    }

    void clear(String name) {
        entityManager.createNativeQuery(CLEAR).setParameter("name", name).executeUpdate();
    }

    private static long number(Tuple row, String column) {
        return ((Number) row.get(column)).longValue();
    }
}
