package io.sluice.health;

import io.sluice.abuse.Detections;
import io.sluice.backups.BackupCounters;
import io.sluice.jobs.WorkerStatus;
import io.sluice.keys.KeyCounters;
import io.sluice.notifications.Notices;
import io.sluice.quotas.CheckActions;
import io.sluice.retention.PurgeTotals;
import io.sluice.usage.Usage;
import io.sluice.webhooks.Deliveries;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** What this node has done since it started, as counters of {@code /metrics}. */
@ApplicationScoped
public class FeatureMeters {
    @Inject
    MetricRegistry registry;

    @Inject
    WorkerStatus worker;

    @Inject
    CheckActions.Totals checks;

    @Inject
    PurgeTotals purges;

    @Inject
    Usage usage;

    @Inject
    KeyCounters keys;

    @Inject
    Deliveries deliveries;

    @Inject
    Deliveries.Totals tries;

    @Inject
    Detections.Totals abuse;

    @Inject
    Notices.Totals notifications;

    @Inject
    BackupCounters backups;

    private final Map<String, Long> shown = new HashMap<>();
    private volatile Deliveries.Figures webhooks = new Deliveries.Figures(0, 0);

    @PostConstruct
    void register() {
        registry.gauge("sluice_webhook_deliveries_pending", () -> webhooks.pending());
        registry.gauge("sluice_webhooks_disabled", () -> webhooks.disabled());
        registry.gauge("sluice_webhook_call_seconds_sum", () -> tries.calling().toMillis() / 1000.0);
    }

    /** Brings the counters up to date. Called by one thread at a time. */
    void count() {
        advance("sluice_job_retries", worker.retries());
        advance("sluice_job_rescues", worker.rescues());
        advance("sluice_job_stale_finishes", worker.staleFinishes());
        advance("sluice_job_abandoned_handlers", worker.abandoned());
        advance("sluice_checks", checks.checks());
        advance("sluice_warnings", checks.warnings());
        advance("sluice_suspensions", checks.suspensions());
        purges.purged().forEach((kind, rows) -> advance("sluice_purged_rows", rows, new Tag("kind", kind)));
        advance("sluice_abuse_runs", abuse.runs());
        advance("sluice_abuse_suspensions", abuse.suspensions());
        abuse.detections()
                .forEach((outcome, sum) -> advance("sluice_abuse_detections", sum, new Tag("outcome", outcome)));
        advance("sluice_notifications", notifications.lettersSent(), new Tag("outcome", "sent"));
        advance("sluice_notifications", notifications.triesFailed(), new Tag("outcome", "failed"));
        advance("sluice_backups", backups.completedTotal());
        advance("sluice_backup_bytes", backups.bytesTotal());
        advance("sluice_backup_failures", backups.failuresTotal());
        advance("sluice_backup_restores", backups.restoresTotal());
        advance("sluice_backup_removals", backups.removedTotal());
        advance("sluice_backup_expiry_notices", backups.expiryToldTotal());
        advance("sluice_backups_scheduled", backups.scheduledTotal());
        Usage.Totals events = usage.totals();
        advance("sluice_usage_events", events.accepted(), new Tag("outcome", "accepted"));
        advance("sluice_usage_events", events.duplicates(), new Tag("outcome", "duplicate"));
        advance("sluice_usage_events", events.rejected(), new Tag("outcome", "rejected"));
        keys.verifications()
                .forEach((code, total) -> advance("sluice_key_verifications", total, new Tag("code", code)));
        keys.changes().forEach((how, total) -> advance("sluice_keys_changed", total, new Tag("how", how)));
        tries.tries().forEach((outcome, count) -> advance("sluice_webhook_tries", count, new Tag("outcome", outcome)));
        webhooks = deliveries.figures();
    }

    private void advance(String name, long total, Tag... tags) {
        String key = name + (tags.length == 0 ? "" : tags[0].getTagValue());
        registry.counter(name, tags).inc(total - shown.getOrDefault(key, 0L));
        shown.put(key, total);
    }
}
