package io.sluice.notifications.operators;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The days of projects, as PostgreSQL cuts them. */
@ApplicationScoped
class ZoneRulesRepository {
    private static final String TODAY = "select cast(cast(sluice_now() at time zone 'UTC' as date) as text)";

    /** A zone that PostgreSQL has lost gives nulls: asked for its midnights it would refuse the whole statement. */
    private static final String MIDNIGHTS = """
            with used as materialized (select distinct time_zone from projects where status <> 'deleted')
            select used.time_zone,
                string_agg(
                    cast(cast(extract(epoch from sluice_midnight(cast(day as date), known.name)) as bigint) as text),
                    ',' order by day) as seconds
            from used
                left join pg_timezone_names known on known.name = used.time_zone
                cross join generate_series(
                    cast(:first as timestamp), cast(:last as timestamp), interval '1 day') day
            group by used.time_zone
            order by used.time_zone
            """;

    @PersistenceContext
    EntityManager entityManager;

    /**
     * The first instants of some days in a row.
     *
     * @param seconds since 1970, parted by commas; null: PostgreSQL doesn't know the zone
     */
    record Midnights(String zone, @Nullable String seconds) {}

    LocalDate today() {
        return LocalDate.parse(
                (String) entityManager.createNativeQuery(TODAY, String.class).getSingleResult());
    }

    /** Of each zone that projects have. */
    @SuppressWarnings("unchecked")
    List<Midnights> midnights(LocalDate first, LocalDate last) {
        List<Tuple> rows = entityManager
                .createNativeQuery(MIDNIGHTS, Tuple.class)
                .setParameter("first", first.toString())
                .setParameter("last", last.toString())
                .getResultList();
        return rows.stream()
                .map(row -> new Midnights(row.get("time_zone", String.class), row.get("seconds", String.class)))
                .toList();
    }
}
