package io.sluice.health;

import io.sluice.jobs.WorkerStatus;
import io.sluice.startup.Version;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Green once the settings are checked, the tables migrated and the worker's threads running; stays green from then on. */
@Startup
@ApplicationScoped
public class StartedProbe implements HealthCheck {
    @Inject
    StartGate gate;

    @Inject
    WorkerStatus worker;

    @Override
    public HealthCheckResponse call() {
        return gate.pass("started", this::check);
    }

    private HealthCheckResponse check() {
        return HealthCheckResponse.named("started")
                .withData("version", Version.current())
                .status(!worker.loops().isEmpty())
                .build();
    }
}
