package io.sluice.notifications.chat;

import io.sluice.secrets.Sealed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class ChatRepository {
    private static final String FIND = """
            select sealed_url, master_key_id, updated_at
            from project_chats
            where project_id = :project
            """;

    private static final String PUT = """
            insert into project_chats (project_id, sealed_url, master_key_id)
            values (:project, :url, :key)
            on conflict (project_id) do update
            set sealed_url = excluded.sealed_url, master_key_id = excluded.master_key_id, updated_at = sluice_now()
            """;

    /** The same lock that a change of the project's status takes: no chat appears beside a deletion. */
    private static final String LOCK_LIVING =
            "select id from projects where id = :project and status <> 'deleted' for no key update";

    private static final String REMOVE = "delete from project_chats where project_id = :project";

    @PersistenceContext
    EntityManager entityManager;

    /** A stored chat. */
    record Row(Sealed url, Instant updatedAt) {}

    @SuppressWarnings("unchecked")
    Optional<Row> find(String projectId) {
        List<Tuple> rows = entityManager
                .createNativeQuery(FIND, Tuple.class)
                .setParameter("project", projectId)
                .getResultList();
        return rows.stream()
                .map(row -> new Row(
                        new Sealed(row.get("master_key_id", String.class), row.get("sealed_url", byte[].class)),
                        row.get("updated_at", Instant.class)))
                .findFirst();
    }

    /** Whether the project exists and is not deleted, which stays so until the transaction ends. */
    boolean lockLiving(String projectId) {
        return !entityManager
                .createNativeQuery(LOCK_LIVING)
                .setParameter("project", projectId)
                .getResultList()
                .isEmpty();
    }

    void put(String projectId, Sealed url) {
        entityManager
                .createNativeQuery(PUT)
                .setParameter("project", projectId)
                .setParameter("url", url.bytes())
                .setParameter("key", url.keyId())
                .executeUpdate();
    }

    boolean remove(String projectId) {
        return entityManager
                        .createNativeQuery(REMOVE)
                        .setParameter("project", projectId)
                        .executeUpdate()
                == 1;
    }
}
