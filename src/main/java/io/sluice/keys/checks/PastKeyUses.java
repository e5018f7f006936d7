package io.sluice.keys.checks;

import io.sluice.keys.KeysSettings;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;

/** Uses of keys that were counted long ago. */
@ApplicationScoped
public class PastKeyUses implements Retention {
    private static final String OLD =
            "from api_key_uses where bucket_start < date_trunc('hour', sluice_now() - make_interval(secs => :kept), 'UTC')";

    @Inject
    KeysSettings settings;

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public String kind() {
        return "key_uses";
    }

    @Override
    public Duration keptFor() {
        return settings.usesKept();
    }

    @Override
    public long countExpired() {
        return ((Number) query("select count(*) " + OLD).getSingleResult()).longValue();
    }

    @Override
    public long deleteExpired(int most) {
        return query("delete from api_key_uses where (key_id, bucket_start) in (select key_id, bucket_start " + OLD
                        + " order by bucket_start limit :most)")
                .setParameter("most", most)
                .executeUpdate();
    }

    private Query query(String sql) {
        return entityManager.createNativeQuery(sql).setParameter("kept", (double)
                settings.usesKept().toSeconds());
    }
}
