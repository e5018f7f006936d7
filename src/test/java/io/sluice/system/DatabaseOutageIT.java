package io.sluice.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseOutageIT {
    @TempDir
    Path folder;

    private PostgresServer postgres;
    private SluiceServer node;

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        postgres.close();
    }

    @Test
    void turnsReadinessRedKeepsTheProcessAliveAndRecoversByItself() {
        Path data = folder.resolve("data");
        postgres = PostgresServer.startPersistent(data);
        TestDatabase database = postgres.createDatabase();
        node = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_HEALTH_SILENCE_MAX", "PT11S")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        int port = postgres.port();

        PostgresServer.kill(data);
        postgres.close();

        await().atMost(10, SECONDS).until(() -> node.status("/health/ready") == 503);
        assertThat(node.status("/health/live")).isEqualTo(200);
        assertThat(node.status("/health/started")).isEqualTo(200);
        assertThat(check("database").path("status").asText()).isEqualTo("DOWN");

        postgres = PostgresServer.startPersistent(data, port);

        node.awaitReady(SharedServer.START_TIMEOUT);
        String id = database.value(
                "insert into jobs (type, payload) values ('check_usage_limits', '{\"check_all\": true}') returning id::text");
        await().atMost(30, SECONDS)
                .until(() -> database.value("select status from jobs where id = ?::uuid", id)
                        .equals("completed"));
        await().atMost(30, SECONDS)
                .until(() ->
                        check("scheduler").path("data").path("last_tick_ms_ago").asLong(Long.MAX_VALUE) < 10_000);
    }

    private JsonNode check(String name) {
        for (JsonNode each :
                new Api(node.baseUri(), null).get("/health/ready").json().path("checks")) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("No check named " + name);
    }
}
