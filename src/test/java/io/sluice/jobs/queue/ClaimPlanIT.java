package io.sluice.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What a claim reads. In a transaction that is rolled back, so that no node takes the jobs. */
class ClaimPlanIT {
    private static final String KNOWN = """
            [{"type": "test_claimed", "max_attempts": 3, "timeout_ms": 60000, "concurrency": 20, "running": 0, "own": false},
             {"type": "test_quiet", "max_attempts": 3, "timeout_ms": 60000, "concurrency": 20, "running": 0, "own": false}]
            """;

    /** Few blocks for each of the ten jobs, most of which are written anyhow; the table has thousands. */
    @Test
    void aClaimCostsTheSameWhateverWaitsBehindIt() throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            long few = blocksOfAClaim(statement, connection, 20);
            long many = blocksOfAClaim(statement, connection, 100_000);
            assertThat(many).isLessThan(few * 2);
            connection.rollback();
        }
    }

    /** Their ranks are those of jobs that are due. A look passes by their index entries and reads none of their rows. */
    @Test
    void jobsOfHighPriorityThatAreNotDueYetAreNotRead() throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            long without = blocksOfAClaim(statement, connection, 20);
            statement.execute("""
                    insert into jobs (type, payload, priority, scheduled_at)
                    select 'test_claimed', '{}', 1000, sluice_now() + interval '50 minutes'
                    from generate_series(1, 100000)
                    """);
            assertThat(blocksOfAClaim(statement, connection, 20)).isLessThan(without + 3_000);
            connection.rollback();
        }
    }

    private static long blocksOfAClaim(Statement statement, Connection connection, int waiting) throws SQLException {
        statement.execute("insert into jobs (type, payload) select 'test_claimed', '{}' from generate_series(1, "
                + waiting + ")");
        statement.execute("analyze jobs");
        statement.execute("set local enable_seqscan = off");
        QueryPlan plan = QueryPlan.of(
                connection,
                ClaimRepository.CLAIM
                        .replace(":known", "'" + KNOWN + "'")
                        .replace(":busy", "'[]'")
                        .replace(
                                ":node",
                                "(select id from nodes where state = 'active' order by started_at desc limit 1)")
                        .replace(":slots", "10"));
        assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
        return plan.blocks();
    }
}
