package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A node without a mail server. */
class KeptNoticesIT {
    @Test
    void noticesAreKeptAndCanBeReadAndTheStartSaysSo() {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        String project = new Owners(operator, TestJobs.database()).project("Unheard");
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);

        JsonNode notice = operator.get("/v1/projects/" + project + "/notifications")
                .expect(200)
                .json()
                .at("/items/0");

        assertThat(notice.path("state").asText()).isEqualTo("kept");
        assertThat(notice.path("reason").asText()).isEqualTo("No mail server is configured.");
        assertThat(notice.path("subject").asText()).isEqualTo("[URGENT] Unheard is suspended: an operator decided so");
        assertThat(notice.path("steps")).isNotEmpty();
        assertThat(TestJobs.database()
                        .count("select count(*) from jobs where type = 'gather_notifications' and schedule is null"))
                .as("there is nothing to gather")
                .isZero();
        assertThat(TestJobs.node().output()).contains("no mail server is configured, notices are kept");
    }

    @Test
    void noticesAndEmptyLettersGoAfterNinetyDays() {
        String kind = "kept-" + UUID.randomUUID();
        TestDatabase database = TestJobs.database();
        database.execute("""
                with aged as (
                    select sluice_uuid_floor(sluice_now() - make_interval(days => days)) as id, days
                    from unnest(array[89, 91]) days),
                letter as (
                    insert into letters (id, channel, recipient, created_at)
                    select id, 'email', 'owner', sluice_now() - make_interval(days => days) from aged
                    returning id)
                insert into notices (id, kind, channel, recipient, data, occurred_at, created_at, state, settled_at, letter_id)
                select id, ?, 'email', 'owner', '{}', sluice_now(), sluice_now() - make_interval(days => days), 'sent',
                    sluice_now(), id
                from aged
                """, kind);
        UUID purge = TestJobs.insert(database, "purge", "{\"kinds\": [\"notices\"]}");
        await().atMost(Duration.ofSeconds(60)).until(() -> TestJobs.status(database, purge), "completed"::equals);
        assertThat(database.query(
                        "select n.created_at < sluice_now() - interval '90 days' as old from letters l"
                                + " left join notices n on n.letter_id = l.id where n.kind = ? or n.id is null",
                        kind))
                .hasSize(1)
                .allSatisfy(left -> assertThat(left).containsEntry("old", false));
    }
}
