package io.sluice.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.jobs.model.ModelTables;
import io.sluice.jobs.queue.Claimable;
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.queue.LimitedClaims.Taken;
import io.sluice.jobs.queue.Nodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Nodes that know different types claim jobs of one concurrency key, and none of them commits before all have got as far
 * as they get. Whoever counts what runs sees nothing of what the others are about to take, and no two of them want the
 * same rows: nothing but the lock keeps them from passing the limit together.
 */
final class ClaimsTogether {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int NODES = 4;
    private static final int LIMIT = 3;

    /** An advisory lock, at which claims wait after they have counted and before their first row has changed. */
    private static final int BARRIER = 720_999;

    private final LimitedClaims limits;
    private final Nodes nodes;
    private final ExecutorService executor;
    private final DataSource dataSource;
    private final ModelTables tables;
    private final String key = "together-" + UUID.randomUUID();
    private final List<UUID> ids = new ArrayList<>();

    ClaimsTogether(LimitedClaims limits, Nodes nodes, ExecutorService executor, DataSource dataSource) {
        this.limits = limits;
        this.nodes = nodes;
        this.executor = executor;
        this.dataSource = dataSource;
        this.tables = new ModelTables(dataSource);
    }

    /** One of them takes as many jobs as the limit lets, and the others are told that they have not judged. */
    void assertOneJudges() throws Exception {
        try {
            prepare();
            List<Taken> taken = claimTogether();
            assertEquals(LIMIT, running(), "running jobs of a key with the limit " + LIMIT);
            assertTrue(taken.get(0).judged());
            taken.stream().skip(1).forEach(other -> assertFalse(other.judged()));
            for (int n = 0; n < NODES; n++) {
                assertEquals(List.of(), untilJudged(n).jobs(), "claimed though the limit was reached");
            }
            assertEquals(LIMIT, running());
        } finally {
            tidy();
        }
    }

    private void prepare() throws SQLException {
        for (int n = 0; n < NODES; n++) {
            ids.add(nodes.register(type(n), List.of(type(n)), 100));
            // Created in the future: the server's own sweeps shall not park them as of an unknown type.
            tables.execute("""
                    insert into jobs (type, concurrency_key, concurrency_limit, created_at)
                    select ?, ?, ?, sluice_now() + interval '1 hour' from generate_series(1, ?)
                    """, type(n), key, LIMIT, LIMIT + 2);
        }
        tables.execute("""
                create or replace function test_barrier() returns trigger language plpgsql as $$
                begin
                    perform pg_advisory_xact_lock_shared(%d);
                    return new;
                end
                $$""".formatted(BARRIER));
        tables.execute("""
                create trigger test_barrier before update on jobs for each row
                when (new.concurrency_key = '%s' and new.status = 'running') execute function test_barrier()
                """.formatted(key));
    }

    /** What came of each; the first one counts first. */
    private List<Taken> claimTogether() throws Exception {
        List<Future<Taken>> claims = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement barrier = connection.createStatement()) {
            barrier.execute("select pg_advisory_lock(" + BARRIER + ")");
            try {
                claims.add(executor.submit(() -> untilJudged(0)));
                await(() -> atBarrier() == 1);
                for (int n = 1; n < NODES; n++) {
                    int other = n;
                    claims.add(executor.submit(() -> claim(other)));
                }
                await(() -> claims.stream().filter(Future::isDone).count() + atBarrier() == NODES);
            } finally {
                barrier.execute("select pg_advisory_unlock(" + BARRIER + ")");
            }
        }
        List<Taken> taken = new ArrayList<>();
        for (Future<Taken> claim : claims) {
            taken.add(claim.get(LONGEST.toSeconds(), TimeUnit.SECONDS));
        }
        return taken;
    }

    /** The server's own node judges limits too, for moments. */
    private Taken untilJudged(int n) {
        long begun = System.nanoTime();
        Taken taken = claim(n);
        while (!taken.judged() && System.nanoTime() - begun < LONGEST.toNanos()) {
            taken = claim(n);
        }
        return taken;
    }

    private Taken claim(int n) {
        live();
        Claimable known = new Claimable(type(n), 3, 3_600_000, 100, 0, false, null, null);
        return limits.claim(ids.get(n), List.of(known), Set.of(), 100, Set.of());
    }

    /** Nobody else says that these nodes live. */
    private void live() {
        try {
            tables.execute("update nodes set heartbeat_at = clock_timestamp() where name like ?", key + "%");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private String type(int n) {
        return key + "-" + n;
    }

    private long atBarrier() throws SQLException {
        return (Long) tables.row("""
                select count(*) from pg_locks
                where locktype = 'advisory' and objid = ? and not granted
                  and database = (select oid from pg_database where datname = current_database())
                """, BARRIER).get(0);
    }

    private long running() throws SQLException {
        return (Long) tables.row("select count(*) from jobs where concurrency_key = ? and status = 'running'", key)
                .get(0);
    }

    private void tidy() throws SQLException {
        tables.execute("drop trigger if exists test_barrier on jobs");
        tables.execute("delete from jobs where concurrency_key = ?", key);
        ids.forEach(nodes::stop);
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.call()) {
            live();
            if (System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new AssertionError("The claims did not get as far as they should within " + LONGEST + ".");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
