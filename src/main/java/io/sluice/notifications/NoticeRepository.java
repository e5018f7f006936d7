package io.sluice.notifications;

import io.sluice.audit.Actor;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class NoticeRepository {
    private static final String AUDIENCE = """
            with audience as materialized (
                select *
                from jsonb_to_recordset(cast(:audience as jsonb)) as each
                    (kind text, channel text, recipient text, target text, required boolean, unavailable text)),
            """;

    private static final String COUNT_PENDING = """
            written as (
                insert into notices
                    (event_id, kind, project_id, channel, recipient, target, data, occurred_at, job_id,
                     state, reason, settled_at)
                select event_id, kind, project_id, channel, recipient, target, data, occurred_at, cast(:job as uuid),
                    case when refused then 'suppressed' when hindrance is not null then 'kept' else 'pending' end,
                    case when refused then 'The project''s preferences refuse it.' else hindrance end,
                    case when refused or hindrance is not null then sluice_now() end
                from wanted
                on conflict on constraint notices_once do nothing
                returning state)
            select count(*) from written where state = 'pending'
            """;

    /** A project without an address, and a channel that is not set up, keep the notice where it can be read. */
    private static final String INSERT_OF_EVENTS = AUDIENCE + """
            wanted as (
                select events.id as event_id, events.type as kind, events.project_id, audience.channel,
                    audience.recipient, audience.target, events.data, events.occurred_at,
                    not audience.required and coalesce(not preferences.enabled, false) as refused,
                    case
                        when audience.unavailable is not null then audience.unavailable
                        when audience.recipient = 'owner' and audience.channel = 'email' and projects.owner_email is null
                        then 'The project has no owner''s address.'
                    end as hindrance
                from unnest(cast(cast(:ids as text[]) as uuid[])) as ids (id)
                    join events on events.id = ids.id
                    join audience on audience.kind = events.type
                    left join projects on projects.id = events.project_id
                    left join notification_preferences preferences
                        on preferences.project_id = events.project_id and preferences.kind = events.type
                        and preferences.channel = audience.channel and audience.recipient = 'owner'
                where audience.recipient = 'operator'
                    or projects.id is not null and (audience.channel = 'email'
                        or exists (select from project_chats where project_chats.project_id = projects.id))
                order by events.id),
            """ + COUNT_PENDING;

    private static final String INSERT_OF_OPERATORS = AUDIENCE + """
            wanted as (
                select cast(null as uuid) as event_id, kind, cast(null as text) as project_id, channel, recipient, target,
                    cast(:data as jsonb) as data, sluice_now() as occurred_at, false as refused,
                    unavailable as hindrance
                from audience
                where recipient = 'operator'),
            """ + COUNT_PENDING;

    private static final String SELECT = """
            select shown.id, shown.kind, shown.project_id, coalesce(projects.name, shown.project_id, '') as project_name,
                shown.channel, shown.recipient, shown.state, shown.reason, shown.tries,
                cast(shown.data as text) as data, suspensions.reason as suspension_reason,
                coalesce(projects.time_zone, 'UTC') as time_zone, shown.occurred_at, shown.created_at, shown.settled_at,
                shown.letter_id
            from notice_states shown
                left join projects on projects.id = shown.project_id
                left join suspensions on suspensions.id = cast(shown.data ->> 'suspension_id' as uuid)
                    and shown.kind = 'project.suspended'
            """;

    private static final String LIST = SELECT + """
            where (cast(:project as text) is null or shown.project_id = cast(:project as text))
                and (cast(:recipient as text) is null or shown.recipient = cast(:recipient as text))
                and (cast(:state as text) is null or shown.state = cast(:state as text))
                and (cast(:kind as text) is null or shown.kind = cast(:kind as text))
                and (cast(:after as uuid) is null or shown.id < cast(:after as uuid))
            order by shown.id desc
            limit :limit
            """;

    private static final String OF_WARNINGS = SELECT + """
            where shown.project_id = any (cast(:projects as text[]))
                and shown.kind = 'quota.threshold.reached'
                and shown.data ->> 'warning_id' = any (cast(:ids as text[]))
                and shown.recipient = 'owner'
            order by shown.id
            """;

    /** The few that are wanted are chosen before anything of them is read: a letter may hold a hundred thousand. */
    private static final String OF_LETTER = SELECT + """
            where shown.id in (
                select id
                from notices
                where letter_id = :letter
                order by (kind = 'project.suspended') desc, id
                limit :most)
            order by (shown.kind = 'project.suspended') desc, shown.id
            """;

    private static final String CONTENTS = """
            select kind, count(*),
                (select count(distinct project_id) from notices where letter_id = :letter)
            from notices
            where letter_id = :letter
            group by kind
            order by (kind = 'project.suspended') desc, min(created_at), kind
            """;

    /**
     * Who is told of a kind, over which channel.
     *
     * @param unavailable why the channel cannot be used; null: it can
     */
    record Audience(
            String kind,
            String channel,
            String recipient,
            String target,
            boolean required,
            @Nullable String unavailable) {}

    @PersistenceContext
    EntityManager entityManager;

    /** How many of them are to be sent. */
    long insertOfEvents(Collection<UUID> events, List<Audience> audience) {
        return inserted(entityManager
                .createNativeQuery(INSERT_OF_EVENTS)
                .setParameter("ids", events.stream().map(UUID::toString).toArray(String[]::new))
                .setParameter("audience", Json.write(audience)));
    }

    long insertOfOperators(String kind, Map<String, ?> data, List<Audience> audience) {
        return inserted(entityManager
                .createNativeQuery(INSERT_OF_OPERATORS)
                .setParameter("data", Json.write(data))
                .setParameter("audience", Json.write(audience)));
    }

    @SuppressWarnings("unchecked")
    Page<Notice> list(Notices.Query query, int limit, @Nullable String cursor) {
        UUID after = Cursor.id(cursor);
        List<Tuple> rows = entityManager
                .createNativeQuery(LIST, Tuple.class)
                .setParameter("project", query.projectId())
                .setParameter("recipient", query.recipient())
                .setParameter("state", query.state())
                .setParameter("kind", query.kind())
                .setParameter("after", after == null ? null : after.toString())
                .setParameter("limit", limit + 1)
                .getResultList();
        return Page.cut(rows.stream().map(NoticeRepository::notice).toList(), limit, notice -> Cursor.of(notice.id()));
    }

    @SuppressWarnings("unchecked")
    List<Notice> ofWarnings(Collection<UUID> warnings, Collection<String> projects) {
        List<Tuple> rows = entityManager
                .createNativeQuery(OF_WARNINGS, Tuple.class)
                .setParameter("ids", warnings.stream().map(UUID::toString).toArray(String[]::new))
                .setParameter("projects", projects.toArray(String[]::new))
                .getResultList();
        return rows.stream().map(NoticeRepository::notice).toList();
    }

    /** The first notices of a letter, suspensions before others. */
    @SuppressWarnings("unchecked")
    List<Notice> ofLetter(UUID letter, int most) {
        List<Tuple> rows = entityManager
                .createNativeQuery(OF_LETTER, Tuple.class)
                .setParameter("letter", letter)
                .setParameter("most", most)
                .getResultList();
        return rows.stream().map(NoticeRepository::notice).toList();
    }

    @SuppressWarnings("unchecked")
    Letter.Contents contents(UUID letter) {
        List<Object[]> rows = entityManager
                .createNativeQuery(CONTENTS)
                .setParameter("letter", letter)
                .getResultList();
        Map<String, Long> kinds = new LinkedHashMap<>();
        rows.forEach(row -> kinds.put((String) row[0], ((Number) row[1]).longValue()));
        return new Letter.Contents(kinds, rows.isEmpty() ? 0 : ((Number) rows.get(0)[2]).longValue());
    }

    private static long inserted(Query insert) {
        Actor actor = Actor.current();
        return ((Number) insert.setParameter("job", actor.kind() == Actor.Kind.JOB ? actor.id() : null)
                        .getSingleResult())
                .longValue();
    }

    private static Notice notice(Tuple row) {
        return new Notice(
                row.get("id", UUID.class),
                row.get("kind", String.class),
                row.get("project_id", String.class),
                row.get("project_name", String.class),
                row.get("channel", String.class),
                row.get("recipient", String.class),
                row.get("state", String.class),
                row.get("reason", String.class),
                row.get("tries", Integer.class),
                Json.readObject(row.get("data", String.class)),
                row.get("suspension_reason", String.class),
                ZoneId.of(row.get("time_zone", String.class)),
                row.get("occurred_at", Instant.class),
                row.get("created_at", Instant.class),
                row.get("settled_at", Instant.class),
                row.get("letter_id", UUID.class));
    }
}
