package io.sluice.quotas.retention;

import io.sluice.retention.AgedRows;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/** Warnings of periods that are long over. */
@ApplicationScoped
public class PastWarnings implements Retention {
    private static final AgedRows OLD = new AgedRows("warnings", """
            id < sluice_uuid_floor(sluice_now() - make_interval(secs => :kept))
                and sent_at < sluice_now() - make_interval(secs => :kept)
            """, "id");

    @Inject
    WarningSettings settings;

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public String kind() {
        return "warnings";
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
