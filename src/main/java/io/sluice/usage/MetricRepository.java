package io.sluice.usage;

import io.sluice.usage.Metric.Aggregation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

@ApplicationScoped
class MetricRepository {
    private static final String PUT = """
            insert into metrics (name, unit, aggregation, description)
            values (:name, :unit, :aggregation, :description)
            on conflict (name) do update
            set unit = excluded.unit, aggregation = excluded.aggregation, description = excluded.description
            """;

    /** Counters outlive the buckets of their time, and latest values the counters. */
    private static final String IS_USED = """
            select exists (select from usage_counters where metric = :name)
                or exists (select from usage_latest where metric = :name)
            """;

    private static final int MOST_METRICS = 1000;

    @PersistenceContext
    EntityManager entityManager;

    List<Metric> all() {
        return entityManager
                .createQuery("select m from Metric m order by m.name", Metric.class)
                .getResultList();
    }

    Map<String, Metric> named(Collection<String> names) {
        List<String> possible =
                names.stream().filter(Metrics::isName).distinct().toList();
        if (possible.isEmpty() || possible.size() > MOST_METRICS) {
            // Many names are mostly misspelt ones; the metrics that exist are fewer.
            return possible.isEmpty()
                    ? Map.of()
                    : all().stream().collect(Collectors.toMap(Metric::name, Function.identity()));
        }
        return entityManager
                .createQuery("select m from Metric m where m.name in (:names)", Metric.class)
                .setParameter("names", possible)
                .getResultStream()
                .collect(Collectors.toMap(Metric::name, Function.identity()));
    }

    Optional<Metric> find(String name) {
        return Metrics.isName(name) ? Optional.ofNullable(entityManager.find(Metric.class, name)) : Optional.empty();
    }

    boolean isUsed(String name) {
        return (boolean) entityManager
                .createNativeQuery(IS_USED)
                .setParameter("name", name)
                .getSingleResult();
    }

    Metric put(String name, String unit, Aggregation aggregation, String description) {
        entityManager
                .createNativeQuery(PUT)
                .setParameter("name", name)
                .setParameter("unit", unit)
                .setParameter("aggregation", aggregation.word())
                .setParameter("description", description)
                .executeUpdate();
        find(name).ifPresent(entityManager::refresh);
        return find(name).orElseThrow();
    }
}
