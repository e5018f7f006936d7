package io.sluice.events;

import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;

/** Events that were published long ago; their ids sort by time. */
@ApplicationScoped
public class PastEvents implements Retention {
    private static final String OLD = """
            select id from events
            where id < sluice_uuid_floor(sluice_now() - make_interval(secs => :kept))
              and occurred_at < sluice_now() - make_interval(secs => :kept)
            """;

    private static final String COUNT = "select count(*) from (" + OLD + ") old";

    private static final String DELETE =
            "delete from events where id in (" + OLD + " order by id limit :most for update skip locked)";

    @Inject
    EventsSettings settings;

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public String kind() {
        return "events";
    }

    @Override
    public Duration keptFor() {
        return settings.kept();
    }

    @Override
    public long countExpired() {
        return ((Number) query(COUNT).getSingleResult()).longValue();
    }

    @Override
    public long deleteExpired(int most) {
        return query(DELETE).setParameter("most", most).executeUpdate();
    }

    private Query query(String statement) {
        return entityManager.createNativeQuery(statement).setParameter("kept", (double)
                settings.kept().toSeconds());
    }
}
