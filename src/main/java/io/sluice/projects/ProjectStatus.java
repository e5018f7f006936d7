package io.sluice.projects;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where a project stands in its life; the same lower-case words in the database and the API. */
public enum ProjectStatus {
    /** Made, but not yet provisioned. */
    CREATED,
    /** In use: the only status whose limits are checked. */
    ACTIVE,
    /** Turned away because of a suspension; entered and left only by suspending and resolving. */
    SUSPENDED,
    /** Put aside by an operator; can be made active again. */
    ARCHIVED,
    /** Gone for good; its id is never given out again. */
    DELETED;

    /** The status as the database and the API write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a word; empty if there is none. Upper case is not accepted. */
    public static Optional<ProjectStatus> of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word().equals(word))
                .findFirst();
    }

    /**
     * The statuses that a person may give a project that has this one. A suspension begins and ends elsewhere: a
     * suspended project is resolved first, so that no suspension stays open for ever.
     */
    public Set<ProjectStatus> next() {
        return switch (this) {
            case CREATED -> Set.of(ACTIVE, DELETED);
            case ACTIVE -> Set.of(ARCHIVED, DELETED);
            case SUSPENDED -> Set.of();
            case ARCHIVED -> Set.of(ACTIVE, DELETED);
            case DELETED -> Set.of();
        };
    }
}
