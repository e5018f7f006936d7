package io.sluice.bench.queue.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** db-scheduler with lock-and-fetch, its fastest way on PostgreSQL. */
final class DbSchedulerPeer implements Peer {
    private final Scheduler scheduler;
    private final OneTimeTask<Integer> task;

    DbSchedulerPeer(DataSource dataSource, int threads) throws Exception {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    create table if not exists scheduled_tasks (
                        task_name text not null, task_instance text not null, task_data bytea,
                        execution_time timestamptz not null, picked boolean not null, picked_by text,
                        last_success timestamptz, last_failure timestamptz, consecutive_failures integer,
                        last_heartbeat timestamptz, version bigint not null, priority smallint,
                        primary key (task_name, task_instance));
                    create index if not exists scheduled_tasks_due on scheduled_tasks (execution_time);
                    create index if not exists scheduled_tasks_alive on scheduled_tasks (last_heartbeat)
                    """);
        }
        task = Tasks.oneTime("noop", Integer.class).execute((instance, context) -> PeerProcess.execute(instance.getData()));
        scheduler = Scheduler.create(dataSource, task)
                .threads(threads)
                .pollUsingLockAndFetch(0.5, 4.0)
                .pollingInterval(Duration.ofMillis(100))
                .build();
    }

    @Override
    public void enqueue(int from, int to) {
        List<TaskInstance<?>> batch = new ArrayList<>();
        for (int job = from; job < to; job++) {
            batch.add(task.instance(String.valueOf(job), job));
            if (batch.size() == 1000 || job == to - 1) {
                scheduler.scheduleBatch(batch, Instant.now());
                batch = new ArrayList<>();
            }
        }
    }

    @Override
    public void start() {
        scheduler.start();
    }

    @Override
    public void stop() {
        scheduler.stop();
    }
}
