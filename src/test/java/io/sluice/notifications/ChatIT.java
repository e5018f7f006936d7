package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.WebhookReceiver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The third way to people: incoming webhooks as Slack defines them. */
class ChatIT {
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
    void anOwnerIsToldInItsChatBesideItsMail() {
        String project = owners.project("Chatty <!channel>");
        try (WebhookReceiver receiver = WebhookReceiver.start()) {
            JsonNode chat = operator.put(path(project), "{\"url\": \"" + receiver.url("/hook/secret-part") + "\"}")
                    .expect(200)
                    .json();
            assertThat(chat.path("host").asText()).isEqualTo("127.0.0.1");
            assertThat(operator.get(path(project)).expect(200).body()).doesNotContain("secret-part");
            assertThat(database.count(
                            "select count(*) from project_chats where encode(sealed_url, 'escape') like '%secret%'"))
                    .isZero();
            assertThat(database.count(
                            "select count(*) from audit_entries where target_id = ? and action ="
                                    + " 'notification_chat.updated' and after::text not like '%secret%'",
                            project))
                    .isOne();

            suspend(project);
            WebhookReceiver.Message message = receiver.await(each -> each.path().equals("/hook/secret-part"));

            String text = message.json().path("text").asText();
            assertThat(message.json()).hasSize(1);
            assertThat(text)
                    .startsWith("*[URGENT] Chatty &lt;!channel&gt; is suspended")
                    .contains("What to do next")
                    .doesNotContain("<!channel>");
            await().atMost(Duration.ofSeconds(60)).until(() -> states(project).equals("chat sent, email sent"));
        }
    }

    @Test
    void aChatThatIsGoneFailsAloneAndAProjectWithoutOneHasNoNoticeForIt() {
        String project = owners.project("Left");
        try (WebhookReceiver receiver = WebhookReceiver.start().answer(404)) {
            operator.put(path(project), "{\"url\": \"" + receiver.url() + "\"}").expect(200);
            suspend(project);
            await().atMost(Duration.ofSeconds(60)).until(() -> states(project).equals("chat failed, email sent"));
        }
        operator.delete(path(project)).expect(204);
        operator.delete(path(project)).expect(404);
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"test\"}")
                .expect(200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> states(project).equals("chat failed, email sent, email sent"));
    }

    @Test
    void aUrlThatMustNotBeCalledIsRefusedAndADeletedProjectsIsForgotten() {
        String project = owners.project("Walled");
        for (String url :
                new String[] {"http://10.0.0.1/", "https://user:pw@example.org/", "ftp://example.org/", "x"}) {
            assertThat(operator.put(path(project), "{\"url\": \"" + url + "\"}")
                            .expect(400)
                            .code())
                    .isEqualTo("VALIDATION_ERROR");
        }
        try (WebhookReceiver receiver = WebhookReceiver.start()) {
            operator.put(path(project), "{\"url\": \"" + receiver.url() + "\"}").expect(200);
        }
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"deleted\", \"reason\": \"test\"}")
                .expect(200);
        assertThat(database.count("select count(*) from project_chats where project_id = ?", project))
                .isZero();
        operator.put(path(project), "{\"url\": \"https://hooks.example.org/x\"}")
                .expect(409);
    }

    @Test
    void aChatThatIsSetWhileItsProjectIsDeletedIsRefused() throws SQLException {
        String project = owners.project("Leaving");
        operator.post("/v1/projects/" + project + "/keys", "{\"name\": \"test\"}")
                .expect(201);
        CompletableFuture<Answer> deletion;
        CompletableFuture<Answer> chat;
        try (HeldLock held = HeldLock.by("select from api_keys where project_id = ? for update", project)) {
            deletion = held.begin(() -> operator.put(
                    "/v1/projects/" + project + "/status", "{\"status\": \"deleted\", \"reason\": \"test\"}"));
            chat = held.begin(() -> operator.put(path(project), "{\"url\": \"https://93.184.216.34/x\"}"));
        }
        deletion.join().expect(200);
        assertThat(chat.join().expect(409).code()).isEqualTo("CONFLICT");
        assertThat(database.count("select count(*) from project_chats where project_id = ?", project))
                .isZero();
    }

    @Test
    void chatsThatHangLeaveSlotsToMails() {
        List<String> projects =
                Stream.generate(() -> owners.project("Slow")).limit(5).toList();
        try (WebhookReceiver receiver = WebhookReceiver.start().hang()) {
            projects.forEach(project -> {
                operator.put(path(project), "{\"url\": \"" + receiver.url() + "\"}")
                        .expect(200);
                suspend(project);
            });
            receiver.awaitCount(2);
            projects.forEach(project -> MailBox.awaitSubject(owners.address(project), "is suspended"));
            assertThat(database.count("""
                            select count(*)
                            from jobs
                            where type = 'send_notification' and status = 'running' and payload ->> 'letter_id' in
                                (select cast(id as text) from letters where channel = 'chat')
                            """)).as("slots that chats hold").isLessThanOrEqualTo(2);
            projects.forEach(project -> operator.delete(path(project)).expect(204));
        }
    }

    private static void suspend(String project) {
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
    }

    /** Channel and state of all the project's notices. */
    private static String states(String project) {
        return database.value(
                "select string_agg(channel || ' ' || state, ', ' order by channel, state) from notice_states"
                        + " where project_id = ?",
                project);
    }

    private static String path(String project) {
        return "/v1/projects/" + project + "/notification-chat";
    }
}
