package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes usual for a project whose gateway reports for a long time that nothing was used. */
class BaselineIT {
    private final TestDatabase database = SharedServer.postgres().createDatabase();

    @BeforeEach
    void aProjectThatUsedNothingForTenDaysAndAThousandAnHourForTenMore() {
        DetectorDatabase.migrate(database, "82");
        database.execute("insert into projects (id, name) values ('acme', 'Acme')");
        database.execute("create table moments as select date_trunc('hour', sluice_now(), 'UTC') as present");
        database.execute("""
                insert into usage_buckets (project_id, metric, bucket_start, quantity, last_at)
                select 'acme', 'requests', hour, case when hour < present - interval '10 days' then 0 else 1000 end, hour
                from moments, generate_series(present - interval '20 days', present, interval '1 hour') hour
                """);
    }

    @Test
    void hoursWithoutUseAreNoHistory() {
        DetectorDatabase.migrate(database, "latest");
        learn("20 days", "0 days");
        assertThat(baseline()).containsEntry("peak", 1000L).containsEntry("first_day", -10);
    }

    @Test
    void whatAnEarlierVersionLearnedOfThemIsForgotten() {
        learn("20 days", "5 days");
        assertThat(baseline()).containsEntry("peak", 0L);
        DetectorDatabase.migrate(database, "latest");
        learn("5 days", "0 days");
        assertThat(baseline()).containsEntry("peak", 1000L);
    }

    /** Every six hours from one time ago to another. */
    private void learn(String from, String to) {
        database.query("""
                select sluice_abuse_learn('{acme}', at)
                from moments,
                    generate_series(present - cast(? as interval), present - cast(? as interval), interval '6 hours') at
                """, from, to);
    }

    private Map<String, Object> baseline() {
        return database.query("""
                        select peak, cast(extract(epoch from first_at - present) / 86400 as integer) as first_day
                        from abuse_baselines, moments
                        where project_id = 'acme' and metric = 'requests'
                        """).get(0);
    }
}
