package io.sluice.jobs.worker;

import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.logging.EventLog;
import io.sluice.startup.EarlyBeans;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.util.stream.Collectors;

/** Gets the worker ready after the migrations, and drains its threads before the server goes. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@ManagedExecutorDefinition(name = Worker.EXECUTOR, maxAsync = Worker.THREADS_FOR_JOBS + Worker.OWN_THREADS)
public class Worker {
    static final String EXECUTOR = "java:app/concurrent/sluiceJobs";
    /** More than slots can be configured: handlers that ignore their interrupt occupy threads beside the slots. */
    static final int THREADS_FOR_JOBS = JobsSettings.MOST_SLOTS + JobsSettings.MOST_OWN_SLOTS + 80;

    static final int OWN_THREADS = 20;

    private static final EventLog LOG = EventLog.of(Worker.class);

    @Resource(lookup = EXECUTOR)
    ManagedExecutorService executor;

    @Inject
    JobsSettings settings;

    @Inject
    HandlerCatalog catalog;

    @Inject
    EarlyBeans beans;

    @Inject
    WorkerThreads threads;

    @Inject
    Drain drain;

    @PostConstruct
    void start() {
        int made = beans.make().size();
        drain.listenForStopSignal();
        threads.startRunners();
        LOG.info(
                "job worker started",
                "concurrency",
                settings.concurrency(),
                "poll_interval",
                settings.pollInterval(),
                "timeout",
                settings.timeout(),
                "beans",
                made,
                "types",
                catalog.all().stream().map(RegisteredHandler::type).collect(Collectors.joining(",")));
    }

    /** Runs while the server's connection pool and executor still work; the server waits for it. */
    @PreDestroy
    void stop() {
        drain.finish(executor);
        threads.stop();
    }
}
