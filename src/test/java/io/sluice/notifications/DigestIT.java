package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many notices at once, and what operators are told. */
@ExtendWith(QuietCalendar.class)
class DigestIT {
    private static final String OPERATOR = SharedServer.OPERATORS.get(0);
    private static Api operator;
    private static TestDatabase database;

    @BeforeAll
    static void useTheSharedNode() {
        operator = SharedServer.operator();
        database = SharedServer.database();
    }

    @Test
    void aThousandWarningsOfOneRunMakeOneDigestForEachRecipient() {
        String run = "d" + UUID.randomUUID().toString().substring(0, 8);
        String many = run + "@many.example";
        String few = run + "@few.example";
        seed(run + "-many-", many, 1000, 850_000);
        seed(run + "-capped-", many.toUpperCase(java.util.Locale.ROOT), 2, 2_000_000);
        seed(run + "-few-", few, 3, 950_000);

        check(run);

        await().atMost(Duration.ofSeconds(90))
                .until(() -> database.count(
                                "select count(*) from notice_states where project_id like ? and state = 'sent'",
                                run + "%")
                        == 1005);
        List<MimeMessage> digests = MailBox.to(many);
        assertThat(digests).hasSize(1);
        assertThat(MailBox.subject(digests.get(0))).isEqualTo("[URGENT] 1002 notices about 1002 projects");
        String text = MailBox.flowing(digests.get(0));
        assertThat(text).contains("1000 × quota threshold reached", "2 × project suspended", "902 more are not listed");
        assertThat(text.indexOf("Suspended:"))
                .isLessThan(text.indexOf("85 % of this month's limit of db_queries"))
                .isPositive();
        assertThat(MailBox.to(few))
                .hasSize(3)
                .allSatisfy(mail -> assertThat(MailBox.subject(mail)).startsWith("[URGENT]"));
        assertThat(database.count("select count(distinct letter_id) from notices where project_id like ?", run + "%"))
                .isEqualTo(4);
    }

    /** Together they are larger than the node's heap; of what a digest does not list it reads the number only. */
    @Test
    void aDigestOfMoreThanFitsIntoTheMemoryIsSent() {
        String run = "d" + UUID.randomUUID().toString().substring(0, 8);
        String address = run + "@large.example";
        seed(run + "-large-", address, 2, 0);
        database.execute("""
                insert into notices (kind, project_id, channel, recipient, data, occurred_at)
                select case when n = 6000 then 'project.suspended' else 'project.archived' end, ? || 1 + n % 2, 'email',
                    'owner', jsonb_build_object('note', repeat('x', 100000)), sluice_now()
                from generate_series(1, 6000) n
                """, run + "-large-");
        operator.post("/v1/schedules/gather-notifications/run", null).expect(202);
        MimeMessage digest = MailBox.awaitText(address, "6000 notices came together about 2 projects");
        assertThat(MailBox.subject(digest)).isEqualTo("[URGENT] 6000 notices about 2 projects");
        assertThat(MailBox.flowing(digest))
                .contains("1 × project suspended", "5999 × project archived", "Suspended:", "5900 more are not listed");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.count(
                                "select count(*) from notices where project_id like ? and state = 'sent'", run + "%")
                        == 6000);
        database.execute("delete from notices where project_id like ?", run + "%");
    }

    @Test
    void operatorsAreToldOfManyDeadLettersOnceHoweverOftenItIsLookedAt() {
        String type = "dead-" + UUID.randomUUID();
        database.execute("""
                insert into jobs (type, status, completed_at)
                select ?, 'failed', sluice_now()
                from generate_series(1, 15)
                """, type);
        look();
        long told = toldOfDeadLetters();
        look();
        look();
        // Other tests let jobs fail too: what a watch of the calendar's saw of that may have come in a digest.
        MimeMessage mail = MailBox.awaitText(OPERATOR, "Many jobs failed for good");
        if (!MailBox.subject(mail).contains("notices")) {
            assertThat(MailBox.flowing(mail)).contains("ended in the dead letter within the last hour", "GET /v1/jobs");
        }
        assertThat(MailBox.header(mail, "List-Unsubscribe")).isEmpty();
        MailBox.awaitText(SharedServer.OPERATORS.get(1), "Many jobs failed for good");
        assertThat(toldOfDeadLetters())
                .as("one for each operator")
                .isEqualTo(told)
                .isEqualTo(2);
        assertThat(operator.get("/v1/notifications?kind=operations.dead_letters")
                        .expect(200)
                        .json()
                        .at("/items/0/recipient")
                        .asText())
                .isEqualTo("operator");
        database.execute("delete from jobs where type = ?", type);
    }

    @Test
    void operatorsAreToldOfAMissedSchedule() {
        String schedule = "missed-" + UUID.randomUUID();
        database.execute("""
                insert into schedules (name, job_type, payload, cron, overlap, catch_up, next_run_at)
                values (?, 'gather_notifications', '{}', '0 3 1 1 *', 'queue', 1,
                    date_trunc('hour', sluice_now()) - interval '3 hours')
                """, schedule);
        // A clock that another test moved makes other schedules miss too: then all of it comes in one digest.
        MimeMessage mail = MailBox.awaitText(OPERATOR, "The schedule " + schedule + " was missed");
        if (!MailBox.subject(mail).contains("notices")) {
            assertThat(MailBox.flowing(mail)).contains("one job runs now", "/v1/schedules/" + schedule + "/run");
        }
        database.execute("delete from schedules where name = ?", schedule);
    }

    /** Since it began: it may have been told, and over, before. */
    private static long toldOfDeadLetters() {
        return database.count("select count(*) from notices where kind = 'operations.dead_letters' and created_at >="
                + " (select raised_at from notification_alerts where name = 'dead_letters')");
    }

    private static void look() {
        String job = operator.post("/v1/schedules/installation-watch/run", null)
                .expect(202)
                .json()
                .path("id")
                .asText();
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> operator.get("/v1/jobs/" + job)
                                .json()
                                .path("status")
                                .asText(),
                        "completed"::equals);
    }

    private static void check(String prefix) {
        String ids = database.value("select cast(json_agg(id) as text) from projects where id like ?", prefix + "%");
        operator.post("/v1/jobs", "{\"type\": \"check_usage_limits\", \"payload\": {\"project_ids\": " + ids + "}}")
                .expect(202);
    }

    private static void seed(String prefix, String address, int projects, long used) {
        database.execute(
                "insert into projects (id, name, owner_email) select ? || n, ? || n, ? from generate_series(1, ?) n",
                prefix,
                prefix,
                address,
                projects);
        database.execute("""
                insert into usage_counters (project_id, metric, unit, period_start, quantity)
                select id, 'db_queries', 'month', sluice_period_start('month', 1, 'UTC', sluice_now()), ?
                from projects
                where id like ?
                """, used, prefix + "%");
    }
}
