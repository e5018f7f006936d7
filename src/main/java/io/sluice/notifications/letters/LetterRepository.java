package io.sluice.notifications.letters;

import io.sluice.json.Json;
import io.sluice.notifications.Letter;
import io.sluice.notifications.Notice;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class LetterRepository {
    private static final String LOCK_GATHERING = "select cast(pg_advisory_xact_lock(7164, 30) as text)";

    /**
     * A notice waits while the job that caused it goes on, because more may come that belongs in the same letter; ten
     * minutes at most.
     */
    private static final String CAUSE_GOES_ON = """
            notices.created_at > sluice_now() - interval '10 minutes'
                and exists (select from jobs where jobs.id = notices.job_id and jobs.status in ('pending', 'running'))
            """;

    /** An owner is whoever has the address, in any case of its letters: one who owns many projects gets one digest. */
    private static final String GATHER = """
            with waiting as materialized (
                select notices.id, notices.channel, notices.recipient, notices.target,
                    cast(jsonb_build_array(notices.channel, notices.recipient, notices.target,
                        case
                            when notices.recipient = 'operator' then null
                            when notices.channel = 'email' then lower(projects.owner_email)
                            else notices.project_id
                        end) as text) as addressee
                from notices
                    left join projects on projects.id = notices.project_id
                where notices.state = 'pending' and notices.letter_id is null and not (""" + CAUSE_GOES_ON + """
                )),
            sized as materialized (
                select *, sluice_uuid() as fresh,
                    addressee || case when count(*) over (partition by addressee) > :handful then '' else cast(id as text)
                        end as envelope
                from waiting),
            -- Each envelope takes the fresh id of its first notice; nothing is joined but by primary key.
            lettered as materialized (
                select id, channel, recipient, target,
                    first_value(fresh) over (partition by envelope order by id) as letter_id,
                    row_number() over (partition by envelope order by id) = 1 as first
                from sized),
            written as (
                insert into letters (id, channel, recipient, target)
                select letter_id, channel, recipient, target
                from lettered
                where first
                returning id, channel),
            assigned as (
                update notices
                set letter_id = lettered.letter_id
                from lettered
                where notices.id = lettered.id)
            select id, channel
            from written
            """;

    private static final String IS_WAITING = """
            select exists (
                select from notices where notices.state = 'pending' and notices.letter_id is null)
            """;

    private static final String ASSIGN = """
            update letters
            set job_id = each.job
            from jsonb_to_recordset(cast(:jobs as jsonb)) as each (letter uuid, job uuid)
            where letters.id = each.letter
            """;

    private static final String ADDRESS = """
            select projects.owner_email
            from notices
                join projects on projects.id = notices.project_id
            where notices.letter_id = :letter and projects.owner_email is not null
            order by notices.id
            limit 1
            """;

    private static final String RELEASE_STRAYS = """
            with contents as (
                select notices.id, projects.owner_email
                from letters
                    join notices on notices.letter_id = letters.id
                    left join projects on projects.id = notices.project_id
                where letters.id = :letter and letters.recipient = 'owner' and letters.channel = 'email'
                    and letters.sent_at is null and notices.state = 'pending'),
            lost as (
                update notices
                set state = 'kept', reason = 'The project has no owner''s address any more.',
                    settled_at = sluice_now(), letter_id = null
                from contents
                where notices.id = contents.id and contents.owner_email is null),
            moved as (
                update notices
                set letter_id = null
                from contents
                where notices.id = contents.id
                    and lower(contents.owner_email) <> (select lower(owner_email) from (""" + ADDRESS + """
                    ) first)
                returning notices.id)
            select count(*) from moved
            """;

    private static final String FIND = """
            select id, recipient, target, created_at,
                case when recipient = 'owner' and channel = 'email' then (""" + ADDRESS + """
                ) end as address
            from letters
            where id = :letter and sent_at is null
            """;

    private static final String TRIED = """
            update letters
            set tries = tries + 1, last_tried_at = sluice_now(), last_error = :error
            where id = :letter and sent_at is null
            """;

    private static final String KEEP = """
            update notices
            set state = 'kept', reason = :reason, settled_at = sluice_now()
            where letter_id = :letter and state = 'pending'
            """;

    private static final String SENT = """
            with done as (
                update letters
                set sent_at = sluice_now(), last_tried_at = sluice_now(), tries = tries + 1, last_error = null
                where id = :letter and sent_at is null
                returning id)
            update notices
            set state = 'sent', settled_at = sluice_now()
            where letter_id in (select id from done) and state = 'pending'
            """;

    @PersistenceContext
    EntityManager entityManager;

    private record Assigned(UUID letter, UUID job) {}

    /** A letter that was just made. */
    record Made(UUID id, String channel) {}

    void lockGathering() {
        entityManager.createNativeQuery(LOCK_GATHERING).getSingleResult();
    }

    @SuppressWarnings("unchecked")
    List<Made> gather(int handful) {
        List<Object[]> rows = entityManager
                .createNativeQuery(GATHER)
                .setParameter("handful", handful)
                .getResultList();
        return rows.stream()
                .map(row -> new Made((UUID) row[0], (String) row[1]))
                .toList();
    }

    boolean isWaiting() {
        return (boolean) entityManager.createNativeQuery(IS_WAITING).getSingleResult();
    }

    /** Writes down which job sends which letter; both lists in the same order. */
    void assign(List<Made> letters, List<UUID> jobs) {
        List<Assigned> assigned = new ArrayList<>();
        for (int i = 0; i < letters.size(); i++) {
            assigned.add(new Assigned(letters.get(i).id(), jobs.get(i)));
        }
        if (!assigned.isEmpty()) {
            entityManager
                    .createNativeQuery(ASSIGN)
                    .setParameter("jobs", Json.write(assigned))
                    .executeUpdate();
        }
    }

    /** How many notices of the letter wait for another one now. */
    long releaseStrays(UUID letter) {
        return ((Number) entityManager
                        .createNativeQuery(RELEASE_STRAYS)
                        .setParameter("letter", letter)
                        .getSingleResult())
                .longValue();
    }

    @SuppressWarnings("unchecked")
    Optional<Letter> find(UUID letter, List<Notice> notices, Letter.Contents contents) {
        List<Tuple> rows = entityManager
                .createNativeQuery(FIND, Tuple.class)
                .setParameter("letter", letter)
                .getResultList();
        return notices.isEmpty()
                ? Optional.empty()
                : rows.stream()
                        .map(row -> new Letter(
                                row.get("id", UUID.class),
                                row.get("recipient", String.class),
                                row.get("target", String.class),
                                row.get("address", String.class),
                                notices.get(0).projectId(),
                                row.get("created_at", Instant.class),
                                notices,
                                contents))
                        .findFirst();
    }

    void tried(UUID letter, String error) {
        entityManager
                .createNativeQuery(TRIED)
                .setParameter("letter", letter)
                .setParameter("error", error)
                .executeUpdate();
    }

    void keep(UUID letter, String reason) {
        entityManager
                .createNativeQuery(KEEP)
                .setParameter("letter", letter)
                .setParameter("reason", reason)
                .executeUpdate();
    }

    void sent(UUID letter) {
        entityManager.createNativeQuery(SENT).setParameter("letter", letter).executeUpdate();
    }
}
