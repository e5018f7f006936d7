package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Attempts that read before they open their transaction, many at once and one after another on the same threads. */
class ManyDecisionsIT {
    private final TestDatabase database = SharedServer.database();

    @Test
    void eachOneReadsForItself() {
        SharedServer.node();
        database.execute("""
                insert into jobs (type, payload)
                select 'auto_suspend', '{"project_id": "nobody-at-all", "pattern_type": "excessive_usage"}'
                from generate_series(1, 300)
                """);
        database.query("select pg_notify('sluice_jobs', '')");
        await().atMost(Duration.ofSeconds(60)).until(() -> count("status in ('pending', 'running')") == 0);
        assertThat(count("last_error like '%There is no project%'")).isEqualTo(300);
    }

    private long count(String condition) {
        return database.count("select count(*) from jobs where type = 'auto_suspend'"
                + " and payload ->> 'project_id' = 'nobody-at-all' and " + condition);
    }
}
