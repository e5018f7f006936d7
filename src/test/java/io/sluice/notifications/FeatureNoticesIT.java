package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the other features have to tell, from their calls to the mail. */
class FeatureNoticesIT {
    private static Api operator;
    private static Owners owners;

    @BeforeAll
    static void useTheSharedNode() {
        operator = SharedServer.operator();
        owners = new Owners(operator, SharedServer.database());
    }

    @BeforeEach
    void begin() {
        MailBox.awaitLettersToOperators();
    }

    @Test
    void aLeakedKeyIsToldToItsOwnerAndToOperators() {
        String project = owners.project("Leaky");
        String secret = key(project, "").path("secret").asText();
        operator.post("/v1/keys/leaks", "{\"key\": \"" + secret + "\", \"policy\": \"notify\"}")
                .expect(200);

        MimeMessage mail = MailBox.awaitSubject(owners.address(project), "found in public");
        assertThat(MailBox.subject(mail)).isEqualTo("Leaky: a key of the project was found in public");
        assertThat(MailBox.flowing(mail))
                .contains("Rotate the key now")
                .contains("Key id: ")
                .doesNotContain(secret);
        assertThat(MailBox.flowing(MailBox.awaitSubject(SharedServer.OPERATORS.get(0), "Leaky: a key")))
                .contains("as an operator");
    }

    @Test
    void anExpiredKeyIsToldToItsOwner() {
        String project = owners.project("Ending");
        String key = key(project, ", \"expires_at\": \"" + Instant.now().plusSeconds(3600) + "\"")
                .path("id")
                .asText();
        SharedServer.database()
                .execute("update api_keys set expires_at = sluice_now() - interval '1 second' where id::text = ?", key);
        operator.post("/v1/jobs", "{\"type\": \"expire_keys\"}").expect(202);
        assertThat(MailBox.flowing(MailBox.awaitSubject(owners.address(project), "has expired")))
                .contains("this key are refused");
    }

    @Test
    void aWebhookThatIsGoneIsToldToItsOwnerAndToOperators() {
        String project = owners.project("Hooked");
        try (WebhookReceiver receiver = WebhookReceiver.start().answer(410)) {
            Webhooks.register(project, receiver, "project.suspended");
            operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                    .expect(201);
            MimeMessage mail = MailBox.awaitSubject(owners.address(project), "a webhook was disabled");
            assertThat(MailBox.flowing(mail))
                    .contains("wants nothing any more (410)", "Mend the receiver", "Reason: gone", "Webhook id: ");
            MailBox.awaitSubject(SharedServer.OPERATORS.get(1), "Hooked: a webhook was disabled");
        }
    }

    @Test
    void aBackupThatFailedIsToldToItsOwnerAndToOperators() {
        String project = owners.project("Unsaved");
        new TenantData(operator, SharedServer.database()).assign(project, TenantData.newSchema());
        operator.post("/v1/projects/" + project + "/backups", null).expect(202);
        assertThat(MailBox.flowing(MailBox.awaitSubject(owners.address(project), "Unsaved: a backup failed")))
                .contains("Earlier backups are untouched", "Backup id: ");
        MailBox.awaitSubject(SharedServer.OPERATORS.get(0), "Unsaved: a backup failed");
    }

    @Test
    void aBackupThatIsRemovedSoonIsToldToItsOwner() {
        String project = owners.project("Saved");
        new TenantData(operator, SharedServer.database()).backUp(project);
        SharedServer.database()
                .execute(
                        "update backups set expires_at = sluice_now() + interval '1 day' where project_id = ?",
                        project);
        operator.post("/v1/jobs", "{\"type\": \"notify_backup_expiration\"}").expect(202);
        assertThat(MailBox.flowing(MailBox.awaitSubject(owners.address(project), "Saved: a backup is removed soon")))
                .contains("Download it", "Expires at: ", "(UTC)");
    }

    @Test
    void suspectedAbuseIsToldToOperatorsAndNotToItsOwner() {
        String project = owners.project("Suspect");
        operator.post(
                        "/v1/abuse/signals",
                        "{\"project_id\": \"" + project + "\", \"pattern\": \"suspicious_pattern\", \"metrics\": {}}")
                .expect(202);
        for (String address : SharedServer.OPERATORS) {
            assertThat(MailBox.flowing(MailBox.awaitSubject(address, "Suspect: abuse is suspected")))
                    .contains("Look at the evidence", "Rule: ");
        }
        assertThat(MailBox.to(owners.address(project))).isEmpty();
    }

    private static JsonNode key(String project, String more) {
        return operator.post("/v1/projects/" + project + "/keys", "{\"name\": \"test\"" + more + "}")
                .expect(201)
                .json();
    }
}
