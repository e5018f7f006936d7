package io.sluice.jobs.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What the purge reads. In a transaction that is rolled back. */
class PastJobsIT {
    private static final String DELETE = PastJobs.DELETE
            .replace(":status", "'completed'")
            .replace(":kept", "604800")
            .replace(":most", "5000");

    @Test
    void jobsThatAreKeptAreNotRead() throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into jobs (type, status, completed_at)
                    select 'past_test', 'completed', sluice_now() - interval '1 day' from generate_series(1, 50000)
                    """);
            statement.execute("""
                    insert into jobs (id, type, status, completed_at)
                    values ('f0000000-0000-4000-8000-000000000000', 'past_test', 'completed', sluice_now() - interval '8 days')
                    """);
            statement.execute("analyze jobs");
            QueryPlan plan = QueryPlan.of(connection, DELETE);
            connection.rollback();
            assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
            assertThat(plan.blocks()).as(plan.toString()).isLessThan(500);
        }
    }
}
