package io.sluice.health;

import io.sluice.jobs.WorkerStatus;
import io.sluice.jobs.WorkerStatus.LoopState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Red when one of the worker's own threads is gone or hangs, and for good once the node drains. */
@Readiness
@ApplicationScoped
public class WorkerReadiness implements HealthCheck {
    private static final Set<String> WAITING = Set.of("listen", "wake-up");

    @Inject
    StartGate gate;

    @Inject
    WorkerStatus worker;

    @Inject
    Provider<HealthSettings> settings;

    @Override
    public HealthCheckResponse call() {
        return gate.pass("worker", this::check);
    }

    private HealthCheckResponse check() {
        List<LoopState> loops = worker.loops();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("worker")
                .withData("concurrency", worker.slots())
                .withData("running", worker.running())
                .withData("draining", worker.draining());
        for (LoopState loop : loops) {
            response.withData(loop.name() + "_thread", describe(loop));
        }
        boolean up = !loops.isEmpty() && !worker.draining() && loops.stream().noneMatch(this::isLost);
        return response.status(up).build();
    }

    /** Two of the threads wait for news, which may be long in coming. */
    private boolean isLost(LoopState loop) {
        boolean silent = loop.sinceBeat().compareTo(settings.get().silenceMax()) > 0;
        return !loop.alive() || (silent && !WAITING.contains(loop.name()));
    }

    private static String describe(LoopState loop) {
        String state = loop.alive() ? (loop.failing() ? "failing" : "running") : "gone";
        return state + ", last round " + loop.sinceBeat().toMillis() + " ms ago";
    }
}
