package io.sluice.tracing;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Whether the server's OpenTelemetry is switched on, by the same setting that it obeys itself. */
@Singleton
public class TracingSettings implements Settings {
    private final boolean on;

    @Inject
    public TracingSettings(Configuration configuration) {
        on = configuration.text("otel.sdk.disabled").orElse("true").equalsIgnoreCase("false");
    }

    /** Default false, as MicroProfile Telemetry demands. */
    public boolean on() {
        return on;
    }
}
