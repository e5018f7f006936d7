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

    /** A letter was not taken. The message holds no address. */
    class UndeliverableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean permanent;

        /** @param permanent whether no later try can mend it */
        public UndeliverableException(String message, boolean permanent) {
            super(message);
            this.permanent = permanent;
        }

        public boolean permanent() {
            return permanent;
        }
    }
}
