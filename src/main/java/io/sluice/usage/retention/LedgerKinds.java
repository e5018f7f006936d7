package io.sluice.usage.retention;

import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.time.Duration;

/** Single events go sooner than what was counted of them. */
@ApplicationScoped
public class LedgerKinds {
    /**
     * Counters say whether a metric is used, so they go after every bucket of their time: of one that began a month before
     * the first of a month, whose buckets go when all of that month is old enough, and some days later for a drop that had
     * to wait.
     */
    private static final Duration LONGER_THAN_BUCKETS = Duration.ofDays(70);

    @Inject
    UsageSettings settings;

    @Inject
    LedgerMonthRepository months;

    @Inject
    OldCounterRepository counters;

    @Produces
    Retention events() {
        return new LedgerMonths("usage_event_months", "usage_events", settings.eventsKept(), months);
    }

    @Produces
    Retention buckets() {
        return new LedgerMonths("usage_bucket_months", "usage_buckets", settings.bucketsKept(), months);
    }

    @Produces
    Retention counters() {
        return new OldCounters(settings.bucketsKept().plus(LONGER_THAN_BUCKETS), counters);
    }
}
