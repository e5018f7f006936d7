package io.sluice.notifications;

import java.time.Instant;
import java.util.Optional;

/** Where owners are told over chat, beside mail: one incoming webhook for each project that wants it. */
public interface ProjectChats {
    /**
     * A project's chat. The URL itself is never shown again.
     *
     * @param host the host that is called
     */
    record Chat(String host, Instant updatedAt) {}

    /** The project's chat, if it has one. */
    Optional<Chat> find(String projectId);

    /**
     * Sets or replaces the URL, sealed at rest.
     *
     * @throws io.sluice.InvalidInputException naming {@code url} if it must not be called
     */
    Chat put(String projectId, String url);

    /** Takes the URL away; says whether there was one. */
    boolean remove(String projectId);
}
