package io.sluice.bench.queue;

import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A peer in a process of its own, told what to do line by line. */
final class ChildContestant implements Contestant {
    private final String name;
    private final TestDatabase database;
    private final String unfinished;
    private final Process process;
    private final BufferedReader answers;

    private ChildContestant(String name, TestDatabase database, String unfinished, List<String> command) {
        this.name = name;
        this.database = database;
        this.unfinished = unfinished;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(Path.of("target/bench-" + name.replaceAll("[^a-z0-9]+", "-") + ".log").toFile())
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            expect("ready");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A peer that runs on the JVM; see {@code peers.PeerProcess}. */
    static ChildContestant jvm(String peer, int threads, String unfinished, TestDatabase database, Path ledger, int size) {
        return new ChildContestant(
                peer + ", " + threads + " threads",
                database,
                unfinished,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        classPath(),
                        "io.sluice.bench.queue.peers.PeerProcess",
                        peer,
                        database.url(),
                        String.valueOf(threads),
                        ledger.toString(),
                        String.valueOf(size)));
    }

    /** A peer that runs on Node; see {@code src/bench/node}. */
    static ChildContestant node(
            String peer, String mode, String unfinished, TestDatabase database, Path ledger, int size) {
        String url = database.url().replace("jdbc:", "").replaceFirst("\\?.*", "");
        String address = url.replace("//", "//" + PostgresServer.USER + ":" + PostgresServer.PASSWORD + "@");
        return new ChildContestant(
                peer + ", " + mode,
                database,
                unfinished,
                List.of(
                        installed() + "/node_modules/.bin/node",
                        installed() + "/" + peer + ".mjs",
                        address,
                        mode,
                        ledger.toString(),
                        String.valueOf(size)));
    }

    /** What this benchmark itself runs with: inside Maven the class loader knows, the system property doesn't. */
    private static String classPath() {
        return Thread.currentThread().getContextClassLoader() instanceof URLClassLoader ours
                ? Arrays.stream(ours.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    /** The folder of the Node peers, with their packages. */
    private static Path installed() {
        Path folder = Path.of("target/bench-node");
        try {
            if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
                Files.createDirectories(folder);
                try (Stream<Path> files = Files.list(Path.of("src/bench/node"))) {
                    for (Path file : files.toList()) {
                        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
                int exit = new ProcessBuilder("npm", "ci", "--no-fund", "--no-audit")
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor();
                if (exit != 0) {
                    throw new IllegalStateException("npm ci ended with " + exit);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void enqueue(int from, int to) {
        tell("enqueue " + from + " " + to);
        expect("ok");
    }

    @Override
    public void start() {
        tell("start");
        expect("ok");
    }

    @Override
    public long unfinished() {
        return database.count(unfinished);
    }

    @Override
    public List<Long> pids() {
        return List.of(process.pid());
    }

    @Override
    public void close() {
        tell("stop");
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String command) {
        try {
            process.outputWriter().write(command + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private void expect(String answer) {
        try {
            String line = answers.readLine();
            if (!answer.equals(line)) {
                throw new IllegalStateException(name + " answered " + line + "; see its log in target");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
