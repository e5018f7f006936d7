package io.sluice.health;

import io.sluice.database.DatabaseProbe;
import io.sluice.database.DatabaseProbe.Pulse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Red when PostgreSQL refuses, or does not answer within two seconds. */
@Readiness
@ApplicationScoped
public class DatabaseReadiness implements HealthCheck {
    @Inject
    StartGate gate;

    @Inject
    DatabaseProbe probe;

    @Override
    public HealthCheckResponse call() {
        return gate.pass("database", this::check);
    }

    private HealthCheckResponse check() {
        Optional<Pulse> pulse = probe.pulse();
        if (pulse.isEmpty()) {
            return HealthCheckResponse.named("database")
                    .withData("reason", "PostgreSQL refuses or does not answer within 2 s")
                    .down()
                    .build();
        }
        return HealthCheckResponse.named("database")
                .withData("server_version", pulse.get().serverVersion())
                .withData("latency_ms", pulse.get().latencyMillis())
                .withData("connections", pulse.get().connections())
                .withData("connections_max", probe.poolMax())
                .up()
                .build();
    }
}
