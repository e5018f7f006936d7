package io.sluice.usage.retention;

import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;

/** Single events go sooner than what was counted of them. */
@ApplicationScoped
public class LedgerKinds {
    @Inject
    UsageSettings settings;

    @Inject
    LedgerMonthRepository months;

    @Produces
    Retention events() {
        return new LedgerMonths("usage_event_months", "usage_events", settings.eventsKept(), months);
    }

    @Produces
    Retention buckets() {
        return new LedgerMonths("usage_bucket_months", "usage_buckets", settings.bucketsKept(), months);
    }
}
