package io.sluice.bench.queue;

import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/**
 * What a pick-up takes at the least: a thread of this process that listens on one connection and takes the job by one
 * statement on another, with nothing else to do and no server around it. Two commits, of which the second follows the
 * first. From before the INSERT to the return of the claim.
 */
record BarePickUpCell(int jobs, int warmUp) implements Cell {
    private static final String CHANNEL = "bare_jobs";

    private static final String SCHEMA = """
            create table bare_jobs (id bigint primary key, type text not null, payload jsonb not null,
                status text not null default 'pending', token bigint, started_at timestamptz);
            create index on bare_jobs (type, id) where status = 'pending';
            create sequence bare_tokens;
            """;

    private static final String PUT = """
            with job as (insert into bare_jobs (id, type, payload) values (?, 'noop', '{}') returning id)
            select pg_notify('bare_jobs', ''), id from job
            """;

    private static final String CLAIM = """
            update bare_jobs set status = 'running', token = nextval('bare_tokens'), started_at = clock_timestamp()
            where id = (select id from bare_jobs where type = 'noop' and status = 'pending' order by id limit 1
                        for update skip locked)
            returning id, payload
            """;

    @Override
    public Measurement run(PostgresServer postgres) throws Exception {
        TestDatabase database = postgres.createDatabase();
        database.execute(SCHEMA);
        BlockingQueue<Long> starts = new LinkedBlockingQueue<>();
        try (Connection heard = database.connect();
                Connection claims = database.connect();
                Connection caller = database.connect();
                PreparedStatement claim = claims.prepareStatement(CLAIM);
                PreparedStatement put = caller.prepareStatement(PUT)) {
            Thread worker = new Thread(() -> take(heard, claim, starts));
            worker.setDaemon(true);
            worker.start();
            for (int n = 1; n <= warmUp; n++) {
                pickUp(put, starts, -n);
            }
            PostgresMeter meter = new PostgresMeter(database);
            PostgresMeter.Reading first = meter.read();
            long begun = System.nanoTime();
            Waits waits = Waits.of(jobs, n -> pickUp(put, starts, n));
            double took = (System.nanoTime() - begun) / 1e9;
            PostgresMeter.Reading used = meter.read().minus(first);
            return new Measurement("PostgreSQL alone, pick-up when idle", jobs, took, 0, used, waits.note());
        } finally {
            postgres.dropDatabase(database);
        }
    }

    /** In milliseconds. */
    private static double pickUp(PreparedStatement put, BlockingQueue<Long> starts, int n) throws Exception {
        long begun = System.nanoTime();
        put.setInt(1, n);
        put.executeQuery().close();
        Long started = starts.poll(60, TimeUnit.SECONDS);
        if (started == null || !starts.isEmpty()) {
            throw new IllegalStateException("job " + n + " was not executed exactly once");
        }
        return (started - begun) / 1e6;
    }

    /** Ends when its connection is closed. */
    private static void take(Connection heard, PreparedStatement claim, BlockingQueue<Long> starts) {
        try (Statement listen = heard.createStatement()) {
            listen.execute("listen " + CHANNEL);
            PGConnection notified = heard.unwrap(PGConnection.class);
            while (true) {
                notified.getNotifications(0);
                try (ResultSet job = claim.executeQuery()) {
                    if (job.next()) {
                        starts.add(System.nanoTime());
                    }
                }
            }
        } catch (SQLException closed) {
            return;
        }
    }
}
