package io.sluice.jobs.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What is read to say how many jobs come before one. In a transaction that is rolled back, so that no node takes them. */
class WaitingPlanIT {
    @Test
    void theFirstOfALongQueueReadsNoneOfThoseBehindIt() throws SQLException {
        assertReadsLittle("null, null", WaitingRepository.AHEAD_WITHOUT_KEY);
    }

    @Test
    void norDoesTheFirstOfThoseThatShareLimits() throws SQLException {
        assertReadsLittle("'key', 1", WaitingRepository.AHEAD_WITH_KEY);
    }

    private static void assertReadsLittle(String key, String ahead) throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            String insert = "insert into jobs (type, payload, concurrency_key, concurrency_limit, scheduled_at)"
                    + " select 'test_queued', '{}', " + key + ", sluice_now() - make_interval(secs => n)"
                    + " from generate_series(%d, %d) n";
            statement.execute(insert.formatted(1, 50_000));
            String id = onlyValue(statement, insert.formatted(100_000, 100_000) + " returning id");
            statement.execute("analyze jobs");
            QueryPlan plan = QueryPlan.of(
                    connection, ahead.replace(":id", "'" + id + "'").replace(":type", "'test_queued'"));
            assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
            assertThat(plan.blocks()).as(plan.toString()).isLessThan(100);
            connection.rollback();
        }
    }

    private static String onlyValue(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
