package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.BenchStampJob;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Locale;

/**
 * One job at a time on an idle node, put in by another process: from before its INSERT, with a notification in the same
 * transaction as one node sends it to another, to the first line of its handler. Then the transactions of a node that has
 * nothing to do.
 */
record LatencyCell(int jobs, int warmUp, int idleSeconds) implements Cell {
    @Override
    public Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        Path ledger = Files.createTempFile("ledger", ".bin");
        Path stamps = BenchStampJob.fileOf(ledger.toString());
        try (SluiceContestant sluice = new SluiceContestant(5, database, ledger, 1);
                Connection connection = database.connect();
                PreparedStatement put = connection.prepareStatement("""
                        with job as (
                            insert into jobs (type, payload) values ('bench_stamp', jsonb_build_object('n', ?)) returning id)
                        select pg_notify('sluice_jobs', 'bench_stamp'), id from job
                        """)) {
            for (int n = 1; n <= warmUp; n++) {
                pickUp(put, stamps, -n);
            }
            long begun = System.nanoTime();
            PostgresMeter meter = new PostgresMeter(database);
            PostgresMeter.Reading first = meter.read();
            double clientFirst = PostgresMeter.seconds(sluice.pids().get(0));
            Waits waits = Waits.of(jobs, n -> pickUp(put, stamps, n));
            double took = (System.nanoTime() - begun) / 1e9;
            double client = PostgresMeter.seconds(sluice.pids().get(0)) - clientFirst;
            PostgresMeter.Reading used = meter.read().minus(first);
            String note = waits.note() + String.format(Locale.ROOT, "; idle: %.2f transactions/s", idle(database));
            return new Measurement("Sluice, pick-up when idle", jobs, took, client, used, note);
        } finally {
            Files.delete(ledger);
            Files.deleteIfExists(stamps);
            postgres.dropDatabase(database);
        }
    }

    /** In milliseconds. */
    private static double pickUp(PreparedStatement put, Path stamps, int n) throws Exception {
        long begun = System.nanoTime();
        put.setInt(1, n);
        put.executeQuery().close();
        return (startOf(stamps, n) - begun) / 1e6;
    }

    /** Waits for the stamp of this very job; each is there once. */
    private static long startOf(Path stamps, int n) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < deadline) {
            List<String> lines = Files.exists(stamps) ? Files.readAllLines(stamps) : List.of();
            if (!lines.isEmpty()) {
                String[] words = lines.get(lines.size() - 1).split(" ");
                if (words.length == 2 && Integer.parseInt(words[0]) == n) {
                    Files.delete(stamps);
                    if (lines.size() > 1) {
                        throw new IllegalStateException("a job was executed twice: " + lines);
                    }
                    return Long.parseLong(words[1]);
                }
            }
            Thread.sleep(1);
        }
        throw new IllegalStateException("job " + n + " was not executed");
    }

    private double idle(TestDatabase database) throws InterruptedException {
        String transactions = """
                select xact_commit + xact_rollback from pg_stat_database where datname = current_database()
                """;
        Thread.sleep(15_000);
        long before = database.count(transactions);
        Thread.sleep(1_000L * idleSeconds);
        // One of them is the question itself.
        return (database.count(transactions) - before - 1) / (double) idleSeconds;
    }
}
