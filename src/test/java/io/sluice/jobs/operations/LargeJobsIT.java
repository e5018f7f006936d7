package io.sluice.jobs.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A page ends early where its items are large, however many were asked for. */
class LargeJobsIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    private final String mark = "large-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void forget() {
        DATABASE.execute("delete from jobs where type = ?", mark);
    }

    @Test
    void jobsOfLargePayloadsComeOnSeveralPages() {
        insert(20, "jsonb_build_object('blob', repeat('x', 1000000))", "null");
        assertThat(sizesOfPages("/v1/jobs?type=" + mark)).containsExactly(9, 9, 2);
    }

    @Test
    void whatIsTooLargeForAPageHasOneOfItsOwn() {
        insert(3, "'{}'", "jsonb_build_object('blob', repeat('x', 9000000))");
        assertThat(sizesOfPages("/v1/jobs?type=" + mark)).containsExactly(1, 1, 1);
    }

    /** An entry holds what a schedule was and what it is, payload included. Entries stay, so that they are few. */
    @Test
    void entriesOfTheAuditToo() {
        DATABASE.execute("""
                insert into audit_entries (actor_kind, actor_id, action, target_type, target_id, before, after)
                select 'token', 'nobody', 'schedule.updated', 'schedule', ?,
                    jsonb_build_object('blob', repeat('x', 1000000)), jsonb_build_object('blob', repeat('y', 1000000))
                from generate_series(1, 7)
                """, mark);
        assertThat(sizesOfPages("/v1/audit?target=schedule:" + mark)).containsExactly(5, 2);
    }

    private void insert(int number, String payload, String result) {
        DATABASE.execute(
                "insert into jobs (type, payload, result, status, completed_at) select ?, " + payload + ", " + result
                        + ", 'completed', sluice_now() from generate_series(1, " + number + ")",
                mark);
    }

    private static List<Integer> sizesOfPages(String list) {
        List<Integer> sizes = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = operator.get(list + "&limit=200" + cursor).expect(200);
            JsonNode json = page.json();
            sizes.add(json.path("items").size());
            json.path("items").forEach(item -> seen.add(item.path("id").asText()));
            cursor = json.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + json.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(seen).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
        return sizes;
    }
}
