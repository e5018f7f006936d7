package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.BenchEnqueueJob;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Callers inside the server that enqueue at the same time, each job or batch in a transaction of its own.
 *
 * @param mode see {@link BenchEnqueueJob.Payload}
 */
record EnqueueCell(String mode, int callers, int transactions, int batch) implements Cell {
    @Override
    public Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        Path ledger = Files.createTempFile("ledger", ".bin");
        try (SluiceContestant sluice = new SluiceContestant(callers, database, ledger, 1)) {
            sluice.pause(BenchEnqueueJob.SINK, true);
            call(database, transactions);
            long before = stored(database);
            PostgresMeter meter = new PostgresMeter(database);
            PostgresMeter.Reading first = meter.read();
            double clientFirst = PostgresMeter.seconds(sluice.pids().get(0));
            double took = call(database, transactions);
            double client = PostgresMeter.seconds(sluice.pids().get(0)) - clientFirst;
            PostgresMeter.Reading used = meter.read().minus(first);
            int jobs = callers * transactions * batch;
            if (stored(database) - before != jobs) {
                throw new IllegalStateException("not every job was stored exactly once");
            }
            String name = String.format(
                    Locale.ROOT,
                    "%s, %d callers, %,d a transaction",
                    mode.equals("bare") ? "INSERT without wake-up" : "Sluice's queue",
                    callers,
                    batch);
            return new Measurement(name, jobs, took, client, used, "");
        } finally {
            Files.delete(ledger);
            postgres.dropDatabase(database);
        }
    }

    private static long stored(TestDatabase database) {
        return database.count("select count(*) from jobs where type = '" + BenchEnqueueJob.SINK + "'");
    }

    /** Seconds from the first caller's begin to the last one's end. */
    private double call(TestDatabase database, int each) throws InterruptedException {
        database.execute("delete from jobs where type = 'bench_enqueue'");
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
        while (database.count("select count(*) from jobs where type = 'bench_enqueue' and status <> 'completed'") > 0) {
            Thread.sleep(200);
        }
        return database.count("""
                        select max((result ->> 'ended')::bigint) - min((result ->> 'begun')::bigint)
                        from jobs where type = 'bench_enqueue'
                        """) / 1e9;
    }
}
