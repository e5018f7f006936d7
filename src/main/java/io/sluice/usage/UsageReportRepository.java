package io.sluice.usage;

import io.sluice.usage.UsageReports.Bucket;
import io.sluice.usage.UsageReports.Point;
import io.sluice.usage.UsageReports.Range;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.query.NativeQuery;
import org.jspecify.annotations.Nullable;

/** Reads usage back from the buckets, which hold every quarter of an hour in which something was recorded. */
@ApplicationScoped
class UsageReportRepository {
    private static final String NOW = "select cast(extract(epoch from sluice_now()) * 1000000 as bigint)";

    private static final String POINTS = """
            select slots.metric, cast(extract(epoch from %s) * 1000000 as bigint), cast(slots.quantity as bigint)
            from (select bucket.metric, %s as slot,
            """ + CounterRepository.VALUE + """
                         as quantity
                  from usage_buckets bucket
                  join metrics on metrics.name = bucket.metric
                  where bucket.project_id = :project
                    and (cast(:metric as text) is null or bucket.metric = :metric)
                    and bucket.bucket_start >= cast(:from as timestamptz)
                    and bucket.bucket_start < cast(:to as timestamptz)
                  group by bucket.metric, metrics.aggregation, slot) as slots
            order by 2, 1
            """;

    /** Hours are cut in time, not by the clock on the wall, which shows one of them twice in autumn. */
    private static final String HOUR_SLOT = "bucket.bucket_start"
            + " - make_interval(mins => cast(extract(minute from bucket.bucket_start at time zone :zone) as int))";

    private static final String DAY_SLOT = "cast(date_trunc(:unit, bucket.bucket_start at time zone :zone) as date)";

    private static final String TOTALS = """
            select bucket.metric, cast(0 as bigint), cast(
            """ + CounterRepository.VALUE + """
                as bigint)
            from usage_buckets bucket
            join metrics on metrics.name = bucket.metric
            where bucket.project_id = :project
              and (cast(:metric as text) is null or bucket.metric = :metric)
              and bucket.bucket_start >= cast(:from as timestamptz)
              and bucket.bucket_start < cast(:to as timestamptz)
              and metrics.aggregation <> 'last'
            group by bucket.metric, metrics.aggregation
            union all
            select metrics.name, cast(0 as bigint), latest.quantity
            from metrics
            cross join lateral (
                select bucket.quantity
                from usage_buckets bucket
                where bucket.project_id = :project and bucket.metric = metrics.name
                  and bucket.bucket_start < cast(:to as timestamptz)
                order by bucket.bucket_start desc
                limit 1) as latest
            where metrics.aggregation = 'last'
              and (cast(:metric as text) is null or metrics.name = :metric)
            order by 1
            """;

    @PersistenceContext
    EntityManager entityManager;

    Instant now() {
        return LedgerRepository.instant(entityManager
                .unwrap(Session.class)
                .createNativeQuery(NOW, Long.class)
                .getSingleResult());
    }

    List<Point> points(String projectId, @Nullable String metric, Range range, Bucket bucket, String zone) {
        boolean hours = bucket == Bucket.HOUR;
        String sql = hours
                ? POINTS.formatted("slots.slot", HOUR_SLOT)
                : POINTS.formatted("sluice_midnight(slots.slot, :zone)", DAY_SLOT);
        NativeQuery<Object[]> query = bound(sql, projectId, metric, range).setParameter("zone", zone);
        if (!hours) {
            query.setParameter("unit", bucket.word());
        }
        return query.getResultList().stream()
                .map(row -> new Point(LedgerRepository.instant(row[1]), (String) row[0], (long) row[2]))
                .toList();
    }

    Map<String, Long> totals(String projectId, @Nullable String metric, Range range) {
        Map<String, Long> totals = new LinkedHashMap<>();
        bound(TOTALS, projectId, metric, range)
                .getResultList()
                .forEach(row -> totals.put((String) row[0], (long) row[2]));
        return totals;
    }

    private NativeQuery<Object[]> bound(String sql, String projectId, @Nullable String metric, Range range) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(sql, Object[].class)
                .setParameter("project", projectId)
                .setParameter("metric", metric, String.class)
                .setParameter("from", range.from().toString())
                .setParameter("to", range.to().toString());
    }
}
