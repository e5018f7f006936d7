package io.sluice.jobs.worker;

import io.sluice.jobs.attempts.Completions;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;

/**
 * The worker's own threads. They start with the web application, which the server starts after the enterprise beans, and in
 * its context: in that of an enterprise bean Payara leaves the connections of every pool but the persistence unit's own out
 * of the transaction, and each statement would be a transaction by itself. Handlers, on the other hand, may use
 * {@code UserTransaction} in the context of an enterprise bean only; the thread that starts theirs is started there.
 */
@ApplicationScoped
class WorkerThreads {
    @Resource(lookup = Worker.EXECUTOR)
    ManagedExecutorService executor;

    @Inject
    ClaimLoop claims;

    @Inject
    Completions completions;

    @Inject
    Heartbeat heartbeat;

    @Inject
    AttemptWatch watch;

    @Inject
    WakeUps wakeUps;

    @Inject
    LocalStatus status;

    @Inject
    Runners runners;

    private final Loop starts = new Loop("start", well -> runners.startWanted());
    private volatile List<Loop> loops = List.of(starts);

    /** Called by an enterprise bean. */
    void startRunners() {
        executor.execute(starts);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object webApplication) {
        List<Loop> ours = List.of(
                new Loop("claim", claims::round),
                new Loop("finish", well -> completions.round()),
                new Loop("heartbeat", well -> heartbeat.round()),
                new Loop("watch", well -> watch.round()),
                new Loop("listen", wakeUps::listen),
                new Loop("wake-up", well -> wakeUps.tell()));
        loops = Stream.concat(Stream.of(starts), ours.stream()).toList();
        status.watch(loops);
        ours.forEach(executor::execute);
    }

    void stop() {
        wakeUps.close();
        loops.forEach(Loop::stop);
    }
}
