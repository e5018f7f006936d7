package io.sluice.jobs.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jobs in one state, whatever their types. */
class JobListIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    private final String mark = "state-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void forget() {
        DATABASE.execute("delete from jobs where request_id = ?", mark);
    }

    @Test
    void theFewThatArePendingAreFoundAmongAllThatAreKept() throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into jobs (type, payload) select 'test_old', '{}' from generate_series(1, 5)");
            statement.execute("""
                    insert into jobs (type, payload, status, completed_at)
                    select 'test_kept_' || n % 20, '{}', 'completed', sluice_now() from generate_series(1, 50000) n
                    """);
            statement.execute("analyze jobs");
            QueryPlan plan = QueryPlan.of(
                    connection,
                    RecordRepository.NEWEST_OF_STATE
                            .replace(":status", "'pending'")
                            .replace(":before", "'ffffffff-ffff-ffff-ffff-ffffffffffff'")
                            .replace(":from", "null")
                            .replace(":to", "null")
                            .replace(":most", "51"));
            assertThat(plan.readsAllOf("jobs")).as(plan.toString()).isFalse();
            assertThat(plan.blocks()).as(plan.toString()).isLessThan(1_000);
            connection.rollback();
        }
    }

    @Test
    void pagesHoldThoseOfAllTypesNewestFirst() {
        DATABASE.execute("""
                insert into jobs (type, payload, status, completed_at, request_id)
                select 'test_state_' || n % 3, '{}', case when n % 5 = 0 then 'failed' else 'cancelled' end, sluice_now(), ?
                from generate_series(1, 40) n
                """, mark);
        List<String> cancelled = ids("status = 'cancelled'");
        assertThat(listed("status=cancelled", 3, cancelled.size())).isEqualTo(cancelled);
        assertThat(listed("status=failed", 100, 8)).isEqualTo(ids("status = 'failed'"));
    }

    @Test
    void rangesOfTimesHoldForThemToo() {
        DATABASE.execute("""
                insert into jobs (type, payload, status, completed_at, request_id, id, created_at)
                select 'test_state_' || n % 3, '{}', 'cancelled', sluice_now(), ?, sluice_uuid_floor(at), at
                from generate_series(1, 9) n
                cross join lateral (select timestamptz '2025-03-01T00:00:00Z' + make_interval(days => n) as at) t
                """, mark);
        List<String> all = ids("true");
        assertThat(listed("status=cancelled&from=2025-03-03T00:00:00Z&to=2025-03-09T00:00:00Z", 4, 6))
                .isEqualTo(all.subList(2, 8));
        assertThat(listed("status=cancelled&to=2025-03-04T00:00:00Z", 4, 2)).isEqualTo(all.subList(7, 9));
        assertThat(operator.get("/v1/jobs?status=cancelled&from=9000-01-01T00:00:00Z")
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
        assertThat(operator.get("/v1/jobs?status=cancelled&to=0001-01-02T00:00:00Z")
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
    }

    private List<String> ids(String condition) {
        List<String> ids = new ArrayList<>();
        DATABASE.query("select id from jobs where request_id = ? and " + condition + " order by id desc", mark)
                .forEach(row -> ids.add(row.get("id").toString()));
        return Collections.unmodifiableList(ids);
    }

    /** This test's own jobs, as they are met on pages of so many until there are {@code most}. */
    private List<String> listed(String filter, int limit, int most) {
        List<String> mine = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = operator.get("/v1/jobs?" + filter + "&limit=" + limit + cursor)
                    .expect(200)
                    .json();
            page.path("items").forEach(job -> {
                assertThat(filter).contains("status=" + job.path("status").asText());
                if (job.path("request_id").asText().equals(mark)) {
                    mine.add(job.path("id").asText());
                }
            });
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty() && mine.size() < most);
        return mine;
    }
}
