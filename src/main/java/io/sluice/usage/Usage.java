package io.sluice.usage;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.database.Contention;
import io.sluice.logging.EventLog;
import io.sluice.projects.ProjectCalendarChanged;
import io.sluice.usage.TrackResult.Rejection;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Counts what projects use. Any number of threads and nodes may count at the same time. */
@ApplicationScoped
public class Usage {
    /** Most events of one call. */
    public static final int MOST_EVENTS = 10_000;

    private static final EventLog LOG = EventLog.of(Usage.class);
    private static final int MOST_ATTEMPTS = 20;

    @Inject
    Ledger ledger;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transaction;

    private final LongAdder accepted = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    /**
     * Something that was used, as it was sent; nothing of it is checked yet.
     *
     * @param quantity 0 to 2^53-1
     * @param eventId 1 to 255 characters; within a project the same id counts once
     * @param occurredAt when it was used; null: now
     */
    public record NewEvent(
            @Nullable String projectId,
            @Nullable String metric,
            @Nullable Long quantity,
            @Nullable String eventId,
            @Nullable Instant occurredAt) {}

    /** How many events this node was sent since it started, by what became of them. */
    public record Totals(long accepted, long duplicates, long rejected) {}

    /**
     * Counts events. When it returns, what it accepted is durable, and counting the same call again only finds
     * duplicates; when it throws, nothing of the call was counted. Within a transaction all of that is true of the
     * caller's commit, and what got in the way of another call is not tried again.
     *
     * @param events 1 to {@link #MOST_EVENTS}; an event that breaks a rule is rejected, the others count
     * @param visible which projects exist for the caller
     */
    public TrackResult track(List<NewEvent> events, Predicate<String> visible) {
        if (events.isEmpty() || events.size() > MOST_EVENTS) {
            throw new InvalidInputException("events", "must be 1 to " + MOST_EVENTS + " events.");
        }
        TrackResult result = transaction.getTransactionStatus() == Status.STATUS_NO_TRANSACTION
                ? untilCounted(events, visible)
                : ledger.countForCaller(events, visible);
        accepted.add(result.accepted());
        duplicates.add(result.duplicates());
        rejected.add(result.rejected().size());
        return result;
    }

    /**
     * Counts one event like {@link #track}.
     *
     * @throws InvalidInputException if a member breaks a rule
     * @throws NotFoundException if the project does not exist for the caller, or was deleted
     * @throws ConflictException if the id was used for another event of the project
     */
    public TrackResult trackOne(NewEvent event, Predicate<String> visible) {
        TrackResult result = track(List.of(event), visible);
        for (Rejection each : result.rejected()) {
            throw switch (each.code()) {
                case "NOT_FOUND" -> new NotFoundException("project", String.valueOf(event.projectId()));
                case "CONFLICT" -> new ConflictException("event_id: " + each.message());
                default -> new InvalidInputException(String.valueOf(each.field()), each.message());
            };
        }
        return result;
    }

    /** What became of the events that this node was sent, for its metrics. */
    public Totals totals() {
        return new Totals(accepted.sum(), duplicates.sum(), rejected.sum());
    }

    /**
     * Waits for the counting that has begun, and holds back what begins, until the caller's transaction ends: a change of
     * limits that pauses counting sees all usage that was counted before it, and all later counting sees the change.
     * Whoever locks a project as well does that first.
     */
    @Transactional(TxType.MANDATORY)
    public void pause() {
        ledger.pause();
    }

    /** Makes the counters follow a project whose days and months begin at other instants now. */
    void recount(@Observes ProjectCalendarChanged changed) {
        ledger.recount(changed.projectId());
    }

    private TrackResult untilCounted(List<NewEvent> events, Predicate<String> visible) {
        boolean careful = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return ledger.count(events, visible, careful);
            } catch (Ledger.MonthNotPreparedException newMonth) {
                requireAnotherAttempt(attempt, newMonth);
                ledger.prepareMonth();
                LOG.info("usage ledger prepared for a new month");
            } catch (Counting.CounterFullException full) {
                requireAnotherAttempt(attempt, full);
                careful = true;
            } catch (RuntimeException failure) {
                if (!Contention.caused(failure)) {
                    throw failure;
                }
                requireAnotherAttempt(attempt, failure);
                LOG.info("usage counting starts again", "attempt", attempt + 1, "events", events.size());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextLong(1, 10L * attempt + 1)));
            }
        }
    }

    private static void requireAnotherAttempt(int attempt, RuntimeException failure) {
        if (attempt >= MOST_ATTEMPTS) {
            throw failure;
        }
    }
}
