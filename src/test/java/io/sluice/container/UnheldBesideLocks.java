package io.sluice.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.jobs.model.ModelTables;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Attempts.GivenBack;
import io.sluice.jobs.queue.Nodes;
import jakarta.transaction.UserTransaction;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** A node holds jobs by their rows of which it knows nothing, and somebody keeps some rows locked. */
final class UnheldBesideLocks {
    private static final String TYPE = "unheld_beside_locks";

    private final Attempts attempts;
    private final Nodes nodes;
    private final UserTransaction person;
    private final ModelTables tables;
    private UUID node = new UUID(0, 0);

    UnheldBesideLocks(Attempts attempts, Nodes nodes, UserTransaction person, DataSource dataSource) {
        this.attempts = attempts;
        this.nodes = nodes;
        this.person = person;
        this.tables = new ModelTables(dataSource);
    }

    /** One that is locked itself, and one that was cancelled and for which a locked one waits. */
    void assertOnlyTheLockedWait() throws Exception {
        node = nodes.register(TYPE, List.of(TYPE), 5);
        // Nobody says that it lives.
        tables.execute("update nodes set heartbeat_at = clock_timestamp() + interval '1 day' where id = ?", node);
        try {
            UUID free = running();
            UUID locked = running();
            UUID cancelled = running();
            UUID waiting = waitingFor(cancelled);
            tables.execute("update jobs set cancel_requested_at = sluice_now() where id = ?", cancelled);
            person.begin();
            try {
                tables.row("select id from jobs where id in (?, ?) for update", locked, waiting);
                assertEquals(new GivenBack(1, true), giveBack());
                assertEquals("pending", status(free));
                assertEquals("running", status(locked));
                assertEquals("running", status(cancelled));
            } finally {
                person.rollback();
            }
            assertEquals(new GivenBack(2, false), giveBack());
            assertEquals("pending", status(locked));
            assertEquals("cancelled", status(cancelled));
            assertEquals("cancelled", status(waiting));
        } finally {
            tables.execute("delete from jobs where type = ?", TYPE);
            nodes.stop(node);
        }
    }

    private GivenBack giveBack() {
        return attempts.giveBackUnheld(node, TYPE, List.of());
    }

    /** Created in the future, as all here: the server's own sweeps shall not park it as of an unknown type. */
    private UUID running() throws SQLException {
        return (UUID) tables.row("""
                insert into jobs (type, status, node_id, fencing_token, attempts, started_at, deadline_at, created_at)
                values (?, 'running', ?, nextval('job_fencing_tokens'), 1, sluice_now(),
                        clock_timestamp() + interval '1 hour', sluice_now() + interval '1 hour')
                returning id
                """, TYPE, node).get(0);
    }

    private UUID waitingFor(UUID need) throws SQLException {
        UUID job = (UUID) tables.row("""
                insert into jobs (type, depends_on, run_if, blocked_by, created_at)
                values (?, array[?], 'all_completed', 'jobs', sluice_now() + interval '1 hour') returning id
                """, TYPE, need).get(0);
        tables.execute("insert into job_dependencies (job_id, needs) values (?, ?)", job, need);
        tables.execute("update jobs set awaited = true where id = ?", need);
        return job;
    }

    private String status(UUID job) throws SQLException {
        return (String) tables.row("select status from jobs where id = ?", job).get(0);
    }
}
