package io.sluice.json;

import java.util.Optional;
import java.util.UUID;

/** Reads ids as others write them. */
public final class Ids {
    /** What is valid, in one sentence for people. */
    public static final String RULE = "must be an id such as 0190b3c1-7a50-7c3e-9d57-3f6f3f1c2b1a.";

    private Ids() {}

    /** Reads a UUID of 36 characters; empty for everything else, shortened forms included. */
    public static Optional<UUID> parse(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }
}
