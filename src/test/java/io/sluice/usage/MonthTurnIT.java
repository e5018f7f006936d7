package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Crosses ends of months with the shifted clock; gives the time back afterwards. */
@ExtendWith(QuietCalendar.class)
class MonthTurnIT {
    private Duration shifted = Duration.ZERO;

    @AfterEach
    void giveTheTimeBack() {
        shift(shifted.negated());
    }

    @Test
    void countsARepeatOnceAcrossTheEndOfTheMonthEvenWithoutATime() {
        String project = Tenants.create();
        beforeTheEndOfTheMonth();
        assertOutcome(Tenants.track(project, "requests", 5, "no time", null), 1, 0);
        Instant given = now().minusSeconds(60);
        assertOutcome(Tenants.track(project, "requests", 7, "time", given), 1, 0);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(12);

        shift(Duration.ofMinutes(30));
        assertThat(Tenants.used(project, "requests", "month")).isZero();
        assertOutcome(Tenants.track(project, "requests", 5, "no time", null), 0, 1);
        assertOutcome(Tenants.track(project, "requests", 7, "time", given), 0, 1);
        Tenants.track(project, "requests", 8, "time", given).expect(409);
        Tenants.track(project, "requests", 6, "no time", null).expect(409);
        assertThat(Tenants.used(project, "requests", "month")).isZero();
        assertOutcome(Tenants.track(project, "requests", 1, "new", null), 1, 0);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(1);
    }

    @Test
    void aKeyedCallCanBeTheFirstOfItsMonth() {
        String project = Tenants.create();
        beforeTheEndOfTheMonth();
        shift(Duration.ofMinutes(30));
        String event = Tenants.event(project, "requests", 5, "first", null);
        assertOutcome(SharedServer.operator().post("/v1/usage/track", event, "Idempotency-Key", project), 1, 0);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(5);
    }

    @Test
    void knowsAnIdForThirtyFiveDays() {
        String project = Tenants.create();
        assertOutcome(Tenants.track(project, "requests", 5, "e", null), 1, 0);
        shift(Duration.ofDays(35).minusMinutes(1));
        assertOutcome(Tenants.track(project, "requests", 5, "e", null), 0, 1);
        assertThat(Tenants.used(project, "requests", "month")).isZero();
    }

    @Test
    void carriesTheLatestValueOverTheTurnAndBeginsPeaksAndSumsAtNone() {
        String project = Tenants.create();
        beforeTheEndOfTheMonth();
        Instant before = now();
        for (String metric : new String[] {"requests", "realtime_connections", "storage_mb"}) {
            Tenants.track(project, metric, 40, metric, before).expect(202);
        }
        shift(Duration.ofMinutes(30));
        assertThat(Tenants.used(project, "requests", "month")).isZero();
        assertThat(Tenants.used(project, "realtime_connections", "month")).isZero();
        String thisMonth = "?from=" + YearMonth.from(now().atOffset(ZoneOffset.UTC)) + "-01T00:00:00Z";
        assertThat(SharedServer.database().count("select quantity from usage_latest where project_id = ?", project))
                .isEqualTo(40);
        assertThat(Tenants.report(project, thisMonth).get("totals").toString()).isEqualTo("{\"storage_mb\":40}");
        Tenants.track(project, "realtime_connections", 3, "next", null).expect(202);
        assertThat(Tenants.used(project, "realtime_connections", "month")).isEqualTo(3);
        Tenants.track(project, "storage_mb", 1, "late", before.minusSeconds(1)).expect(202);
        assertThat(SharedServer.database().count("select quantity from usage_latest where project_id = ?", project))
                .isEqualTo(40);
    }

    @Test
    void turnsTheMonthOnlyWhenNoCallOfTheOldOneIsUnderWay() throws Exception {
        String project = Tenants.create();
        beforeTheEndOfTheMonth();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection underWay = SharedServer.database().connect();
                Statement statement = underWay.createStatement()) {
            underWay.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock_shared(7164, 1)");
            statement.execute("insert into usage_events (project_id, event_id, arrival_month, metric, quantity,"
                    + " occurred_at, time_given) select '" + project + "', 'e', arrival_month, 'requests', 5,"
                    + " sluice_now(), false from usage_arrivals");
            shift(Duration.ofMinutes(30));
            Future<Answer> repeat = thread.submit(() -> Tenants.track(project, "requests", 5, "e", null));
            await().atMost(Duration.ofSeconds(30)).until(() -> repeat.isDone() || somebodyWaitsForTheLedger());
            underWay.commit();
            assertOutcome(repeat.get(), 0, 1);
        } finally {
            thread.shutdownNow();
        }
    }

    private static boolean somebodyWaitsForTheLedger() {
        return SharedServer.database()
                        .count("select count(*) from pg_locks where locktype = 'advisory' and classid = 7164"
                                + " and not granted")
                > 0;
    }

    /** Moves to a quarter of an hour before a month in which nothing arrived yet. */
    private void beforeTheEndOfTheMonth() {
        Instant now = now();
        YearMonth stored = YearMonth.parse(
                SharedServer.database().<String>value("select to_char(arrival_month, 'YYYY-MM') from usage_arrivals"));
        YearMonth present = YearMonth.from(now.atOffset(ZoneOffset.UTC));
        Instant end = (stored.isAfter(present) ? stored : present)
                .plusMonths(1)
                .atDay(1)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC);
        shift(Duration.between(now, end.minus(Duration.ofMinutes(15))));
    }

    private void shift(Duration by) {
        SharedServer.node();
        SharedServer.database().shiftClock(by);
        shifted = shifted.plus(Duration.ofSeconds(by.toSeconds()));
    }

    private static Instant now() {
        java.sql.Timestamp time = SharedServer.database().value("select sluice_now()");
        return time.toInstant();
    }

    private static void assertOutcome(Answer answer, int accepted, int duplicates) {
        answer.expect(202);
        assertThat(answer.json().get("accepted").asInt()).as(answer.body()).isEqualTo(accepted);
        assertThat(answer.json().get("duplicates").asInt()).as(answer.body()).isEqualTo(duplicates);
    }
}
