package io.sluice.webhooks;

import io.sluice.retention.AgedRows;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/** Deliveries that ended long ago, with their tries. */
@ApplicationScoped
public class PastDeliveries implements Retention {
    private static final AgedRows OLD = new AgedRows("webhook_deliveries", """
            completed_at < sluice_now() - make_interval(secs => :kept)
            """, "completed_at");

    @Inject
    DeliverySettings settings;

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public String kind() {
        return "webhook_deliveries";
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
