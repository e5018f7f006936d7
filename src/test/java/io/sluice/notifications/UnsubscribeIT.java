package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The link in a mail, followed by people and mail programs that hold no token. */
class UnsubscribeIT {
    private static final Pattern LINK =
            Pattern.compile("<" + Pattern.quote(SharedServer.PUBLIC_URL) + "(/unsubscribe/[A-Za-z0-9._-]+)>");
    private static final String ONE_CLICK = "List-Unsubscribe=One-Click";

    private static Api operator;
    private static Api nobody;
    private static TestDatabase database;
    private static Owners owners;

    @BeforeAll
    static void useTheSharedNode() {
        operator = SharedServer.operator();
        nobody = operator.as(null);
        database = SharedServer.database();
        owners = new Owners(operator, database);
    }

    @Test
    void theLinkOfAMailStopsItsKindsForItsProjectAndNothingElse() {
        String project = owners.project("Enough");
        String link = warned(project);
        Answer page = nobody.get(link).expect(200);
        assertThat(page.body())
                .contains("Stop these mails?", project, "quota.threshold.reached", "<form method=\"post\">")
                .doesNotContain(owners.address(project), "<script");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'");
        assertThat(page.header("Referrer-Policy")).as("who hears of the link").isEqualTo("no-referrer");
        assertThat(page.header("Cache-Control")).as("who keeps the page").isEqualTo("no-store");
        assertThat(refused(project)).as("after looking").isEmpty();

        for (int click = 1; click <= 2; click++) {
            assertThat(nobody.post(link, ONE_CLICK, "Content-Type", "application/x-www-form-urlencoded")
                            .expect(200)
                            .body())
                    .contains("These mails are stopped", project);
        }

        assertThat(refused(project)).containsExactly("quota.threshold.reached email");
        assertThat(database.query(
                        "select actor_kind, actor_id from audit_entries where action = 'notification_preferences.updated'"
                                + " and target_id = ?",
                        project))
                .as("audit entries of two clicks")
                .hasSize(1)
                .allSatisfy(entry -> assertThat(entry).containsEntry("actor_id", "unsubscribe-link"));
        owners.use(project, 1000, 95);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.count(
                                "select count(*) from notices where project_id = ? and state = 'suppressed'", project)
                        == 1);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
        MimeMessage suspended = MailBox.awaitSubject(owners.address(project), "is suspended");
        assertThat(MailBox.header(suspended, "List-Unsubscribe")).isEmpty();
        assertThat(MailBox.text(suspended) + MailBox.html(suspended)).doesNotContain("/unsubscribe/");
    }

    @Test
    void aLinkThatWasChangedOrWhoseProjectHasAnotherOwnerStopsNothing() {
        String project = owners.project("Kept");
        String link = warned(project);
        String other = warned(owners.project("Other"));
        String proof = other.substring(other.indexOf('.'));
        for (String wrong : List.of(
                link.substring(0, link.length() - 1) + (link.endsWith("A") ? "B" : "A"),
                link.substring(0, link.indexOf('.')),
                link.substring(0, link.indexOf('.')) + proof,
                "/unsubscribe/x",
                "/unsubscribe/00000000-0000-0000-0000-000000000000" + proof)) {
            assertThat(nobody.get(wrong).status()).as(wrong).isEqualTo(404);
            assertThat(nobody.post(wrong, ONE_CLICK).status()).as(wrong).isEqualTo(404);
        }
        assertThat(nobody.get("/unsubscribe/").status()).isIn(401, 404);
        for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS")) {
            assertThat(nobody.send(method, link, null).status()).as(method).isEqualTo(401);
        }
        operator.patch("/v1/projects/" + project, "{\"owner_email\": \"new-" + owners.address(project) + "\"}")
                .expect(200);
        assertThat(nobody.post(link, ONE_CLICK).status()).isEqualTo(404);
        assertThat(refused(project)).isEmpty();
    }

    @Test
    void aClickAndAPersonsChoiceAtOnceAreBothTaken() throws SQLException {
        String project = owners.project("Both");
        String link = warned(project);
        CompletableFuture<Answer> click;
        CompletableFuture<Answer> choice;
        try (HeldLock held = HeldLock.by("lock table audit_entries in share mode")) {
            click = held.begin(() -> nobody.post(link, ONE_CLICK));
            choice = held.begin(() -> operator.put(
                    "/v1/projects/" + project + "/notification-preferences",
                    "{\"items\": [{\"kind\": \"quota.threshold.reached\", \"email\": false, \"chat\": false}]}"));
        }
        click.join().expect(200);
        choice.join().expect(200);
        assertThat(refused(project))
                .containsExactlyInAnyOrder("quota.threshold.reached chat", "quota.threshold.reached email");
    }

    /** Warns the project's owner; returns the path of the link, which header, text and HTML hold alike. */
    private static String warned(String project) {
        owners.use(project, 1000, 85);
        MimeMessage mail = MailBox.await(owners.address(project), 1).get(0);
        Matcher header = LINK.matcher(MailBox.header(mail, "List-Unsubscribe"));
        assertThat(header.find()).isTrue();
        String link = SharedServer.PUBLIC_URL + header.group(1);
        assertThat(MailBox.header(mail, "List-Unsubscribe-Post")).isEqualTo(ONE_CLICK);
        assertThat(MailBox.text(mail)).contains("Stop mails like this one:\n" + link);
        assertThat(MailBox.html(mail)).contains("<a href=\"" + link + "\"");
        return header.group(1);
    }

    private static List<String> refused(String project) {
        return database
                .query(
                        "select kind || ' ' || channel as what from notification_preferences where project_id = ? and not enabled",
                        project)
                .stream()
                .map(row -> String.valueOf(row.get("what")))
                .toList();
    }
}
