package io.sluice.usage;

import io.sluice.json.Json;
import io.sluice.usage.Metric.Aggregation;
import io.sluice.usage.Tally.Cell;
import io.sluice.usage.Tally.CellKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;

/** Counters of periods, buckets and latest values. Rows are always taken in the same order, so that calls can wait. */
@ApplicationScoped
class CounterRepository {
    private static final String CELLS = """
            from jsonb_to_recordset(cast(:cells as jsonb)) as cell
                (project_id text, metric text, unit text, start timestamptz, quantity bigint, last_at timestamptz)
            """;

    private static final String ORDER = """
            order by cell.project_id collate "C", cell.metric collate "C", cell.unit collate "C", cell.start
            """;

    private static final String INSERT_COUNTERS = """
            insert into usage_counters as kept (project_id, metric, unit, period_start, quantity, last_at)
            select project_id, metric, unit, start, quantity, last_at
            """ + CELLS + ORDER + """
            on conflict (project_id, metric, unit, period_start) do update
            set updated_at = sluice_now(),
            """;

    private static final String INSERT_BUCKETS = """
            insert into usage_buckets as kept (project_id, metric, bucket_start, quantity, last_at)
            select project_id, metric, start, quantity, last_at
            """ + CELLS + ORDER + """
            on conflict (project_id, metric, bucket_start) do update
            set
            """;

    private static final String RETURNING = """
            returning project_id, metric, unit, cast(extract(epoch from period_start) * 1000000 as bigint), quantity
            """;

    private static final Map<Aggregation, String> MERGE = Map.of(
            Aggregation.SUM, """
                    quantity = kept.quantity + excluded.quantity, last_at = greatest(kept.last_at, excluded.last_at)
                    where kept.quantity <= 9007199254740991 - excluded.quantity
                    """,
            Aggregation.MAX, """
                    quantity = excluded.quantity, last_at = excluded.last_at
                    where kept.quantity < excluded.quantity
                    """,
            Aggregation.LAST, """
                    quantity = excluded.quantity, last_at = excluded.last_at
                    where kept.last_at <= excluded.last_at
                    """);

    private static final String COUNTERS = """
            select kept.project_id, kept.metric, kept.unit,
                   cast(extract(epoch from kept.period_start) * 1000000 as bigint), kept.quantity
            """ + CELLS + """
            cross join lateral (select *
                                from usage_counters
                                where project_id = cell.project_id and metric = cell.metric
                                  and unit = cell.unit and period_start = cell.start
                                limit 1) as kept
            """;

    private static final String BUCKETS = """
            select kept.project_id, kept.metric, 'bucket',
                   cast(extract(epoch from kept.bucket_start) * 1000000 as bigint), kept.quantity
            """ + CELLS + """
            cross join lateral (select *
                                from usage_buckets
                                where project_id = cell.project_id and metric = cell.metric
                                  and bucket_start = cell.start
                                limit 1) as kept
            """;

    private static final String LOCK_LATEST = """
            select project_id, metric, 'bucket', cast(extract(epoch from occurred_at) * 1000000 as bigint), quantity
            from usage_latest
            where (project_id, metric) in (select cell.project_id, cell.metric
            """ + CELLS + """
                )
            order by project_id collate "C", metric collate "C"
            for update
            """;

    private static final String PUT_LATEST = """
            insert into usage_latest as kept (project_id, metric, quantity, occurred_at)
            select project_id, metric, quantity, last_at
            """ + CELLS + ORDER + """
            on conflict (project_id, metric) do update
            set quantity = excluded.quantity, occurred_at = excluded.occurred_at
            where kept.occurred_at <= excluded.occurred_at
            returning project_id, metric, 'bucket', cast(extract(epoch from occurred_at) * 1000000 as bigint), quantity
            """;

    private static final String FORGET = """
            delete from usage_counters
            where project_id = :project and unit = :unit and period_start = cast(:start as timestamptz)
            """;

    /** A value per metric out of many buckets, by the metric's aggregation; never more than a counter holds. */
    static final String VALUE = """
            case metrics.aggregation
                when 'sum' then least(sum(bucket.quantity), 9007199254740991)
                when 'max' then max(bucket.quantity)
                else (array_agg(bucket.quantity order by bucket.last_at desc))[1]
            end
            """;

    private static final String RECOUNT = """
            insert into usage_counters as kept (project_id, metric, unit, period_start, quantity, last_at)
            select bucket.project_id, bucket.metric, :unit, cast(:start as timestamptz),
            """ + VALUE + """
                , max(bucket.last_at)
            from usage_buckets bucket
            join metrics on metrics.name = bucket.metric
            where bucket.project_id = :project
              and bucket.bucket_start >= cast(:start as timestamptz) and bucket.bucket_start < cast(:end as timestamptz)
            group by bucket.project_id, bucket.metric, metrics.aggregation
            """ + RETURNING;

    @PersistenceContext
    EntityManager entityManager;

    /**
     * Counts the cells in and returns the rows that took them, with their new quantities. A row of a sum that would pass
     * the most a counter holds is left as it was and is missing.
     */
    Map<CellKey, Long> addToCounters(Aggregation aggregation, List<Cell> cells) {
        return rows(INSERT_COUNTERS + MERGE.get(aggregation) + RETURNING, cells);
    }

    /** Counts the cells in and returns how many rows took them. */
    int addToBuckets(Aggregation aggregation, List<Cell> cells) {
        return entityManager
                .createNativeQuery(INSERT_BUCKETS + MERGE.get(aggregation))
                .setParameter("cells", Json.write(cells))
                .executeUpdate();
    }

    /** The present quantities of those counters and buckets that exist. */
    Map<CellKey, Long> current(List<Cell> counters, List<Cell> buckets) {
        Map<CellKey, Long> current = rows(COUNTERS, counters);
        if (!buckets.isEmpty()) {
            current.putAll(rows(BUCKETS, buckets));
        }
        return current;
    }

    /** The latest values of the cells' metrics, which nobody else changes until the transaction ends. */
    Map<LatestKey, Long> lockLatest(Collection<Cell> cells) {
        return latest(rows(LOCK_LATEST, cells));
    }

    /** Writes latest values where they are not older than what is kept, and returns those it wrote. */
    Map<LatestKey, Long> putLatest(Collection<Cell> cells) {
        return latest(rows(PUT_LATEST, cells));
    }

    /** Counts one period of a project anew from its buckets and returns its rows. */
    Map<CellKey, Long> recount(String projectId, String unit, Instant start, Instant end) {
        entityManager
                .createNativeQuery(FORGET)
                .setParameter("project", projectId)
                .setParameter("unit", unit)
                .setParameter("start", start.toString())
                .executeUpdate();
        return keyed(entityManager
                .unwrap(Session.class)
                .createNativeQuery(RECOUNT, Object[].class)
                .setParameter("project", projectId)
                .setParameter("unit", unit)
                .setParameter("start", start.toString())
                .setParameter("end", end.toString())
                .getResultList());
    }

    /** Whose latest value it is. */
    record LatestKey(String projectId, String metric) {}

    private static Map<LatestKey, Long> latest(Map<CellKey, Long> rows) {
        Map<LatestKey, Long> latest = new LinkedHashMap<>();
        rows.forEach((key, quantity) -> latest.put(new LatestKey(key.projectId(), key.metric()), quantity));
        return latest;
    }

    private Map<CellKey, Long> rows(String sql, Collection<Cell> cells) {
        return keyed(entityManager
                .unwrap(Session.class)
                .createNativeQuery(sql, Object[].class)
                .setParameter("cells", Json.write(cells))
                .getResultList());
    }

    private static Map<CellKey, Long> keyed(List<Object[]> rows) {
        Map<CellKey, Long> quantities = new LinkedHashMap<>();
        for (Object[] row : rows) {
            CellKey key =
                    new CellKey((String) row[0], (String) row[1], (String) row[2], LedgerRepository.instant(row[3]));
            quantities.put(key, (long) row[4]);
        }
        return quantities;
    }
}
