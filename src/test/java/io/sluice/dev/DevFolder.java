package io.sluice.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What the development command keeps between starts: PostgreSQL's data, the operator token, the master key, and who runs here. The lock
 * goes with the process that holds it, however that ends, so a killed command never bars the next one.
 */
final class DevFolder {
    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DevFolder(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes the folder for this process, or says who has it. */
    static DevFolder open(Path path) throws IOException {
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                String holder = Files.readString(path.resolve("lock")).strip();
                throw new FailedStart("it already runs from " + path.toAbsolutePath()
                        + (holder.isEmpty() ? "" : " on " + holder)
                        + "; stop that one with Ctrl-C, or set SLUICE_DATA_DIR and SLUICE_HTTP_PORT to run another.");
            }
            return new DevFolder(path, channel, lock);
        } catch (AccessDeniedException denied) {
            throw new FailedStart(
                    "this user may not write to " + denied.getFile() + "; set SLUICE_DATA_DIR to another.");
        }
    }

    Path path() {
        return path;
    }

    Path postgresData() {
        return path.resolve("postgresql");
    }

    Path tokenFile() {
        return path.resolve("operator-token");
    }

    /** Writes into the lock what a second start shows. */
    void rememberAddress(String address) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(address.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** The token of the first start; only its owner may read the file. */
    String operatorToken() {
        return secret(tokenFile(), () -> HexFormat.of().formatHex(random(24)));
    }

    /** The master key of the first start; only its owner may read the file. */
    String masterKey() {
        return secret(path.resolve("master-key"), () -> Base64.getEncoder().encodeToString(random(32)));
    }

    private static String secret(Path file, Supplier<String> first) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, first.get() + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Keeps which process the server is; the start time tells it from a later one with the same number. */
    void rememberServer(ProcessHandle process) throws IOException {
        String started = process.info().startInstant().map(Instant::toString).orElse("");
        Files.writeString(path.resolve("server.pid"), process.pid() + "\n" + started + "\n");
    }

    /** Ends the server of a development command that was itself killed. */
    void stopLeftOvers() throws IOException {
        Path file = path.resolve("server.pid");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (lines.size() < 2) {
            return;
        }
        Optional<ProcessHandle> leftOver = ProcessHandle.of(Long.parseLong(lines.get(0)))
                .filter(process -> process.info()
                        .startInstant()
                        .map(Instant::toString)
                        .orElse("?")
                        .equals(lines.get(1)));
        if (leftOver.isPresent()) {
            System.out.println("Stopping the server that a killed run left behind (process " + lines.get(0) + ").");
            end(leftOver.get());
        }
        Files.delete(file);
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(15, TimeUnit.SECONDS);
        } catch (TimeoutException stillThere) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PostgreSQL reads only the data of its own major version; an empty {@code version} is not compared. */
    void requireSamePostgres(String version) throws IOException {
        Path file = postgresData().resolve("PG_VERSION");
        if (version.isEmpty() || !Files.exists(file)) {
            return;
        }
        String major = Files.readString(file).strip();
        if (!version.startsWith(major + ".")) {
            throw new FailedStart("the data in " + postgresData() + " are PostgreSQL " + major + "'s and this is "
                    + version + "; use the profile of that version, or set SLUICE_DATA_DIR to another folder.");
        }
    }

    void close() {
        try {
            Files.deleteIfExists(path.resolve("server.pid"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
