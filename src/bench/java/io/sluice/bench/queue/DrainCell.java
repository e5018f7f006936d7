package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.ExecutionLedger;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Works off a backlog that is there before anything starts. The first jobs warm the contestant up and are not measured.
 *
 * @param jobs measured ones
 * @param warmUp those before them
 * @param behind jobs that wait behind the measured ones and are not worked off
 * @param snapshotHeld whether another session keeps a snapshot open from the first job to the last
 */
record DrainCell(Entrant entrant, int jobs, int warmUp, int behind, boolean snapshotHeld) implements Cell {
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** How a contestant is made for a database of its own. */
    interface Entrant {
        Contestant enter(TestDatabase database, Path ledger, int size) throws Exception;
    }

    DrainCell(Entrant entrant, int jobs, int warmUp) {
        this(entrant, jobs, warmUp, 0, false);
    }

    @Override
    public Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        int all = warmUp + jobs + behind;
        int end = warmUp + jobs;
        Path file = Files.createTempFile("ledger", ".bin");
        ExecutionLedger ledger = ExecutionLedger.open(file, all);
        try (Contestant contestant = entrant.enter(database, file, all)) {
            long begun = System.nanoTime();
            contestant.enqueue(0, all);
            double enqueued = seconds(begun);
            database.execute("vacuum analyze");
            database.execute("checkpoint");
            PostgresMeter meter = new PostgresMeter(database);
            try (AutoCloseable holder = snapshotHeld ? heldSnapshot(database) : () -> {}) {
                contestant.start();
                await(() -> warmUp == 0 || ledger.done(0, all) >= warmUp);
                int before = ledger.done(0, all);
                PostgresMeter.Reading first = meter.read();
                double clientFirst = clientSeconds(contestant);
                long started = System.nanoTime();
                await(() -> isDone(contestant, ledger, all, end));
                double took = seconds(started);
                int after = contestant.pids().isEmpty() ? all : ledger.done(0, all);
                double client = clientSeconds(contestant) - clientFirst;
                PostgresMeter.Reading used = meter.read().minus(first);
                if (behind == 0) {
                    ledger.requireExactlyOnce(0, all);
                } else {
                    ledger.requireAtMostOnce(0, all);
                }
                String note = String.format(Locale.ROOT, "put in at %,.0f/s", all / enqueued);
                return new Measurement(name(contestant), after - before, took, client, used, note);
            }
        } finally {
            Files.delete(file);
            postgres.dropDatabase(database);
        }
    }

    private boolean isDone(Contestant contestant, ExecutionLedger ledger, int all, int end) {
        return behind > 0
                ? ledger.done(0, all) >= end
                : (contestant.pids().isEmpty() || ledger.isDone(0, all)) && contestant.unfinished() == 0;
    }

    private String name(Contestant contestant) {
        return contestant.name()
                + (behind > 0 ? String.format(Locale.ROOT, ", %,d more behind", behind) : "")
                + (snapshotHeld ? ", a snapshot held" : "");
    }

    /** A session that has begun to read and goes on for ever. */
    private static AutoCloseable heldSnapshot(TestDatabase database) throws SQLException {
        Connection connection = database.connect();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        connection.createStatement().execute("select count(*) from pg_class");
        return connection;
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
            Thread.sleep(20);
        }
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
