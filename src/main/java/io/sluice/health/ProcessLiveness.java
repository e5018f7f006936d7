package io.sluice.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Red only when a restart of the process is the cure: threads that wait for each other for ever. Asks nothing outside
 * the process, so that a database that is away never gets every node restarted.
 */
@Liveness
@ApplicationScoped
public class ProcessLiveness implements HealthCheck {
    @Override
    public HealthCheckResponse call() {
        long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        Runtime runtime = Runtime.getRuntime();
        return HealthCheckResponse.named("process")
                .withData("uptime_s", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
                .withData("memory_used_mb", (runtime.totalMemory() - runtime.freeMemory()) >> 20)
                .withData("memory_max_mb", runtime.maxMemory() >> 20)
                .withData("deadlocked_threads", deadlocked == null ? 0 : deadlocked.length)
                .status(deadlocked == null)
                .build();
    }
}
