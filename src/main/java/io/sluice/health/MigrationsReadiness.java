package io.sluice.health;

import io.sluice.database.Schema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Red until the tables have the version that this code needs. */
@Readiness
@ApplicationScoped
public class MigrationsReadiness implements HealthCheck {
    @Inject
    Schema schema;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("migrations")
                .withData("schema_version", schema.version().orElse("none"))
                .status(schema.version().isPresent())
                .build();
    }
}
