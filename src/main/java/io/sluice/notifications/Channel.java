package io.sluice.notifications;

import java.util.List;
import java.util.Optional;

/** A way to people. A bean of this type is found by its name. Used by several threads at once. */
public interface Channel {
    /** {@code email} or {@code chat}. */
    String name();

    /** Why nothing can be sent at all; empty when it can. Fixed from the start on. */
    Optional<String> unavailable();

    /** The operators that are reached this way, by keys that are no addresses. */
    List<String> operators();

    /**
     * Sends a letter, without touching the database and within a bounded time. Sent twice, it has the same id twice.
     *
     * @throws UndeliverableException if it was not taken, or may not have been
     */
    void deliver(Letter letter) throws UndeliverableException;
}
