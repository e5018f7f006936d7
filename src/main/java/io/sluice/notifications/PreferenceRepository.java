package io.sluice.notifications;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;

@ApplicationScoped
class PreferenceRepository {
    private static final String REFUSED = """
            select kind || ' ' || channel
            from notification_preferences
            where project_id = :project and not enabled
            """;

    /** Writers of the same project wait for each other here, those who follow a mail's link too. */
    private static final String LOCK = "select id from projects where id = :project for no key update";

    private static final String DELETE = "delete from notification_preferences where project_id = :project";

    private static final String INSERT = """
            insert into notification_preferences (project_id, kind, channel, enabled)
            select :project, wish.kind, refused.channel, false
            from jsonb_to_recordset(cast(:wishes as jsonb)) as wish (kind text, email boolean, chat boolean)
                cross join lateral (values ('email', wish.email), ('chat', wish.chat)) as refused (channel, enabled)
            where not refused.enabled
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** Kind and channel, with a blank between them. */
    @SuppressWarnings("unchecked")
    List<String> refused(String projectId) {
        return entityManager
                .createNativeQuery(REFUSED, String.class)
                .setParameter("project", projectId)
                .getResultList();
    }

    /** Keeps others from changing the project's preferences until the transaction ends. */
    void lock(String projectId) {
        entityManager.createNativeQuery(LOCK).setParameter("project", projectId).getResultList();
    }

    void replace(String projectId, List<Preferences.Wish> wishes) {
        entityManager
                .createNativeQuery(DELETE)
                .setParameter("project", projectId)
                .executeUpdate();
        entityManager
                .createNativeQuery(INSERT)
                .setParameter("project", projectId)
                .setParameter("wishes", Json.write(wishes))
                .executeUpdate();
    }
}
