package io.sluice.health;

import io.sluice.jobs.WorkerStatus;
import io.sluice.jobs.WorkerStatus.LoopState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Red when one of the worker's own threads is gone or hangs, and for good once the node drains. */
@Readiness
@ApplicationScoped
public class WorkerReadiness implements HealthCheck {
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

    private boolean isLost(LoopState loop) {
        return !loop.alive() || loop.sinceBeat().compareTo(settings.get().silenceMax()) > 0;
    }

    private static String describe(LoopState loop) {
        String state = loop.alive() ? (loop.failing() ? "failing" : "running") : "gone";
        return state + ", last round " + loop.sinceBeat().toMillis() + " ms ago";
    }
}
