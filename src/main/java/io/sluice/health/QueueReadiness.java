package io.sluice.health;

import io.sluice.jobs.Jobs;
import io.sluice.jobs.WorkerStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Red when a job has been due for longer than {@code sluice.health.queue.age.max} although nothing holds it back and this
 * node has a free slot for it: then claiming is broken. A node whose slots are all taken is busy, not ill, and goes on
 * answering requests; jobs that wait for a limit, for their type's rate or for a node that knows their type are no fault of
 * this one.
 */
@Readiness
@ApplicationScoped
public class QueueReadiness implements HealthCheck {
    @Inject
    StartGate gate;

    @Inject
    QueueFigures figures;

    @Inject
    WorkerStatus worker;

    @Inject
    Provider<HealthSettings> settings;

    @Override
    public HealthCheckResponse call() {
        return gate.pass("queue", this::check);
    }

    private HealthCheckResponse check() {
        Optional<Duration> oldestDue = figures.oldestDue();
        boolean stuck = figures.due().orElse(List.of()).stream().anyMatch(this::isStuck);
        return HealthCheckResponse.named("queue")
                .withData(
                        "oldest_due_ms",
                        oldestDue.map(Duration::toMillis).map(String::valueOf).orElse("unknown"))
                .withData(
                        "expired_leases",
                        figures.present().map(Jobs.Present::expiredLeases).orElse(0))
                .withData("figures_age_ms", figures.age().toMillis())
                .status(!stuck)
                .build();
    }

    private boolean isStuck(Jobs.Due due) {
        Duration free = due.free();
        return free != null
                && free.compareTo(settings.get().queueAgeMax()) > 0
                && worker.hasRoomFor(due.type(), due.mostOnOneNode());
    }
}
