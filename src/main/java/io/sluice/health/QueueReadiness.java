package io.sluice.health;

import io.sluice.jobs.WorkerStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Red when a job has been due for longer than {@code sluice.health.queue.age.max} although this node has free slots:
 * then claiming is broken. A node whose slots are all taken is busy, not ill, and goes on answering requests.
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
        boolean stuck = oldestDue.isPresent()
                && oldestDue.get().compareTo(settings.get().queueAgeMax()) > 0
                && worker.running() < worker.slots();
        return HealthCheckResponse.named("queue")
                .withData(
                        "oldest_due_ms",
                        oldestDue.map(Duration::toMillis).map(String::valueOf).orElse("unknown"))
                .withData("figures_age_ms", figures.age().toMillis())
                .status(!stuck)
                .build();
    }
}
