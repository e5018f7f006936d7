package io.sluice.dev;

import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SluiceServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The development command: an embedded PostgreSQL whose data stays in {@code SLUICE_DATA_DIR}, and the WAR on a Payara
 * Micro beside it, until Ctrl-C. With {@code SLUICE_DB_URL} set, that PostgreSQL is used instead. A start that cannot
 * succeed says so in one sentence and ends Maven with an exit code other than 0.
 */
public final class DevServer {
    private static final long READY_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long DRAIN_SECONDS = 90;
    private static final String LOGGING = "server-config/logging-development.properties";

    // Held here because java.util.logging forgets the level of a logger that nobody refers to.
    private static final Logger QUIET = Logger.getLogger("io.zonky");

    private final Map<String, String> environment;
    private final DevFolder folder;
    private PostgresServer postgres;
    private SluiceServer server;
    private volatile boolean stopping;

    private DevServer(Map<String, String> environment, DevFolder folder) {
        this.environment = environment;
        this.folder = folder;
    }

    public static void main(String[] arguments) {
        long begun = System.nanoTime();
        QUIET.setLevel(Level.WARNING);
        Map<String, String> environment = new TreeMap<>();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("SLUICE_")) {
                environment.put(name, value);
            }
        });
        environment.putIfAbsent("SLUICE_HTTP_HOST", "127.0.0.1");
        environment.putIfAbsent("SLUICE_HTTP_PORT", "8080");
        environment.putIfAbsent("SLUICE_DATA_DIR", ".sluice");
        try {
            DevFolder folder = DevFolder.open(Path.of(environment.get("SLUICE_DATA_DIR")));
            new DevServer(environment, folder).run(begun);
        } catch (FailedStart | IOException failure) {
            end("Sluice did not start: " + failure.getMessage(), 1);
        }
    }

    private void run(long begun) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        folder.stopLeftOvers();
        requireFreePort();
        folder.rememberAddress(address());
        if (!environment.containsKey("SLUICE_DB_URL")) {
            startPostgres();
        }
        String token = environment.computeIfAbsent("SLUICE_BOOTSTRAP_TOKEN", name -> folder.operatorToken());
        environment.computeIfAbsent("SLUICE_MASTER_KEY", name -> folder.masterKey());
        startServer();
        awaitReady();
        if (stopping) {
            return;
        }
        System.out.println(new Welcome(address(), token, folder, postgres, server).text(begun));
        int exitCode = server.awaitExit();
        if (!stopping) {
            end("Sluice ended with exit code " + exitCode + ".", exitCode == 0 ? 1 : exitCode);
        }
    }

    private void startPostgres() throws IOException {
        folder.requireSamePostgres(System.getProperty("sluice.dev.postgresql", ""));
        postgres = PostgresServer.startPersistent(folder.postgresData());
        postgres.createDatabaseIfMissing("sluice");
        environment.put("SLUICE_DB_URL", postgres.url("sluice"));
        environment.put("SLUICE_DB_USER", PostgresServer.USER);
        environment.put("SLUICE_DB_PASSWORD", PostgresServer.PASSWORD);
    }

    private synchronized void startServer() throws IOException {
        if (stopping) {
            return;
        }
        SluiceServer.Builder builder = SluiceServer.builder().inheritOutput().logging(LOGGING);
        environment.forEach(builder::environment);
        server = builder.start();
        folder.rememberServer(server.process().toHandle());
    }

    /** Waits for the first 200 of the readiness probe; the server's log line "ready" comes even when the WAR failed. */
    private void awaitReady() {
        long deadline = System.nanoTime() + READY_NANOS;
        while (!stopping && server.status("/health/ready") != 200) {
            if (!server.process().isAlive()) {
                // The server has already said why, in one sentence.
                end(null, Math.max(1, server.process().exitValue()));
            }
            if (System.nanoTime() > deadline) {
                throw new FailedStart("the server is not ready after 5 minutes; its log above says why.");
            }
            SluiceServer.pause();
        }
    }

    private String address() {
        return "http://" + environment.get("SLUICE_HTTP_HOST").replace("127.0.0.1", "localhost") + ":"
                + environment.get("SLUICE_HTTP_PORT");
    }

    private void requireFreePort() {
        String host = environment.get("SLUICE_HTTP_HOST");
        String port = environment.get("SLUICE_HTTP_PORT");
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
        } catch (NumberFormatException notANumber) {
            throw new FailedStart("SLUICE_HTTP_PORT is '" + port + "' but must be a whole number from 1 to 65535.");
        } catch (IOException | IllegalArgumentException taken) {
            throw new FailedStart("port " + port + " of " + host + " cannot be used (" + taken.getMessage()
                    + "); set SLUICE_HTTP_PORT to another.");
        }
    }

    /** Drains and ends the server, then PostgreSQL; a server that is being told twice (Ctrl-C reaches it too) ignores it. */
    private void stop() {
        stopping = true;
        SluiceServer running;
        synchronized (this) {
            running = server;
        }
        if (running != null && running.process().isAlive()) {
            running.terminate();
            if (!running.endsWithin(DRAIN_SECONDS)) {
                running.kill();
            }
        }
        if (postgres != null) {
            postgres.close();
        }
        folder.close();
    }

    private static void end(String sentence, int exitCode) {
        if (sentence != null) {
            System.err.println(sentence);
        }
        System.exit(exitCode);
    }
}
