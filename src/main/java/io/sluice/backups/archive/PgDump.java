package io.sluice.backups.archive;

import io.sluice.backups.BackupSettings;
import io.sluice.database.ClientPrograms;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Dumps one schema with the real {@code pg_dump}, which is told where to look by its environment alone. */
@ApplicationScoped
class PgDump {
    private static final String END = "-- PostgreSQL database dump complete";
    private static final int CHUNK = 1 << 16;
    private static final int TAIL = 512;
    private static final int LONGEST_REASON = 1000;
    private static final int SECONDS_TO_END = 30;

    @Inject
    BackupSettings settings;

    @Inject
    ClientPrograms programs;

    /**
     * Writes the dump of a schema as SQL. Stops the program when this thread is interrupted or the output fails.
     *
     * @param snapshot of a transaction that is open: the dump shows what that transaction sees
     * @param stop told of the program, so that another thread can end it while this one waits for its output
     * @param progress told how many bytes have come so far
     * @throws IOException if the program cannot be started, fails, or ends before the dump is complete
     */
    void dump(String schema, String snapshot, OutputStream out, Stop stop, LongConsumer progress)
            throws IOException, InterruptedException {
        Path complaints = Files.createTempFile("sluice-backup-", ".txt");
        try {
            Process process = start(schema, snapshot, complaints);
            stop.program(process);
            try {
                boolean complete = pass(process.getInputStream(), out, progress);
                if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    throw new IOException(settings.pgDump() + " wrote its dump and did not end.");
                }
                if (stop.isAsked()) {
                    throw new InterruptedException("The dump was stopped.");
                }
                if (process.exitValue() != 0 || !complete) {
                    throw new IOException(
                            settings.pgDump() + " ended with " + process.exitValue() + ": " + reason(complaints));
                }
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.deleteIfExists(complaints);
        }
    }

    private Process start(String schema, String snapshot, Path complaints) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                settings.pgDump(),
                "--format=plain",
                "--encoding=UTF8",
                "--schema=" + schema,
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=60s",
                "--no-password");
        builder.environment().clear();
        builder.environment().putAll(programs.environment());
        builder.redirectError(complaints.toFile());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException missing) {
            throw new IOException(
                    "'" + settings.pgDump() + "' cannot be started; install postgresql-client or set"
                            + " SLUICE_BACKUP_PG_DUMP.",
                    missing);
        }
    }

    /** Passes the output on, and tells whether its last lines say that it is complete. */
    private static boolean pass(InputStream in, OutputStream out, LongConsumer progress) throws IOException {
        byte[] chunk = new byte[CHUNK];
        byte[] tail = new byte[0];
        long total = 0;
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            out.write(chunk, 0, read);
            total += read;
            progress.accept(total);
            tail = tail(tail, chunk, read);
        }
        return new String(tail, StandardCharsets.UTF_8).contains(END);
    }

    private static byte[] tail(byte[] before, byte[] chunk, int length) {
        int kept = Math.min(before.length, Math.max(0, TAIL - length));
        int added = Math.min(length, TAIL);
        byte[] tail = new byte[kept + added];
        System.arraycopy(before, before.length - kept, tail, 0, kept);
        System.arraycopy(chunk, length - added, tail, kept, added);
        return tail;
    }

    private static String reason(Path complaints) throws IOException {
        String said = Files.readString(complaints, StandardCharsets.UTF_8).strip();
        return said.isEmpty()
                ? "the dump is not complete."
                : said.substring(Math.max(0, said.length() - LONGEST_REASON)).replaceAll("\\s*\\R\\s*", " ");
    }
}
