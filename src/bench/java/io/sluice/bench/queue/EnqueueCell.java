package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.BenchEnqueueJob;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Callers inside the server that enqueue at the same time, each job or batch in a transaction of its own. What it is held
 * against takes turns with it in the same node, so that neither has the better moment of the machine, or of the compiler.
 *
 * @param against modes of {@link BenchEnqueueJob.Payload}
 * @param transactions of each caller, over all rounds
 */
record EnqueueCell(List<String> against, int callers, int transactions, int batch) implements Cell {
    private static final int ROUNDS = 8;

    @Override
    public Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        Path ledger = Files.createTempFile("ledger", ".bin");
        try (SluiceContestant sluice = new SluiceContestant(callers, database, ledger, 1)) {
            sluice.pause(BenchEnqueueJob.SINK, true);
            Rounds rounds = new Rounds(database, sluice.pids().get(0));
            rounds.run();
            Map<String, List<Measurement>> measured = rounds.run();
            Measurement engine = sum(measured.get("engine"), "");
            String note = against.stream()
                    .map(mode -> compared(engine, measured.get("engine"), measured.get(mode)))
                    .collect(Collectors.joining("; "));
            return sum(measured.get("engine"), note);
        } finally {
            Files.delete(ledger);
            postgres.dropDatabase(database);
        }
    }

    private static Measurement sum(List<Measurement> rounds, String note) {
        return rounds.stream()
                .reduce((a, b) -> new Measurement(
                        a.contestant(),
                        a.jobs() + b.jobs(),
                        a.seconds() + b.seconds(),
                        a.clientSeconds() + b.clientSeconds(),
                        a.used().plus(b.used()),
                        note))
                .orElseThrow();
    }

    private static String compared(Measurement engine, List<Measurement> engines, List<Measurement> others) {
        Measurement other = sum(others, "");
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < engines.size(); i++) {
            ratios.add(100 * engines.get(i).rate() / others.get(i).rate());
        }
        ratios.sort(null);
        return String.format(
                Locale.ROOT,
                "%s in turn with it %,.0f/s, %.1f + %.1f µs: reaches %.0f %% of it (rounds %.0f–%.0f %%, median %.0f %%)",
                other.contestant(),
                other.rate(),
                other.used().postgresSeconds() / other.jobs() * 1e6,
                other.clientSeconds() / other.jobs() * 1e6,
                100 * engine.rate() / other.rate(),
                ratios.get(0),
                ratios.get(ratios.size() - 1),
                ratios.get(ratios.size() / 2));
    }

    private String name(String mode) {
        return switch (mode) {
            case "bare" -> "INSERT by JDBC";
            case "bare-jpa" -> "INSERT by JPA";
            default -> String.format(
                    Locale.ROOT, "Sluice's queue, %d callers, %,d a transaction", callers, batch);
        };
    }

    private static long stored(TestDatabase database) {
        return database.count("select count(*) from jobs where type = '" + BenchEnqueueJob.SINK + "'");
    }

    private final class Rounds {
        private final TestDatabase database;
        private final long pid;

        Rounds(TestDatabase database, long pid) {
            this.database = database;
            this.pid = pid;
        }

        Map<String, List<Measurement>> run() throws InterruptedException {
            List<String> modes = new ArrayList<>(against);
            modes.add("engine");
            Map<String, List<Measurement>> measured = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (String mode : modes) {
                    measured.computeIfAbsent(mode, name -> new ArrayList<>()).add(measure(mode));
                }
            }
            return measured;
        }

        private Measurement measure(String mode) throws InterruptedException {
            int each = Math.max(transactions / ROUNDS, 1);
            int jobs = callers * each * batch;
            database.execute("truncate jobs, job_attempts");
            PostgresMeter meter = new PostgresMeter(database);
            PostgresMeter.Reading first = meter.read();
            double clientFirst = PostgresMeter.seconds(pid);
            double took = call(mode, each);
            double client = PostgresMeter.seconds(pid) - clientFirst;
            PostgresMeter.Reading used = meter.read().minus(first);
            if (stored(database) != jobs) {
                throw new IllegalStateException("not every job was stored exactly once");
            }
            return new Measurement(name(mode), jobs, took, client, used, "");
        }

        /** Seconds from the first caller's begin to the last one's end. */
        private double call(String mode, int each) throws InterruptedException {
            database.execute(
                    """
                    insert into jobs (type, payload)
                    select 'bench_enqueue', jsonb_build_object('mode', ?, 'transactions', ?, 'batch', ?)
                    from generate_series(1, ?)
                    """,
                    mode,
                    each,
                    batch,
                    callers);
            database.query("select pg_notify('sluice_jobs', '')::text");
            while (database.count("select count(*) from jobs where type = 'bench_enqueue' and status <> 'completed'")
                    > 0) {
                Thread.sleep(100);
            }
            return database.count("""
                            select max((result ->> 'ended')::bigint) - min((result ->> 'begun')::bigint)
                            from jobs where type = 'bench_enqueue'
                            """) / 1e9;
        }
    }
}
