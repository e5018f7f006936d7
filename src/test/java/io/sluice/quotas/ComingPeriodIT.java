package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An event may be dated five minutes ahead, into a day that has not begun. Moves the clock; gives the time back. */
@ExtendWith(QuietCalendar.class)
class ComingPeriodIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private TestDatabase database;
    private Limits limits;
    private Duration shifted = Duration.ZERO;

    @BeforeEach
    void beTwoMinutesBeforeMidnight() {
        SharedServer.node();
        database = SharedServer.database();
        limits = new Limits(database);
        shift(Duration.ofSeconds(database.count("""
                select extract(epoch from date_trunc('day', sluice_now() at time zone 'UTC') + interval '1 day'
                    - sluice_now() at time zone 'UTC')::bigint - 120
                """)));
    }

    @AfterEach
    void giveTheTimeBack() {
        shift(shifted.negated());
    }

    @Test
    void usageOfTheComingDayIsActedOnWhenThatDayBegins() {
        String project = project("active");
        String waking = project("suspended");
        for (String each : List.of(project, waking)) {
            trackForTomorrow(each, 9);
            trackForTomorrow(each, 1);
        }
        database.execute("update projects set status = 'active' where id = ?", waking);
        limits.check(project, waking);
        assertThat(limits.status(project)).isEqualTo("active");

        shift(Duration.ofMinutes(3));
        TestJobs.wake(database);
        awaitSuspended(project);
        awaitSuspended(waking);
        assertThat(limits.checksOf(project)).as("one for the next day").isEqualTo(1);
    }

    @Test
    void aCheckThatWaitsForTheComingDayKeepsNoneOfThePresentOneAway() {
        String project = project("active");
        trackForTomorrow(project, 10);
        Tenants.track(project, METRIC, 10, "today", null).expect(202);
        awaitSuspended(project);
        assertThat(limits.checksOf(project)).isEqualTo(2);

        shift(Duration.ofMinutes(3));
        TestJobs.wake(database);
        await().atMost(SOON)
                .until(() -> database.count(
                                "select count(*) from jobs where project_id = ? and status <> 'completed'", project)
                        == 0);
    }

    private String project(String status) {
        String project = limits.project(status, "prod");
        limits.quota(project, METRIC, "day", 10L, 10L);
        return project;
    }

    private void trackForTomorrow(String project, long quantity) {
        Instant now = database.<java.sql.Timestamp>value("select sluice_now()").toInstant();
        Tenants.track(project, METRIC, quantity, UUID.randomUUID().toString(), now.plus(Duration.ofMinutes(4)))
                .expect(202);
    }

    private void awaitSuspended(String project) {
        await().atMost(SOON).until(() -> limits.status(project).equals("suspended"));
    }

    private void shift(Duration by) {
        database.shiftClock(by);
        shifted = shifted.plus(by);
    }
}
