package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Webhooks that are made beside each other, and beside the end of their project. */
class WebhookRacesIT {
    private static final String BODY = "{\"url\": \"https://93.184.216.34/hook\", \"events\": [\"schedule.missed\"]}";

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
