package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The development command, {@code mvn -Pdev}: an embedded PostgreSQL whose data stays in {@code SLUICE_DATA_DIR}, and
 * the WAR on a Payara Micro beside it, until Ctrl-C. With {@code SLUICE_DB_URL} set, that PostgreSQL is used instead.
 */
public final class DevServer {
    private DevServer() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> environment = new TreeMap<>();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("SLUICE_")) {
                environment.put(name, value);
            }
        });
        environment.putIfAbsent("SLUICE_HTTP_PORT", "8080");
        Path data = Files.createDirectories(Path.of(environment.computeIfAbsent("SLUICE_DATA_DIR", name -> ".sluice")));
        stopLeftOver(data);

        PostgresServer postgres = environment.containsKey("SLUICE_DB_URL") ? null : startPostgres(data, environment);
        SluiceServer.Builder builder =
                SluiceServer.builder().inheritOutput().logging("server-config/logging-development.properties");
        environment.forEach(builder::environment);
        SluiceServer server = builder.start();
        Files.writeString(
                data.resolve("server.pid"), String.valueOf(server.process().pid()));

        Thread stop = new Thread(() -> stop(server, postgres), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        int exitCode = server.process().waitFor();
        if (exitCode != 0 && exitCode != 143 && exitCode != 130) {
            throw new IllegalStateException("The server ended with exit code " + exitCode + "; it says why above.");
        }
    }

    private static PostgresServer startPostgres(Path data, Map<String, String> environment) {
        PostgresServer postgres = PostgresServer.startPersistent(data.resolve("postgresql"));
        postgres.createDatabaseIfMissing("sluice");
        environment.put("SLUICE_DB_URL", postgres.url("sluice"));
        environment.put("SLUICE_DB_USER", PostgresServer.USER);
        environment.put("SLUICE_DB_PASSWORD", PostgresServer.PASSWORD);
        return postgres;
    }

    /** Ends the server of a development command that was itself killed. */
    private static void stopLeftOver(Path data) throws IOException {
        Path pidFile = data.resolve("server.pid");
        if (Files.exists(pidFile)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                    .filter(process -> process.info()
                            .commandLine()
                            .filter(line -> line.contains("payara-micro.jar"))
                            .isPresent())
                    .ifPresent(ProcessHandle::destroyForcibly);
            Files.delete(pidFile);
        }
    }

    private static void stop(SluiceServer server, PostgresServer postgres) {
        try {
            server.process().destroy();
            if (!server.process().waitFor(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS)) {
                server.process().destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (postgres != null) {
                postgres.close();
            }
        }
    }
}
