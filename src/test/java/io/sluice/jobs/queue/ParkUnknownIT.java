package io.sluice.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every node asks every few seconds. In a transaction that is rolled back, so that no node takes the jobs. */
class ParkUnknownIT {
    private static final String PARK = NodeRepository.PARK_UNKNOWN.replace(":memory", "60");

    private Connection connection;

    @BeforeEach
    void begin() throws SQLException {
        connection = TestJobs.beginAmongLiveRows();
        execute("update nodes set types = types || '{known_type}'");
    }

    @AfterEach
    void rollBack() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void aBacklogOfAKnownTypeIsNotRead() throws SQLException {
        insert("known_type", 50_000);
        execute("analyze jobs");
        QueryPlan plan = QueryPlan.of(connection, PARK);
        assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
        assertThat(plan.blocks()).as(plan.toString()).isLessThan(500);
    }

    @Test
    void aBacklogOfAnUnknownTypeIsParkedInParts() throws SQLException {
        insert("known_type", 10);
        insert("unknown_type", 10_010);
        assertThat(update(PARK)).isEqualTo(10_000);
        assertThat(update(PARK)).isEqualTo(10);
        assertThat(update(PARK)).isZero();
        assertThat(update("delete from jobs where type = 'known_type' and status = 'pending'"))
                .isEqualTo(10);
    }

    /** Also when its heartbeat is older than a type is remembered; once others have buried it, its types are forgotten. */
    @Test
    void theTypesOfANodeThatLivesAreKnownHoweverSeldomItSaysSo() throws SQLException {
        for (String state : new String[] {"active", "draining", "dead"}) {
            execute("insert into nodes (name, types, slots, state, heartbeat_at) values ('quiet', '{of_" + state
                    + "}', 1, '" + state + "', clock_timestamp() - interval '2 minutes')");
            insert("of_" + state, 1);
        }
        assertThat(update(PARK)).isOne();
        assertThat(update("delete from jobs where type like 'of%' and status = 'pending'"))
                .isEqualTo(2);
    }

    private void insert(String type, int jobs) throws SQLException {
        execute("insert into jobs (type, payload, scheduled_at, created_at) select '" + type
                + "', '{}', sluice_now() - interval '1 hour', sluice_now() - interval '1 hour' from generate_series(1, "
                + jobs + ")");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** How many rows it returned or changed. */
    private int update(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return statement.getUpdateCount();
            }
            int rows = 0;
            while (statement.getResultSet().next()) {
                rows++;
            }
            return rows;
        }
    }
}
