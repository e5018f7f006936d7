package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is used while a project is suspended is looked at when it is active again. */
@ExtendWith(QuietCalendar.class)
class ResumedProjectIT {
    private final Api api = SharedServer.operator();
    private final Limits limits = new Limits(SharedServer.database());

    @Test
    void usageThatReachedTheCapDuringAnOperatorsSuspensionSuspendsAnew() {
        String project = limits.project(100L, 100L, 50);
        suspend(project);
        track(project, METRIC, 80);
        assertThat(limits.checksOf(project)).isZero();
        resolve(project);
        limits.awaitActedOn(project, () -> limits.suspensions(project) == 2);
        assertThat(latest(project).path("cause").asText()).isEqualTo("hard_cap");
        assertThat(latest(project).at("/exceeded/0/usage").asLong()).isEqualTo(130);
    }

    @Test
    void usageThatReachedAWarningDuringAnOperatorsSuspensionIsWarnedOf() {
        String project = limits.project(100L, 200L, 50);
        suspend(project);
        track(project, METRIC, 35);
        resolve(project);
        limits.awaitActedOn(project, () -> limits.warnings(project).equals(List.of(80)));
        assertThat(limits.status(project)).isEqualTo("active");
    }

    @Test
    void nothingIsCheckedOfAProjectThatIsBelowItsLimits() {
        String project = limits.project(100L, 100L, 50);
        suspend(project);
        resolve(project);
        assertThat(limits.checksOf(project)).isZero();
    }

    /** Whoever resolves it has seen that cap: the project has until the hourly check to get below it. */
    @Test
    void theCapThatSuspendedAProjectWaitsForTheHourlyCheck() {
        String project = suspendedAtItsCap();
        track(project, METRIC, 5);
        resolve(project);
        assertThat(limits.checksOf(project))
                .as("besides the one that suspended")
                .isEqualTo(1);
        assertThat(limits.status(project)).isEqualTo("active");
    }

    @Test
    void anotherCapThatWasReachedMeanwhileSuspendsAnew() {
        String project = suspendedAtItsCap();
        limits.quota(project, "requests", "month", 10L, 10L);
        track(project, "requests", 10);
        assertThat(limits.checksOf(project)).isEqualTo(1);
        resolve(project);
        limits.awaitActedOn(project, () -> limits.suspensions(project) == 2);
        assertThat(latest(project).path("exceeded").findValuesAsText("metric")).contains("requests");
    }

    private String suspendedAtItsCap() {
        String project = limits.project(100L, 100L, 0);
        track(project, METRIC, 100);
        limits.awaitActedOn(project, () -> limits.status(project).equals("suspended"));
        return project;
    }

    private void suspend(String project) {
        api.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"Unpaid.\"}")
                .expect(201);
    }

    private void resolve(String project) {
        api.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"Paid.\"}")
                .expect(200);
    }

    private JsonNode latest(String project) {
        return api.get("/v1/projects/" + project + "/suspensions")
                .expect(200)
                .json()
                .at("/items/0");
    }

    private static void track(String project, String metric, long quantity) {
        Tenants.track(project, metric, quantity, UUID.randomUUID().toString(), null)
                .expect(202);
    }
}
