package io.sluice.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What is asked for each slot of each schedule. In a transaction that is rolled back. */
class SlotPlanIT {
    @Test
    void aSlotCostsTheSameWhateverJobsThereAre() throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into jobs (type, payload, status, completed_at, schedule)
                    select 'type_' || n % 20, '{}', 'completed', sluice_now(), case n % 10 when 0 then 'hourly-usage-check' end
                    from generate_series(1, 50000) n
                    """);
            statement.execute("""
                    insert into jobs (type, payload, scheduled_at)
                    select 'type_1', '{}', sluice_now() + interval '1 day' from generate_series(1, 20000)
                    """);
            statement.execute("analyze jobs");
            statement.execute("update schedules set next_run_at = sluice_now() where name = 'hourly-usage-check'");
            QueryPlan plan =
                    QueryPlan.of(connection, ScheduleRepository.LOCK_DUE.replace(":name", "'hourly-usage-check'"));
            assertThat(plan.blocks()).as(plan.toString()).isLessThan(200);
            assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
            connection.rollback();
        }
    }
}
