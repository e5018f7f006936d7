package io.sluice.jobs.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every node asks every few seconds. In a transaction that is rolled back, so that no node takes the jobs. */
class OldestDueIT {
    private static final String OLDEST =
            "select coalesce(max(due.oldest), 0) from (" + StatsRepository.DUE + ") due (type, oldest)";
    private static final String FREE =
            "select coalesce(max(due.free), 0) from (" + StatsRepository.DUE + ") due (type, oldest, free)";

    private Connection connection;

    @BeforeEach
    void begin() throws SQLException {
        connection = TestJobs.beginAmongLiveRows();
    }

    @AfterEach
    void rollBack() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void jobsThatCannotRunAreNotDue() throws SQLException {
        insert("'waits_for_jobs'", 90, "blocked_by", "'jobs'");
        insert("'paused_type'", 80, "priority", "0");
        execute("insert into job_types (type, paused) values ('paused_type', true)");
        insert("'not_yet'", -1, "priority", "1000");
        insert("'ready'", 50, "priority", "0");
        assertThat(oldestDays()).isEqualTo(50);
        insert("'with_a_key'", 51, "concurrency_key, concurrency_limit", "'a', 1");
        assertThat(oldestDays()).isEqualTo(51);
        insert("'at_a_limit'", 52, "concurrency_key, concurrency_limit, blocked_by", "'b', 1, 'key:b'");
        assertThat(oldestDays()).isEqualTo(52);
        insert("'another_type'", 53, "priority", "1000");
        insert("'another_type'", 54, "priority", "0");
        assertThat(oldestDays()).isEqualTo(54);
        execute(
                "insert into job_types (type, paused) values ('*', true) on conflict (type) do update set paused = true");
        assertThat(oldestDays()).isZero();
    }

    /** A node that has room for them and leaves them is not ill. */
    @Test
    void whatALimitOrARateHoldsBackIsDueAndNotFree() throws SQLException {
        insert("'ready'", 50, "priority", "0");
        insert("'at_a_limit'", 52, "concurrency_key, concurrency_limit, blocked_by", "'b', 1, 'key:b'");
        insert("'by_rate'", 53, "priority", "0");
        execute("insert into job_types (type, rate_jobs, rate_ms, concurrency) values ('by_rate', 1, 1000, 3)");
        assertThat(days(OLDEST)).isEqualTo(53);
        assertThat(days(FREE)).isEqualTo(50);
        assertThat(first("select most from (" + StatsRepository.DUE
                        + ") due (type, oldest, free, most) where type = 'by_rate'"))
                .isEqualTo("3");
    }

    @Test
    void aHundredThousandJobsThatWaitAreNotRead() throws SQLException {
        execute("""
                insert into jobs (type, payload, scheduled_at, blocked_by)
                select 'type_' || n % 20, '{}', sluice_now() - interval '60 days', 'jobs' from generate_series(1, 80000) n
                """);
        execute("""
                insert into jobs (type, payload, scheduled_at, concurrency_key, concurrency_limit, blocked_by)
                select 'type_' || n % 20, '{}', sluice_now() - interval '20 days', 'k', 1, 'key:k'
                from generate_series(1, 20000) n
                """);
        execute(
                "insert into jobs (type, payload, scheduled_at) select 'type_1', '{}', sluice_now() from generate_series(1, 5000)");
        execute("analyze jobs");
        assertThat(oldestDays()).isEqualTo(20);
        QueryPlan plan = QueryPlan.of(connection, StatsRepository.DUE);
        assertThat(plan.blocks()).as(plan.toString()).isLessThan(1_500);
        assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
    }

    private void insert(String type, int daysAgo, String columns, String values) throws SQLException {
        execute("insert into jobs (type, payload, scheduled_at, " + columns + ") values (" + type
                + ", '{}', sluice_now() - interval '" + daysAgo + " days', " + values + ")");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long oldestDays() throws SQLException {
        return days(OLDEST);
    }

    private long days(String age) throws SQLException {
        return Math.round(Double.parseDouble(first(age)) / 86_400);
    }

    private String first(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
