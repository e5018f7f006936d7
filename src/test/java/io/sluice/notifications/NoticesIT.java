package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From the call that causes a notice to the mail that its owner reads. */
class NoticesIT {
    private static Api operator;
    private static TestDatabase database;
    private static Owners owners;

    @BeforeAll
    static void useTheSharedNode() {
        operator = SharedServer.operator();
        database = SharedServer.database();
        owners = new Owners(operator, database);
    }

    @Test
    void aWarningIsReadByItsOwnerWithEverythingItNeeds() {
        String project = owners.project("Acme & Sons");
        owners.use(project, 1000, 85);

        MimeMessage mail = MailBox.await(owners.address(project), 1).get(0);

        assertThat(MailBox.subject(mail)).isEqualTo("[IMPORTANT] Acme & Sons: requests at 85 % of this month's limit");
        assertThat(MailBox.header(mail, "From")).isEqualTo("Sluice <sluice@sluice.example>");
        String flowing = MailBox.flowing(mail);
        assertThat(flowing)
                .contains(
                        "Project Acme & Sons (" + project + ") has used 850 of its limit of 1,000 requests this month")
                .contains("Threshold: 80 %", "Hard cap: 2,000", "Begins anew: 1 ", ", 00:00 (UTC)")
                .contains("What to do next:", "/v1/projects/" + project + "/usage?metric=requests");
        assertThat(MailBox.text(mail).lines().filter(line -> line.length() > 90 && !line.startsWith("https://")))
                .isEmpty();
        assertThat(MailBox.html(mail))
                .contains("Acme &amp; Sons", "<h1", "850", "1,000", "What to do next")
                .doesNotContain("Acme & Sons", "<img", "<script", "http://", "src=");
        JsonNode notice = only(project);
        String letter = notice.path("letter_id").asText();
        assertThat(MailBox.header(mail, "Message-ID")).isEqualTo("<" + letter + "@sluice.example>");
        assertThat(MailBox.header(mail, "Auto-Submitted")).isEqualTo("auto-generated");
        assertThat(MailBox.header(mail, "List-Unsubscribe"))
                .startsWith("<" + SharedServer.PUBLIC_URL + "/unsubscribe/" + letter)
                .endsWith("<mailto:sluice@sluice.example?subject=unsubscribe%20" + letter + ">");
        awaitState(project, "sent");
        JsonNode warning = operator.get("/v1/projects/" + project + "/warnings")
                .expect(200)
                .json()
                .at("/items/0/notifications/0");
        assertThat(warning.path("channel").asText()).isEqualTo("email");
        assertThat(warning.path("state").asText()).isEqualTo("sent");
        assertThat(warning.path("settled_at").asText()).endsWith("Z");
        assertThat(database.count(
                        "select count(*) from jobs where type in ('gather_notifications', 'send_notification')"
                                + " and jobs::text like '%@%'"))
                .as("jobs that hold an address")
                .isZero();
    }

    @Test
    void everyStepOfAProjectsLifeThatItsOwnerShouldKnowReachesItsOwner() {
        String project = owners.project("Life");
        String address = owners.address(project);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"Invoice 17 is unpaid.\"}")
                .expect(201);
        MimeMessage suspended = MailBox.awaitSubject(address, "is suspended");
        assertThat(MailBox.subject(suspended)).isEqualTo("[URGENT] Life is suspended: an operator decided so");
        assertThat(MailBox.flowing(suspended)).contains("Reason given: Invoice 17 is unpaid.", "/suspensions.");
        assertThat(MailBox.header(suspended, "List-Unsubscribe"))
                .as("nobody can refuse it")
                .isEmpty();
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"paid\"}")
                .expect(200);
        assertThat(MailBox.flowing(MailBox.awaitSubject(address, "Life is active again")))
                .contains("its calls are served");
        status(project, "archived");
        assertThat(MailBox.flowing(MailBox.awaitSubject(address, "Life: the project is archived")))
                .contains("its data are kept");
    }

    @Test
    void aHardCapTellsItsOwnerWhatWasReachedAndWhenItBeginsAnew() {
        String project = owners.project("Capped");
        owners.use(project, 1000, 100);
        owners.use(project, 1000, 200);
        MimeMessage mail = MailBox.awaitSubject(owners.address(project), "is suspended");
        assertThat(MailBox.subject(mail)).isEqualTo("[URGENT] Capped is suspended: requests reached the hard cap");
        assertThat(MailBox.flowing(mail))
                .contains("requests per month: 2,000 used, hard cap 2,000", "requests begins anew: 1 ");
    }

    @Test
    void whatAnOwnerRefusedIsNotSentAndASuspensionIs() {
        String project = owners.project("Quiet");
        String path = "/v1/projects/" + project + "/notification-preferences";
        assertThat(operator.put(path, "{\"items\": [{\"kind\": \"project.suspended\", \"email\": false}]}")
                        .expect(400)
                        .body())
                .contains("suspensions are always told");
        operator.put(path, "{\"items\": [{\"kind\": \"operations.dead_letters\", \"email\": false}]}")
                .expect(400);
        JsonNode held = operator.put(path, "{\"items\": [{\"kind\": \"quota.threshold.reached\", \"email\": false}]}")
                .expect(200)
                .json();
        assertThat(StreamSupport.stream(held.path("items").spliterator(), false)
                        .filter(item -> !item.path("email").asBoolean())
                        .map(item -> item.path("kind").asText()))
                .containsExactly("quota.threshold.reached");
        assertThat(operator.get(path).expect(200).json()).isEqualTo(held);
        assertThat(database.count(
                        "select count(*) from audit_entries where action = 'notification_preferences.updated' and"
                                + " target_id = ?",
                        project))
                .isOne();

        owners.use(project, 1000, 85);
        awaitState(project, "suppressed");
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
        MailBox.awaitSubject(owners.address(project), "is suspended");
        assertThat(MailBox.to(owners.address(project)))
                .extracting(MailBox::subject)
                .noneMatch(subject -> subject.contains("IMPORTANT"));
    }

    @Test
    void nothingThatAProjectIsCalledBreaksAMail() {
        String project = owners.project("Plain");
        database.execute(
                "update projects set name = E'Evil\\r\\nBcc: other@example.org\\r\\n\\r\\n<script>alert(1)</script>"
                        + " {steps} \\u00dc' where id = ?",
                project);
        owners.use(project, 1000, 95);
        MimeMessage mail = MailBox.await(owners.address(project), 1).get(0);
        assertThat(MailBox.subject(mail))
                .isEqualTo("[URGENT] Evil Bcc: other@example.org <script>alert(1)</script> {steps} Ü: requests at 95 %"
                        + " of this month's limit");
        assertThat(MailBox.header(mail, "Bcc")).isEmpty();
        assertThat(MailBox.to("other@example.org")).isEmpty();
        assertThat(MailBox.html(mail)).contains("&lt;script&gt;").doesNotContain("<script>");
        assertThat(MailBox.html(mail).split("What to do next", -1)).hasSize(2);
    }

    @Test
    void aProjectThatIsDeletedBeforeItsMailIsSentIsNotWrittenTo() {
        String project = owners.project("Gone");
        String address = owners.address(project);
        operator.put("/v1/job-types/send_notification", "{\"paused\": true}").expect(200);
        try {
            owners.use(project, 1000, 85);
            awaitLetter(project);
            status(project, "deleted");
        } finally {
            operator.put("/v1/job-types/send_notification", "{\"paused\": false}")
                    .expect(200);
        }
        awaitState(project, "kept");
        assertThat(only(project).path("reason").asText()).contains("no owner's address");
        assertThat(MailBox.to(address)).isEmpty();
    }

    @Test
    void anAddressThatChangedMeanwhileIsTheOneThatIsWrittenTo() {
        String project = owners.project("Moved");
        String before = owners.address(project);
        String after = "new-" + before;
        operator.put("/v1/job-types/send_notification", "{\"paused\": true}").expect(200);
        try {
            owners.use(project, 1000, 85);
            awaitLetter(project);
            operator.patch("/v1/projects/" + project, "{\"owner_email\": \"" + after + "\"}")
                    .expect(200);
        } finally {
            operator.put("/v1/job-types/send_notification", "{\"paused\": false}")
                    .expect(200);
        }
        MailBox.await(after, 1);
        assertThat(MailBox.to(before)).isEmpty();
    }

    @Test
    void whatWasRolledBackIsWrittenToNobody() {
        String project = owners.project("Undone");
        String trigger = "refuse_notice_" + project.replace('-', '_');
        // The suspension, its event and its notices are written, then the commit itself fails.
        database.execute("""
                create function %1$s() returns trigger language plpgsql as
                $$ begin raise exception 'refused at commit'; end $$;
                create constraint trigger %1$s after insert on suspensions deferrable initially deferred
                for each row when (new.project_id = '%2$s') execute function %1$s()
                """.formatted(trigger, project));
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"undone\"}")
                .expect(500);
        database.execute("drop trigger " + trigger + " on suspensions");
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"meant\"}")
                .expect(201);
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"paid\"}")
                .expect(200);

        String address = owners.address(project);
        MailBox.awaitSubject(address, "is active again");
        MailBox.awaitSubject(address, "is suspended");
        assertThat(MailBox.to(address)).hasSize(2);
        assertThat(MailBox.to(address).stream().map(MailBox::flowing))
                .noneMatch(text -> text.contains("undone"))
                .anyMatch(text -> text.contains("Reason given: meant"));
        assertThat(database.count("select count(*) from notices where project_id = ? and channel = 'email'", project))
                .isEqualTo(2);
    }

    private static JsonNode only(String project) {
        JsonNode items = operator.get("/v1/projects/" + project + "/notifications")
                .expect(200)
                .json()
                .path("items");
        assertThat(items).hasSizeLessThanOrEqualTo(2);
        return items.get(items.size() - 1);
    }

    private static void awaitState(String project, String state) {
        await("a notice that is " + state)
                .atMost(Duration.ofSeconds(60))
                .until(() -> operator.get("/v1/projects/" + project + "/notifications?state=" + state)
                                .json()
                                .path("items")
                                .size()
                        == 1);
    }

    private static void awaitLetter(String project) {
        await("a letter")
                .atMost(Duration.ofSeconds(60))
                .until(() -> List.of(true)
                        .equals(database
                                .query(
                                        "select letter_id is not null as made from notices where project_id = ?",
                                        project)
                                .stream()
                                .map(row -> row.get("made"))
                                .toList()));
    }

    private static void status(String project, String status) {
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"" + status + "\", \"reason\": \"test\"}")
                .expect(200);
    }
}
