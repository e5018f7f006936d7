package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One node: a WAR on a real Payara Micro in a process of its own, configured by environment variables alone. */
public final class SluiceServer implements AutoCloseable {
    /** 32 bytes in base64; every node of a test has it unless the test says otherwise. */
    public static final String MASTER_KEY = "bWFzdGVyLWtleS1vZi1hbGwtdGVzdHMtMDEyMzQ1Njc=";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final URI baseUri;
    private final Path log;

    /** A server unpacks itself into its temporary folder, 170 MB, and one that is killed leaves them there. */
    private final Future<?> cleaned;

    private SluiceServer(Process process, URI baseUri, Path log, Future<?> cleaned) {
        this.process = process;
        this.baseUri = baseUri;
        this.log = log;
        this.cleaned = cleaned;
    }

    /** What a node is started with. */
    public static final class Builder {
        private final Map<String, String> environment = new TreeMap<>();
        private final List<String> jvmOptions = new ArrayList<>();
        private final List<String> serverOptions = new ArrayList<>();
        private Path war = Path.of(System.getProperty("sluice.it.war", "target/sluice.war"));
        private boolean inheritOutput;

        private Builder() {
            environment.put("SLUICE_MASTER_KEY", MASTER_KEY);
            environment.put("SLUICE_BACKUP_DIR", TestFolder.of("backups").toString());
        }

        private String logging = "server-config/logging.properties";

        public Builder database(TestDatabase database) {
            environment.put("SLUICE_TEST_CLOCK", "true");
            return database(database.url(), PostgresServer.USER, PostgresServer.PASSWORD);
        }

        public Builder database(String url, String user, String password) {
            environment.put("SLUICE_DB_URL", url);
            environment.put("SLUICE_DB_USER", user);
            environment.put("SLUICE_DB_PASSWORD", password);
            return this;
        }

        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        public Builder war(Path path) {
            war = path;
            return this;
        }

        public Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        public Builder serverOption(String option) {
            serverOptions.add(option);
            return this;
        }

        public Builder logging(String file) {
            logging = file;
            return this;
        }

        /** Shows the server's output on ours instead of in a file. */
        public Builder inheritOutput() {
            inheritOutput = true;
            return this;
        }

        /** Starts the process and returns at once. */
        public SluiceServer start() {
            try {
                String host = environment.computeIfAbsent("SLUICE_HTTP_HOST", name -> "127.0.0.1");
                String port = environment.computeIfAbsent("SLUICE_HTTP_PORT", name -> String.valueOf(Ports.free()));
                Path log = Files.createDirectories(TestFolder.of("server-logs")).resolve("node-" + port + ".log");
                Path unpacked =
                        Files.createDirectories(TestFolder.of("server-tmp").resolve("node-" + port));
                ProcessBuilder builder = new ProcessBuilder(command(port, unpacked));
                builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
                builder.environment().putAll(environment);
                if (inheritOutput) {
                    builder.inheritIO();
                } else {
                    builder.redirectErrorStream(true).redirectOutput(log.toFile());
                }
                Process process = builder.start();
                return new SluiceServer(
                        process,
                        URI.create("http://" + host + ":" + port),
                        log,
                        process.onExit().thenRun(() -> delete(unpacked)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private List<String> command(String port, Path unpacked) {
            Path server = Path.of(System.getProperty("sluice.it.server", "target/server"));
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.add("-Djava.io.tmpdir=" + unpacked);
            command.addAll(jvmOptions);
            command.addAll(List.of("-jar", server.resolve("payara-micro.jar").toString()));
            command.addAll(List.of("--nohazelcast", "--disablephonehome", "--port", port, "--contextroot", "/"));
            command.addAll(List.of("--addlibs", server.resolve("postgresql.jar").toString()));
            command.addAll(List.of("--prebootcommandfile", "server-config/preboot.asadmin"));
            command.addAll(List.of("--postbootcommandfile", "server-config/postboot.asadmin"));
            command.addAll(List.of("--logproperties", logging));
            command.addAll(serverOptions);
            command.addAll(List.of("--deploy", war.toString()));
            return command;
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    public URI baseUri() {
        return baseUri;
    }

    public Process process() {
        return process;
    }

    /** Everything the node has written so far. */
    public String output() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the node answers that it is ready. */
    public SluiceServer awaitReady(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The node ended with " + process.exitValue() + ":\n" + output());
            }
            if (status("/health/ready") == 200) {
                return this;
            }
            pause();
        }
        throw new IllegalStateException("The node is not ready after " + timeout + ":\n" + output());
    }

    /** The status of a GET without credentials; 0 when nobody answers. */
    public int status(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(baseUri.resolve(path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException nobodyAnswers) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** Waits for the end of the process and returns its exit code. */
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The node still runs after " + timeout + ":\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end of the process, however long it takes. */
    public int awaitExit() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether the process ends within so many seconds. */
    public boolean endsWithin(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The step of every wait here. */
    public static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
        try {
            cleaned.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The node's temporary folder cannot be removed.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
