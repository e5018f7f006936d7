package io.sluice.jobs.queue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;

/** The nodes that share the queue: who lives, who died, and who is leaving. */
@ApplicationScoped
public class Nodes {
    /** The channel on which nodes tell each other that there is work. */
    public static final String CHANNEL = "sluice_jobs";

    /** What a notification says when there are jobs that share limits; otherwise it names types, or none if it may be any. */
    public static final String LIMITED = "limited";

    /** One claim of one job. */
    public record Claim(UUID jobId, long fencingToken) {}

    @Inject
    NodeRepository nodes;

    @Inject
    BeatRepository beats;

    @Inject
    LimitRepository limits;

    @Inject
    JobEvents events;

    /** Adds this process; returns its id, which no other start ever has. */
    @Transactional(TxType.REQUIRES_NEW)
    public UUID register(String name, Collection<String> types, int slots) {
        return nodes.register(name, types, slots);
    }

    /**
     * Says that this node lives.
     *
     * @throws jakarta.persistence.QueryTimeoutException if looks were asked for and took more than a second; then nothing
     *     was said
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Beat beat(UUID id, Beat.Question question) {
        return beats.beat(id, question);
    }

    /**
     * Buries nodes that missed their lease and gives their jobs back to the queue, in one transaction. A job whose
     * attempts are used up, or that lost its node {@code mostRescues} times, is parked as failed.
     *
     * @param overdue how long after its deadline a job is taken from a node that still lives
     * @return how many jobs were taken
     */
    @Transactional(TxType.REQUIRES_NEW)
    public int rescue(UUID id, Duration lease, Duration overdue, int mostRescues) {
        nodes.bury(id, lease);
        return told(nodes.rescue(mostRescues, overdue));
    }

    /**
     * Parks due jobs of types that no node has known for {@code memory}; also forgets nodes that ended long ago, and what
     * time it was while the database's clock was ahead.
     *
     * @return how many jobs were parked
     */
    @Transactional(TxType.REQUIRES_NEW)
    public int tidy(Duration memory) {
        nodes.countFromNow();
        limits.countFromNow();
        nodes.forget();
        return told(nodes.parkUnknown(memory));
    }

    private int told(NodeRepository.Moved moved) {
        events.publish(moved.dead());
        return moved.jobs();
    }

    /** Shows how far a node's drain is. */
    @Transactional(TxType.REQUIRES_NEW)
    public void drain(UUID id, int running) {
        nodes.drain(id, running);
    }

    /** Marks a node as orderly gone. */
    @Transactional(TxType.REQUIRES_NEW)
    public void stop(UUID id) {
        nodes.stop(id);
    }

    /** Tells every node that there is work. */
    @Transactional(TxType.REQUIRES_NEW)
    public void wake(String word) {
        nodes.wake(CHANNEL, word);
    }
}
