package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Follows every kind of event of the catalogue from the call that causes it to the message that a receiver verifies. A
 * kind without a cause here fails.
 */
class EventProofsIT {
    private static final Api OPERATOR = SharedServer.operator();

    private static final TenantData BACKUPS = new TenantData(OPERATOR, SharedServer.database());

    private static final WebhookReceiver GONE = WebhookReceiver.start().answer(410);

    /** What makes each kind of event happen to a new project. */
    private static final Map<String, Consumer<String>> CAUSES = Map.ofEntries(
            Map.entry("project.created", project -> {}),
            Map.entry("project.suspended", EventProofsIT::suspend),
            Map.entry("project.resumed", project -> {
                suspend(project);
                OPERATOR.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"test\"}")
                        .expect(200);
            }),
            Map.entry("project.archived", project -> status(project, "archived")),
            Map.entry("project.deleted", project -> {
                status(project, "archived");
                status(project, "deleted");
            }),
            Map.entry("quota.threshold.reached", project -> use(project, 80)),
            Map.entry("quota.exceeded", project -> use(project, 1000)),
            Map.entry(
                    "job.failed",
                    project -> SharedServer.database()
                            .execute(
                                    "insert into jobs (type, payload, project_id) values ('check_usage_limits', '{\"no\": 1}', ?)",
                                    project)),
            Map.entry("schedule.missed", project -> SharedServer.database().execute("""
                            insert into schedules (name, job_type, payload, cron, overlap, catch_up, next_run_at)
                            values (?, 'check_usage_limits', '{"project_ids": ["none"]}', '0 3 * * *', 'queue', 0,
                                date_trunc('hour', sluice_now()) - interval '26 hours')
                            """, project)),
            Map.entry("schedule.skipped", project -> SharedServer.database().execute("""
                            with busy as (
                                insert into jobs (type, payload, schedule, scheduled_at)
                                values ('check_usage_limits', '{"project_ids": ["none"]}', ?, now() + interval '1 day'))
                            insert into schedules (name, job_type, payload, cron, overlap, next_run_at)
                            values (?, 'check_usage_limits', '{"project_ids": ["none"]}', '0 3 * * *', 'skip',
                                sluice_now())
                            """, project, project)),
            Map.entry(
                    "schedule.changed",
                    project -> OPERATOR.post(
                                    "/v1/schedules",
                                    "{\"name\": \"" + project + "\", \"job_type\": \"check_usage_limits\", \"every\":"
                                            + " \"P366D\", \"payload\": {\"project_ids\": [\"none\"]}}")
                            .expect(201)),
            Map.entry("webhook.disabled", EventProofsIT::loseReceiver),
            Map.entry(
                    "abuse.suspected",
                    project -> OPERATOR.post(
                                    "/v1/abuse/signals",
                                    "{\"project_id\": \"" + project
                                            + "\", \"pattern\": \"suspicious_pattern\", \"metrics\": {}}")
                            .expect(202)),
            Map.entry("key.created", EventProofsIT::key),
            Map.entry(
                    "key.rotated",
                    project -> OPERATOR.post(
                                    "/v1/keys/" + key(project).get("id").asText() + "/rotate", "{}")
                            .expect(201)),
            Map.entry(
                    "key.revoked",
                    project -> OPERATOR.delete(
                                    "/v1/keys/" + key(project).get("id").asText())
                            .expect(204)),
            Map.entry(
                    "key.leaked",
                    project -> OPERATOR.post(
                                    "/v1/keys/leaks",
                                    "{\"key\": \"" + key(project).get("secret").asText()
                                            + "\", \"policy\": \"notify\"}")
                            .expect(200)),
            Map.entry("key.expired", project -> {
                String id = key(project).get("id").asText();
                SharedServer.database()
                        .execute("update api_keys set expires_at = sluice_now() where id = ?", UUID.fromString(id));
                OPERATOR.post("/v1/jobs", "{\"type\": \"expire_keys\"}").expect(202);
            }),
            Map.entry(
                    "backup.completed",
                    project -> OPERATOR.post("/v1/projects/" + project + "/backups", null)
                            .expect(202)),
            Map.entry("backup.failed", project -> {
                BACKUPS.assign(project, TenantData.newSchema());
                OPERATOR.post("/v1/projects/" + project + "/backups", null).expect(202);
            }),
            Map.entry("backup.expiring", project -> {
                BACKUPS.backUp(project);
                SharedServer.database()
                        .execute(
                                "update backups set expires_at = sluice_now() + interval '1 day' where project_id = ?",
                                project);
                OPERATOR.post("/v1/jobs", "{\"type\": \"notify_backup_expiration\"}")
                        .expect(202);
            }));

    @AfterAll
    static void close() {
        GONE.close();
    }

    @TestFactory
    Stream<DynamicTest> everyKindOfEventReachesItsReceiverVerified() {
        JsonNode kinds = OPERATOR.get("/v1/event-types").expect(200).json().get("items");
        assertThat(kinds.findValuesAsText("name")).containsExactlyInAnyOrderElementsOf(CAUSES.keySet());
        return StreamSupport.stream(kinds.spliterator(), false)
                .map(kind -> DynamicTest.dynamicTest(kind.get("name").asText(), () -> follow(kind)));
    }

    private static void follow(JsonNode kind) {
        String type = kind.get("name").asText();
        try (WebhookReceiver receiver = WebhookReceiver.start()) {
            Webhooks.Registered webhook = Webhooks.register(null, receiver, type);
            String project = Tenants.create();
            CAUSES.get(type).accept(project);
            WebhookReceiver.Message message = receiver.awaitVerified(
                    webhook.secret(),
                    each -> each.type().equals(type) && each.body().contains('"' + project + '"'));
            message.data()
                    .fieldNames()
                    .forEachRemaining(
                            member -> assertThat(kind.at("/schema/properties").has(member))
                                    .as("the member %s in the schema of %s", member, type)
                                    .isTrue());
            OPERATOR.delete("/v1/webhooks/" + webhook.id()).expect(204);
        }
    }

    private static void suspend(String project) {
        OPERATOR.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
    }

    private static void status(String project, String status) {
        OPERATOR.put("/v1/projects/" + project + "/status", "{\"status\": \"" + status + "\", \"reason\": \"test\"}")
                .expect(200);
    }

    private static void use(String project, long quantity) {
        OPERATOR.put(
                        "/v1/projects/" + project + "/quotas/requests",
                        "{\"limit\": 100, \"hard_cap\": 1000, \"period\": \"month\"}")
                .expect(200);
        Tenants.track(project, "requests", quantity, "e", null).expect(202);
    }

    private static JsonNode key(String project) {
        return OPERATOR.post("/v1/projects/" + project + "/keys", "{\"name\": \"test\"}")
                .expect(201)
                .json();
    }

    private static void loseReceiver(String project) {
        Webhooks.register(project, GONE, "project.suspended");
        suspend(project);
    }
}
