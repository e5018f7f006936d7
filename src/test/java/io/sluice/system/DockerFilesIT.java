package io.sluice.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what the image would run: its entry point and its health check, with the environment of a compose node. */
class DockerFilesIT {
    @TempDir
    Path folder;

    private DockerFiles files;
    private Process server;

    @BeforeEach
    void layOut() throws IOException {
        files = DockerFiles.layOut(Files.createDirectory(folder.resolve("image")));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void theImageRunsAsAnOrdinaryUserAndComposeStartsTwoNodesOfIt() throws IOException {
        assertThat(Integer.parseInt(files.arguments("USER").get(0))).isPositive();
        assertThat(DockerFiles.service("node-1").get("image"))
                .isEqualTo(DockerFiles.service("node-2").get("image"));
        assertThat(DockerFiles.service("node-1").get("ports"))
                .isNotEqualTo(DockerFiles.service("node-2").get("ports"));
        assertThat(DockerFiles.service("node-2").get("depends_on").toString()).contains("postgres", "service_healthy");
        assertThatThrownBy(() -> DockerFiles.environment("node-1", Map.of()))
                .hasMessageContaining("SLUICE_DB_PASSWORD");
    }

    @Test
    void theEntryPointRefusesToStartWithoutADatabase() throws Exception {
        Process refused = run(files.command("ENTRYPOINT"), Map.of("SLUICE_DB_USER", "sluice"));

        assertThat(refused.waitFor(60, SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(78);
        assertThat(output())
                .isEqualTo("Sluice did not start: set SLUICE_DB_URL SLUICE_DB_PASSWORD SLUICE_MASTER_KEY; see"
                        + " src/docs/configuration.md.\n");
    }

    @Test
    void theEntryPointServesUntilItIsToldToStopAndTheHealthCheckTellsTheTruth() throws Exception {
        TestDatabase database = SharedServer.postgres().createDatabase();
        Map<String, String> environment = new LinkedHashMap<>(DockerFiles.environment(
                "node-1",
                Map.of(
                        "SLUICE_DB_PASSWORD",
                        PostgresServer.PASSWORD,
                        "SLUICE_MASTER_KEY",
                        SluiceServer.MASTER_KEY,
                        "SLUICE_BOOTSTRAP_TOKEN",
                        SharedServer.BOOTSTRAP_TOKEN)));
        environment.put("SLUICE_DB_URL", database.url());
        environment.put("SLUICE_DB_USER", PostgresServer.USER);
        environment.put("SLUICE_HTTP_HOST", "127.0.0.1");
        environment.put("SLUICE_HTTP_PORT", freePort());
        List<String> healthCheck = files.command("HEALTHCHECK");

        server = run(files.command("ENTRYPOINT"), environment);

        assertThat(run(healthCheck, environment).waitFor()).isNotZero();
        await().atMost(SharedServer.START_TIMEOUT)
                .until(() -> !server.isAlive() || run(healthCheck, environment).waitFor() == 0);
        new Api(URI.create("http://127.0.0.1:" + environment.get("SLUICE_HTTP_PORT")), SharedServer.BOOTSTRAP_TOKEN)
                .get("/v1/projects")
                .expect(200);

        server.destroy();

        assertThat(server.waitFor(40, SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(128 + 15);
        assertThat(run(healthCheck, environment).waitFor()).isNotZero();
    }

    private Process run(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return String.valueOf(socket.getLocalPort());
        }
    }
}
