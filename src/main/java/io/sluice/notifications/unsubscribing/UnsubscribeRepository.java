package io.sluice.notifications.unsubscribing;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class UnsubscribeRepository {
    private static final String FIND = """
            select distinct projects.id as project, projects.owner_email as address, notices.kind
            from notices
                join projects on projects.id = notices.project_id
            where notices.letter_id = :letter and notices.channel = 'email' and notices.recipient = 'owner'
                and projects.owner_email is not null
            order by project, kind
            """;

    /** Whoever replaces a project's preferences waits here too. In the order of ids, as whoever locks many does. */
    private static final String LOCK = """
            select id
            from projects
            where id in (
                select project from jsonb_to_recordset(cast(:contents as jsonb)) as each (project text))
            order by id
            for no key update
            """;

    /** Returns what was wanted until now. */
    private static final String REFUSE = """
            insert into notification_preferences as preferences (project_id, kind, channel, enabled)
            select each.project, each.kind, 'email', false
            from jsonb_to_recordset(cast(:contents as jsonb)) as each (project text, kind text)
            order by each.project, each.kind
            on conflict (project_id, kind, channel) do update
            set enabled = false, updated_at = sluice_now()
            where preferences.enabled
            returning project_id as project, '' as address, kind
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** One kind that a letter tells of about one project, and who owns that project now. */
    record Content(String project, String address, String kind) {}

    @SuppressWarnings("unchecked")
    List<Content> find(UUID letter) {
        List<Tuple> rows = entityManager
                .createNativeQuery(FIND, Tuple.class)
                .setParameter("letter", letter)
                .getResultList();
        return rows.stream().map(UnsubscribeRepository::content).toList();
    }

    /** Which of them were not refused yet. */
    @SuppressWarnings("unchecked")
    List<Content> refuse(List<Content> contents) {
        String texts = Json.write(contents);
        entityManager.createNativeQuery(LOCK).setParameter("contents", texts).getResultList();
        List<Tuple> rows = entityManager
                .createNativeQuery(REFUSE, Tuple.class)
                .setParameter("contents", texts)
                .getResultList();
        return rows.stream().map(UnsubscribeRepository::content).toList();
    }

    private static Content content(Tuple row) {
        return new Content(
                row.get("project", String.class), row.get("address", String.class), row.get("kind", String.class));
    }
}
