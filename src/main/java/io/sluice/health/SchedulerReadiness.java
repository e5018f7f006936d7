package io.sluice.health;

import io.sluice.jobs.Schedules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Red when this node has not looked for due schedules for longer than {@code sluice.health.silence.max}. */
@Readiness
@ApplicationScoped
public class SchedulerReadiness implements HealthCheck {
    @Inject
    StartGate gate;

    @Inject
    Schedules schedules;

    @Inject
    Provider<HealthSettings> settings;

    @Override
    public HealthCheckResponse call() {
        return gate.pass("scheduler", this::check);
    }

    private HealthCheckResponse check() {
        Duration sinceTick = schedules.sinceTick();
        return HealthCheckResponse.named("scheduler")
                .withData("last_tick_ms_ago", sinceTick.toMillis())
                .withData("lag_ms", schedules.lag().toMillis())
                .status(sinceTick.compareTo(settings.get().silenceMax()) <= 0)
                .build();
    }
}
