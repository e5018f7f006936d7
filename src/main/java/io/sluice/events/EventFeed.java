package io.sluice.events;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;

/**
 * Events in an order that never changes and has no gaps to fill later: whoever has read up to a position gets everything
 * that is committed after that moment behind it, whatever the order in which transactions began. The order is the
 * database's, so it can be followed on any node.
 */
@ApplicationScoped
public class EventFeed {
    /** On which channel of PostgreSQL nodes say that there may be new events. */
    public static final String CHANNEL = "sluice_events";

    private static final int MOST_NUMBERED = 5_000;

    @Inject
    FeedRepository repository;

    /** An event at its place in the order. */
    public record Placed(long position, Event event) {}

    /** Whether there may be events behind this position: one statement, and the only one while nothing happens. */
    @Transactional(TxType.REQUIRES_NEW)
    public boolean hasNews(long position) {
        return repository.hasNews(position);
    }

    /**
     * Gives events that have been committed their positions, as many as one transaction should; true if there may be
     * more. Of several nodes one does it, the others find nothing to do.
     */
    @Transactional(TxType.REQUIRES_NEW)
    public boolean number() {
        return repository.number(MOST_NUMBERED) == MOST_NUMBERED;
    }

    /** The events behind a position, in order. */
    @Transactional(TxType.REQUIRES_NEW)
    public List<Placed> after(long position, int most) {
        return repository.after(position, most);
    }

    /** The position of the last event that has one; 0 before the first. */
    @Transactional(TxType.REQUIRES_NEW)
    public long end() {
        return repository.end();
    }

    /** The position before the oldest event that is kept: what came up to here is not kept any more. */
    @Transactional(TxType.REQUIRES_NEW)
    public long removed() {
        return repository.removed();
    }
}
