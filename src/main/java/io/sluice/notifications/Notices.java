package io.sluice.notifications;

import io.sluice.database.Page;
import io.sluice.events.Event;
import io.sluice.events.EventsPublished;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes notices in the transaction of what they tell of, and lists them. Notices and the job that gathers them into
 * letters stay or go with that transaction.
 */
@ApplicationScoped
public class Notices {
    /** The type of the job that gathers waiting notices into letters; its payload is empty. */
    public static final String GATHERING_JOB = "gather_notifications";

    /** What this node has sent since it started. Reads memory only; safe from every thread. */
    public interface Totals {
        /** Letters that the other side took. */
        long lettersSent();

        /** Tries that failed. */
        long triesFailed();
    }

    @Inject
    NoticeRepository repository;

    @Inject
    @Any
    Instance<Channel> channels;

    @Inject
    NotificationSettings settings;

    @Inject
    JobQueue queue;

    /** Which notices to list; null leaves a condition out. */
    public record Query(
            @Nullable String projectId,
            @Nullable String recipient,
            @Nullable String state,
            @Nullable String kind) {}

    /** Writes the notices of events, with statements whose number does not depend on how many events there are. */
    @Transactional(TxType.MANDATORY)
    public void tell(@Observes EventsPublished published) {
        Set<String> kinds = published.events().stream().map(Event::type).collect(Collectors.toSet());
        List<NoticeRepository.Audience> audience = kinds.stream()
                .flatMap(kind -> NoticeKind.of(kind).stream())
                .flatMap(kind -> audience(kind).stream())
                .toList();
        if (audience.isEmpty()) {
            return;
        }
        Set<String> heard =
                audience.stream().map(NoticeRepository.Audience::kind).collect(Collectors.toSet());
        List<UUID> ids = published.events().stream()
                .filter(event -> heard.contains(event.type()))
                .map(Event::id)
                .toList();
        gather(repository.insertOfEvents(ids, audience));
    }

    /** Tells operators of something that no event says. */
    @Transactional(TxType.MANDATORY)
    public void tellOperators(NoticeKind kind, Map<String, ?> data) {
        gather(repository.insertOfOperators(kind.word(), data, audience(kind)));
    }

    /** Lists notices, newest first. */
    @Transactional
    public Page<Notice> list(Query query, int limit, @Nullable String cursor) {
        return repository.list(query, limit, cursor);
    }

    /** The notices that a letter lists, suspensions first. */
    @Transactional
    public List<Notice> ofLetter(UUID letter) {
        return repository.ofLetter(letter, Letter.MOST_LISTED);
    }

    /** How much a letter carries. */
    @Transactional
    public Letter.Contents contentsOf(UUID letter) {
        return repository.contents(letter);
    }

    /** The notices to the owners of these projects that carry these warnings, by the warning's id. */
    @Transactional
    public Map<UUID, List<Notice>> ofWarnings(Collection<UUID> warnings, Collection<String> projects) {
        return warnings.isEmpty()
                ? Map.of()
                : repository.ofWarnings(warnings, projects).stream()
                        .collect(Collectors.groupingBy(notice ->
                                UUID.fromString(String.valueOf(notice.data().get("warning_id")))));
    }

    /** Asks for letters, if there is something to put into one. */
    private void gather(long pending) {
        if (pending > 0) {
            queue.enqueue(NewJob.of(GATHERING_JOB, Map.of()).withDelay(settings.gathering()));
        }
    }

    private List<NoticeRepository.Audience> audience(NoticeKind kind) {
        List<NoticeRepository.Audience> audience = new ArrayList<>();
        for (Channel channel : channels) {
            String unavailable = channel.unavailable().orElse(null);
            if (kind.forOwners()) {
                audience.add(new NoticeRepository.Audience(
                        kind.word(), channel.name(), "owner", "", kind.required(), unavailable));
            }
            if (kind.forOperators()) {
                List<String> operators = channel.operators();
                operators.forEach(operator -> audience.add(new NoticeRepository.Audience(
                        kind.word(), channel.name(), "operator", operator, true, unavailable)));
                if (operators.isEmpty() && channel.name().equals("email")) {
                    audience.add(new NoticeRepository.Audience(
                            kind.word(), "email", "operator", "", true, "No operator's address is configured."));
                }
            }
        }
        return audience;
    }
}
