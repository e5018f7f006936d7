package io.sluice.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who acts. Bound to a thread for as long as a request or a job attempt runs on it, so that what it changes and the jobs
 * it enqueues carry the same ids.
 *
 * @param kind what sort of actor
 * @param id the token's id, the job's id, or {@code sluice}
 * @param requestId the request that started it all; null for what a timer started
 */
public record Actor(Kind kind, String id, @Nullable String requestId) {
    private static final Actor SYSTEM = new Actor(Kind.SYSTEM, "sluice", null);
    private static final ThreadLocal<Actor> CURRENT = ThreadLocal.withInitial(() -> SYSTEM);

    /** The kinds of actor, in the words of the API. */
    public enum Kind {
        TOKEN,
        JOB,
        SYSTEM
    }

    /** The actor of this thread; Sluice itself where nobody was bound. */
    public static Actor current() {
        return CURRENT.get();
    }

    /** Binds {@code actor} to this thread until {@link #unbind}. */
    public static void bind(Actor actor) {
        CURRENT.set(actor);
    }

    /** Makes this thread act for Sluice itself again. */
    public static void unbind() {
        CURRENT.remove();
    }
}
