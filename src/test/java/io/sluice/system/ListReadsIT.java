package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A list reads what it shows, by PostgreSQL's own count, however many rows there are besides. */
class ListReadsIT {
    private static final int CALLS = 20;
    private static final int OTHERS = 5_000;
    private static final String NEVER = "2100-01-01T00:00:00Z";

    private final TestDatabase database = SharedServer.database();
    private final String project = Tenants.create();
    private final String other = Tenants.create();

    @Test
    void theWebhooksOfAProject() {
        webhooks(project, 1);
        webhooks(other, OTHERS);
        try {
            expectFewReads("webhooks", "/v1/projects/" + project + "/webhooks", 1);
        } finally {
            forget("webhooks");
        }
    }

    @Test
    void theDeliveriesOfAWebhookFromAnInstantOn() {
        webhooks(other, 1);
        UUID webhook = database.value("select id from webhooks where project_id = ?", other);
        database.execute("""
                insert into webhook_deliveries
                    (webhook_id, event_type, project_id, body, status, most_tries, completed_at)
                select ?, 'test', ?, '{}', 'delivered', 5, sluice_now() from generate_series(1, ?)
                """, webhook, other, OTHERS);
        try {
            expectFewReads("webhook_deliveries", "/v1/webhooks/" + webhook + "/deliveries?from=" + NEVER, 0);
        } finally {
            forget("webhooks");
        }
    }

    @Test
    void warningsFromAnInstantOn() {
        database.execute("""
                insert into warnings (project_id, metric, unit, period_start, threshold, quota_limit, usage)
                select ?, 'requests', 'month', now(), 80, n, n from generate_series(1, ?) n
                """, other, OTHERS);
        try {
            expectFewReads("warnings", "/v1/warnings?from=" + NEVER, 0);
        } finally {
            forget("warnings");
        }
    }

    /** Counts what was read along indexes; who reads a whole table never gets to the number of scans. */
    private void expectFewReads(String table, String path, int shown) {
        database.execute("analyze " + table);
        Map<String, Object> before = reads(table);
        for (int call = 0; call < CALLS; call++) {
            assertThat(SharedServer.operator().get(path).expect(200).json().path("items"))
                    .hasSize(shown);
        }
        await("scans of indexes of " + table)
                .atMost(Duration.ofSeconds(60))
                .until(() -> since(before, reads(table), "scans") >= CALLS);
        assertThat(since(before, reads(table), "entries")).isLessThan(OTHERS);
    }

    /** What the sessions have said so far; each says it seconds later. */
    private Map<String, Object> reads(String table) {
        return database.query("""
                        select cast(sum(idx_scan) as bigint) as scans, cast(sum(idx_tup_read) as bigint) as entries
                        from pg_stat_user_indexes where relname = ?
                        """, table).get(0);
    }

    private static long since(Map<String, Object> before, Map<String, Object> now, String what) {
        return (Long) now.get(what) - (Long) before.get(what);
    }

    private void webhooks(String owner, int count) {
        database.execute("""
                insert into webhooks (project_id, url, events, status, disabled_reason, disabled_at)
                select ?, 'https://93.184.216.34/hook', '{schedule.missed}', 'disabled', 'user', now()
                from generate_series(1, ?)
                """, owner, count);
    }

    private void forget(String table) {
        database.execute("delete from " + table + " where project_id in (?, ?)", project, other);
        database.execute("analyze " + table);
    }
}
