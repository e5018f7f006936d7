package io.sluice.webhooks;

import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;

/** Deliveries that ended long ago, with their tries. */
@ApplicationScoped
public class PastDeliveries implements Retention {
    private static final String OLD = """
            select id from webhook_deliveries
            where completed_at < sluice_now() - make_interval(secs => :kept)
            """;

    private static final String COUNT = "select count(*) from (" + OLD + ") old";

    private static final String DELETE = "delete from webhook_deliveries where id in (" + OLD
            + " order by completed_at limit :most for update skip locked)";

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
