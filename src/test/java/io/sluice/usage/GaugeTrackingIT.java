package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GaugeTrackingIT {
    private final Api operator = SharedServer.operator();

    @Test
    void countsThePeakOfAGauge() {
        String project = Tenants.create();
        for (int i = 0; i < 20; i++) {
            Tenants.track(project, "realtime_connections", i % 2, "open-" + i, null)
                    .expect(202);
        }
        assertThat(Tenants.used(project, "realtime_connections", "day")).isEqualTo(1);
        Tenants.track(project, "realtime_connections", 9, "peak", null).expect(202);
        Tenants.track(project, "realtime_connections", 4, "after", null).expect(202);
        assertThat(Tenants.used(project, "realtime_connections", "month")).isEqualTo(9);
        assertThat(Tenants.report(project, "")
                        .at("/totals/realtime_connections")
                        .asLong())
                .isEqualTo(9);
    }

    @Test
    void keepsTheValueWithTheLatestTimeAndAmongEqualTimesTheLastToArrive() {
        String project = Tenants.create();
        Instant time = now().minusSeconds(5);
        operator.post(
                        "/v1/usage/track",
                        Tenants.batch(List.of(
                                Tenants.event(project, "storage_mb", 70, "a", time.minusSeconds(1)),
                                Tenants.event(project, "storage_mb", 80, "b", time),
                                Tenants.event(project, "storage_mb", 50, "c", time),
                                Tenants.event(project, "storage_mb", 90, "d", time.minusSeconds(2)))))
                .expect(202);
        assertThat(latest(project)).isEqualTo(50);
        Tenants.track(project, "storage_mb", 99, "older", time.minusSeconds(3)).expect(202);
        assertThat(latest(project)).isEqualTo(50);
        assertThat(Tenants.used(project, "storage_mb", "month")).isEqualTo(50);
        Tenants.track(project, "storage_mb", 10, "same time", time).expect(202);
        assertThat(latest(project)).isEqualTo(10);
        assertThat(Tenants.used(project, "storage_mb", "day")).isEqualTo(10);
        assertThat(Tenants.report(project, "").at("/totals/storage_mb").asLong())
                .isEqualTo(10);
    }

    private long latest(String project) {
        return SharedServer.database().count("select quantity from usage_latest where project_id = ?", project);
    }

    private static Instant now() {
        java.sql.Timestamp time = SharedServer.database().value("select sluice_now()");
        return time.toInstant();
    }
}
