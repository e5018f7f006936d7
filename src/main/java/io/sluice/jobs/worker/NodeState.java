package io.sluice.jobs.worker;

import io.sluice.jobs.JobsSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who this node is at the moment, and whether it still takes work. */
@ApplicationScoped
public class NodeState {
    @Inject
    JobsSettings settings;

    private final String name = ManagementFactory.getRuntimeMXBean().getName();
    private volatile @Nullable UUID id;
    private volatile boolean draining;
    private volatile boolean alone;

    /** Process and host, for people. */
    String name() {
        return name;
    }

    /** The id under which this node claims; empty until it is registered, and between a burial and the next. */
    Optional<UUID> id() {
        return Optional.ofNullable(id);
    }

    void registeredAs(UUID newId) {
        id = newId;
    }

    void buried() {
        id = null;
    }

    /** Whether the last heartbeat saw no other node, and none has been heard since. */
    boolean alone() {
        return alone;
    }

    void alone(boolean nobodyElse) {
        alone = nobodyElse;
    }

    /** From now on nothing is claimed or scheduled on this node any more. Cannot be taken back. */
    void drain() {
        draining = true;
    }

    boolean draining() {
        return draining;
    }
}
