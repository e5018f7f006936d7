package io.sluice.bench.queue.peers;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Quartz, clustered as its users run it, taking 50 triggers at a time. */
final class QuartzPeer implements Peer {
    private final Scheduler scheduler;

    /** One execution. */
    public static final class NoopJob implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            PeerProcess.execute(context.getMergedJobDataMap().getInt("n"));
        }
    }

    QuartzPeer(DataSource dataSource, int threads) throws Exception {
        createTables(dataSource);
        DBConnectionManager.getInstance().addConnectionProvider("bench", provider(dataSource));
        Properties properties = new Properties();
        properties.put("org.quartz.scheduler.instanceId", "AUTO");
        properties.put("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.put("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", "50");
        properties.put("org.quartz.threadPool.threadCount", String.valueOf(threads));
        properties.put("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
        properties.put("org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
        properties.put("org.quartz.jobStore.dataSource", "bench");
        properties.put("org.quartz.jobStore.isClustered", "true");
        properties.put("org.quartz.jobStore.acquireTriggersWithinLock", "true");
        scheduler = new StdSchedulerFactory(properties).getScheduler();
    }

    /** The tables come with the library. */
    private static void createTables(DataSource dataSource) throws Exception {
        try (InputStream script =
                        Job.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_postgres.sql");
                Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static ConnectionProvider provider(DataSource dataSource) {
        return new ConnectionProvider() {
            @Override
            public Connection getConnection() throws SQLException {
                return dataSource.getConnection();
            }

            @Override
            public void shutdown() {
                // The pool is closed by who made it.
            }

            @Override
            public void initialize() {
                // The pool is ready.
            }
        };
    }

    @Override
    public void enqueue(int from, int to) throws Exception {
        for (int job = from; job < to; job++) {
            scheduler.scheduleJob(
                    JobBuilder.newJob(NoopJob.class)
                            .withIdentity("job-" + job)
                            .usingJobData("n", job)
                            .build(),
                    TriggerBuilder.newTrigger()
                            .withIdentity("trigger-" + job)
                            .startNow()
                            .build());
        }
    }

    @Override
    public void start() throws Exception {
        scheduler.start();
    }

    @Override
    public void stop() throws Exception {
        scheduler.shutdown(true);
    }
}
