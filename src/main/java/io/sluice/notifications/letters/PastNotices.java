package io.sluice.notifications.letters;

import io.sluice.notifications.NotificationSettings;
import io.sluice.retention.AgedRows;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/** Notices that were written long ago, however they ended, and the letters that are left empty. */
@ApplicationScoped
public class PastNotices implements Retention {
    private static final AgedRows OLD = new AgedRows("notices", """
            id < sluice_uuid_floor(sluice_now() - make_interval(secs => :kept))
                and created_at < sluice_now() - make_interval(secs => :kept)
            """, "id");

    /** A letter is younger than its notices: it goes with the last of them or one of the next times. */
    private static final String DELETE_LETTERS = """
            delete from letters
            where id < sluice_uuid_floor(sluice_now() - make_interval(secs => :kept))
                and created_at < sluice_now() - make_interval(secs => :kept)
                and not exists (select from notices where notices.letter_id = letters.id)
            """;

    @Inject
    NotificationSettings settings;

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public String kind() {
        return "notices";
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
        int gone = OLD.delete(entityManager, settings.kept(), most);
        entityManager
                .createNativeQuery(DELETE_LETTERS)
                .setParameter("kept", (double) settings.kept().toSeconds())
                .executeUpdate();
        return gone;
    }
}
