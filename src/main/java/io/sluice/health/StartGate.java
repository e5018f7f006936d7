package io.sluice.health;

import io.sluice.database.Schema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Answers for a check as long as its beans may not be touched: the server asks before the application is deployed. */
@ApplicationScoped
public class StartGate {
    @Inject
    Schema schema;

    /** The check's answer; red until the start-up beans have migrated the database. */
    HealthCheckResponse pass(String name, Supplier<HealthCheckResponse> check) {
        if (schema.version().isEmpty()) {
            return HealthCheckResponse.named(name)
                    .withData("reason", "the start is not over yet")
                    .down()
                    .build();
        }
        return check.get();
    }
}
