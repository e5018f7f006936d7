package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.ExecutionLedger;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The same number of jobs every second for minutes, while finished ones are removed as the daily purge removes them: the
 * tables must stop growing.
 */
record SoakCell(int minutes, int jobsPerSecond) implements Cell {
    private static final int KEPT_SECONDS = 20;

    @Override
    public Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        Path file = Files.createTempFile("ledger", ".bin");
        int seconds = minutes * 60;
        int all = seconds * jobsPerSecond;
        ExecutionLedger ledger = ExecutionLedger.open(file, all);
        try (SluiceContestant sluice = new SluiceContestant(50, database, file, all)) {
            sluice.start();
            PostgresMeter meter = new PostgresMeter(database);
            PostgresMeter.Reading first = meter.read();
            double clientFirst = PostgresMeter.seconds(sluice.pids().get(0));
            List<Long> megabytes = new ArrayList<>();
            long begun = System.nanoTime();
            for (int second = 0; second < seconds; second++) {
                sluice.add(second * jobsPerSecond, (second + 1) * jobsPerSecond);
                if (second % 5 == 0) {
                    database.execute("delete from jobs where status = 'completed'"
                            + " and completed_at < sluice_now() - make_interval(secs => " + KEPT_SECONDS + ")");
                }
                if (second % Math.max(seconds / 10, 1) == seconds / 20) {
                    megabytes.add(database.count(
                                    "select pg_total_relation_size('jobs') + pg_total_relation_size('job_attempts')")
                            >> 20);
                }
                long next = begun + (second + 1) * 1_000_000_000L;
                Thread.sleep(Math.max(next - System.nanoTime(), 0) / 1_000_000);
            }
            while (ledger.done(0, all) < all || sluice.unfinished() > 0) {
                Thread.sleep(50);
            }
            double took = (System.nanoTime() - begun) / 1e9;
            ledger.requireExactlyOnce(0, all);
            double client = PostgresMeter.seconds(sluice.pids().get(0)) - clientFirst;
            String name = String.format(Locale.ROOT, "Sluice, soak of %d min, %,d jobs/s", minutes, jobsPerSecond);
            String note = "MB of tables and indexes at each tenth of the time: " + megabytes;
            return new Measurement(name, all, took, client, meter.read().minus(first), note);
        } finally {
            Files.delete(file);
            postgres.dropDatabase(database);
        }
    }
}
