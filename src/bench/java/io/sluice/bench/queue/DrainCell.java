package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.ExecutionLedger;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Works off a backlog that is there before anything starts. The first jobs warm the contestant up and are not measured.
 *
 * @param jobs measured ones
 * @param warmUp those before them
 */
record DrainCell(Entrant entrant, int jobs, int warmUp) {
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** How a contestant is made for a database of its own. */
    interface Entrant {
        Contestant enter(TestDatabase database, Path ledger, int size) throws Exception;
    }

    Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        int all = warmUp + jobs;
        Path file = Files.createTempFile("ledger", ".bin");
        ExecutionLedger ledger = ExecutionLedger.open(file, all);
        try (Contestant contestant = entrant.enter(database, file, all)) {
            long begun = System.nanoTime();
            contestant.enqueue(0, all);
            double enqueued = seconds(begun);
            database.execute("vacuum analyze");
            database.execute("checkpoint");
            PostgresMeter meter = new PostgresMeter(database);
            contestant.start();
            await(() -> warmUp == 0 || ledger.done(0, all) >= warmUp);
            int before = ledger.done(0, all);
            PostgresMeter.Reading first = meter.read();
            double clientFirst = clientSeconds(contestant);
            long started = System.nanoTime();
            await(() -> ledger.done(0, all) == all && contestant.unfinished() == 0
                    || contestant.pids().isEmpty() && contestant.unfinished() == 0);
            double took = seconds(started);
            double client = clientSeconds(contestant) - clientFirst;
            PostgresMeter.Reading used = meter.read().minus(first);
            ledger.requireExactlyOnce(0, all);
            return new Measurement(contestant.name(), all - before, took, client, used, all / enqueued);
        } finally {
            Files.delete(file);
            postgres.dropDatabase(database);
        }
    }

    private static double clientSeconds(Contestant contestant) {
        return contestant.pids().stream().mapToDouble(PostgresMeter::seconds).sum();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not done after " + LONGEST);
            }
            Thread.sleep(5);
        }
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
