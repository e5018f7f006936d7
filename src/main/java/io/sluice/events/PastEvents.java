package io.sluice.events;

import io.sluice.retention.AgedRows;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/** Events that were published long ago; their ids sort by time. */
@ApplicationScoped
public class PastEvents implements Retention {
    private static final AgedRows OLD = new AgedRows("events", """
            id < sluice_uuid_floor(sluice_now() - make_interval(secs => :kept))
                and occurred_at < sluice_now() - make_interval(secs => :kept)
            """, "id");

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
        return OLD.count(entityManager, settings.kept());
    }

    @Override
    public long deleteExpired(int most) {
        return OLD.delete(entityManager, settings.kept(), most);
    }
}
