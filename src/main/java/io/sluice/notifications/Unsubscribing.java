package io.sluice.notifications;

import java.util.List;
import java.util.Optional;

/**
 * Lets whoever reads a mail stop mails like it by the link in it. The link is the permission: it holds for this letter and
 * this address, opens nothing else, and is worth nothing for a project whose owner has another address by now.
 */
public interface Unsubscribing {
    /**
     * What a link can stop.
     *
     * @param projects ids, in their order; never empty
     * @param kinds see {@link NoticeKind}, in their order; never empty, and none that is required
     */
    record Offer(List<String> projects, List<String> kinds) {}

    /** The URL to put into a mail; empty if nothing in it can be refused, or nobody said where Sluice is reached. */
    Optional<String> link(Letter letter);

    /** What the link with this last part would stop; empty if it is not valid, or not any more. */
    Optional<Offer> find(String token);

    /** Refuses, by mail, what {@link #find} says; doing so again changes nothing. */
    Optional<Offer> stop(String token);
}
