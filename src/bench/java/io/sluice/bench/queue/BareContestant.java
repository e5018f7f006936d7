package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.ExecutionLedger;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What PostgreSQL alone can do: the statements of a queue that keeps job, history and result, looped inside the server,
 * with nobody to run the jobs. A thin table of ready jobs and one of claimed jobs stand beside the record, which is
 * written twice: when the job comes and when it is done.
 */
final class BareContestant implements Contestant {
    private static final String SCHEMA = """
            create table bare_jobs (id bigint primary key, type text not null, payload jsonb not null,
                status text not null default 'pending', created_at timestamptz not null default now(),
                completed_at timestamptz, result jsonb) with (fillfactor = 70);
            create table bare_ready (priority int not null default 0, id bigint not null,
                primary key (priority, id));
            create table bare_claimed (id bigint primary key, token bigint not null, claimed_at timestamptz not null);
            create table bare_attempts (job_id bigint not null, token bigint not null, started_at timestamptz not null,
                ended_at timestamptz not null default now(), outcome text not null, primary key (job_id, token));
            create sequence bare_tokens;

            create procedure bare_drain(batch int) language plpgsql as $$
            declare
                taken bigint[];
                fence bigint;
            begin
                loop
                    fence := nextval('bare_tokens');
                    with picked as materialized (
                        select priority, id from bare_ready order by priority, id limit batch for update skip locked
                    ), gone as (
                        delete from bare_ready r using picked p where r.priority = p.priority and r.id = p.id
                        returning r.id
                    ), held as (
                        insert into bare_claimed select id, fence, clock_timestamp() from gone returning id
                    )
                    select array_agg(id) into taken from held;
                    commit;
                    exit when taken is null;
                    with ended as (
                        delete from bare_claimed where id = any (taken) and token = fence returning id, claimed_at
                    ), history as (
                        insert into bare_attempts (job_id, token, started_at, outcome)
                        select id, fence, claimed_at, 'completed' from ended
                    )
                    update bare_jobs j
                    set status = 'completed', completed_at = clock_timestamp(),
                        result = jsonb_build_object('n', j.id)
                    from ended e where j.id = e.id;
                    commit;
                end loop;
            end
            $$
            """;

    private final TestDatabase database;
    private final ExecutionLedger ledger;
    private final int sessions;
    private final int batch;
    private final List<Thread> threads = new ArrayList<>();
    private int first;
    private int last;

    BareContestant(int sessions, int batch, TestDatabase database, ExecutionLedger ledger) {
        this.sessions = sessions;
        this.batch = batch;
        this.database = database;
        this.ledger = ledger;
        database.execute(SCHEMA);
    }

    @Override
    public String name() {
        return "PostgreSQL alone, " + sessions + " sessions of " + batch;
    }

    @Override
    public void enqueue(int from, int to) {
        database.execute("insert into bare_jobs (id, type, payload)"
                + " select n, 'noop', jsonb_build_object('n', n) from generate_series(?, ?) n", from, to - 1);
        database.execute("insert into bare_ready (id) select n from generate_series(?, ?) n", from, to - 1);
        first = from;
        last = to;
    }

    @Override
    public void start() {
        for (int i = 0; i < sessions; i++) {
            Thread thread = new Thread(this::drain);
            thread.start();
            threads.add(thread);
        }
    }

    private void drain() {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("call bare_drain(" + batch + ")");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long unfinished() {
        if (threads.stream().anyMatch(Thread::isAlive)) {
            return 1;
        }
        for (int job = first; job < last && !threads.isEmpty(); job++) {
            ledger.executed(job);
        }
        threads.clear();
        return database.count("select count(*) from bare_jobs where status <> 'completed'");
    }

    @Override
    public List<Long> pids() {
        return List.of();
    }

    @Override
    public void close() {
        threads.clear();
    }
}
