package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Webhooks that are made beside each other, and beside the end of their project. */
class WebhookRacesIT {
    private static final String BODY = "{\"url\": \"https://93.184.216.34/hook\", \"events\": [\"schedule.missed\"]}";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final String project = Tenants.create();
    private final String path = "/v1/projects/" + project + "/webhooks";

    @Test
    void oneThatIsMadeWhileItsProjectIsDeletedIsRefused() throws SQLException {
        operator.post(path, BODY).expect(201);
        CompletableFuture<Answer> deletion;
        CompletableFuture<Answer> made;
        try (HeldLock held = HeldLock.by("select from webhooks where project_id = ? for update", project)) {
            deletion = held.begin(() -> operator.put(
                    "/v1/projects/" + project + "/status", "{\"status\": \"deleted\", \"reason\": \"test\"}"));
            made = held.begin(() -> operator.post(path, BODY));
        }
        deletion.join().expect(200);
        assertThat(made.join().expect(409).code()).isEqualTo("CONFLICT");
        assertThat(database.count("select count(*) from webhooks where project_id = ?", project))
                .isZero();
    }

    @Test
    void twoAtOnceDoNotPassTheLimitOfAProject() throws SQLException {
        fill(project);
        List<CompletableFuture<Answer>> made;
        try (HeldLock held = HeldLock.by("select from projects where id = ? for update", project)) {
            made = List.of(held.begin(() -> operator.post(path, BODY)), held.begin(() -> operator.post(path, BODY)));
        }
        expectOneAndARefusal(made);
    }

    @Test
    void twoAtOnceDoNotPassTheLimitOfTheInstallation() throws SQLException {
        fill(null);
        try {
            List<CompletableFuture<Answer>> made;
            try (HeldLock held = HeldLock.by("lock table webhooks in share mode")) {
                made = List.of(
                        held.begin(() -> operator.post("/v1/webhooks", BODY)),
                        held.begin(() -> operator.post("/v1/webhooks", BODY)));
            }
            expectOneAndARefusal(made);
        } finally {
            database.execute("delete from webhooks where project_id is null and events = '{schedule.missed}'");
        }
    }

    @Test
    void anEventThatMeetsTheDeletionOfAWebhookIsToldToTheOthers() throws SQLException {
        try (WebhookReceiver receiver = WebhookReceiver.start()) {
            Webhooks.Registered doomed = Webhooks.register(project, receiver, "project.suspended");
            Webhooks.Registered staying = Webhooks.register(project, receiver, "project.suspended");
            CompletableFuture<Answer> suspension;
            try (HeldLock held = HeldLock.by("delete from webhooks where id = cast(? as uuid)", doomed.id())) {
                suspension = held.begin(this::suspend);
                held.goOn("commit").join();
            }
            suspension.join().expect(201);
            staying.await("project.suspended", project);
        }
    }

    /** The history may be long, and nobody who has something to tell can do without its rows' webhook. */
    @Test
    void anEventDoesNotWaitUntilTheHistoryOfADeletedWebhookIsGone() throws SQLException {
        try (WebhookReceiver receiver = WebhookReceiver.start()) {
            Webhooks.Registered doomed = Webhooks.register(project, receiver, "project.suspended");
            UUID id = UUID.fromString(doomed.id());
            database.execute("""
                    insert into webhook_deliveries
                        (webhook_id, event_id, event_type, body, status, most_tries, completed_at)
                    values (?, sluice_uuid(), 'project.suspended', '{}', 'delivered', 5, sluice_now())
                    """, id);
            CompletableFuture<Answer> deletion;
            try (HeldLock held = HeldLock.by("select from webhook_deliveries where webhook_id = ? for update", id)) {
                deletion = held.begin(() -> operator.delete("/v1/webhooks/" + doomed.id()));
                assertThat(CompletableFuture.supplyAsync(this::suspend))
                        .as("a suspension while the deletion goes on")
                        .succeedsWithin(PATIENCE)
                        .satisfies(answer -> answer.expect(201));
                assertThat(deletion).isNotDone();
            }
            deletion.join().expect(204);
            assertThat(receiver.messages()).isEmpty();
        }
    }

    private Answer suspend() {
        return operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}");
    }

    private static void expectOneAndARefusal(List<CompletableFuture<Answer>> made) {
        assertThat(made.stream().map(each -> each.join().status())).containsExactlyInAnyOrder(201, 409);
    }

    /** Leaves room for one. */
    private void fill(String owner) {
        database.execute("""
                insert into webhooks (project_id, url, events, status, disabled_reason, disabled_at)
                select cast(? as text), 'https://93.184.216.34/hook', '{schedule.missed}', 'disabled', 'user', now()
                from generate_series(2, 100 - (
                    select count(*) from webhooks where coalesce(project_id, '') = coalesce(cast(? as text), '')))
                """, owner, owner);
    }
}
