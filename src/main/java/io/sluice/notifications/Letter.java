package io.sluice.notifications;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that is ready to be sent.
 *
 * @param id the same for every try: receivers tell a repetition by it
 * @param recipient {@code owner} or {@code operator}
 * @param target which operator, in the words of the channel; empty for an owner
 * @param address where the owner is written to; null for other recipients and channels
 * @param projectId the project of the first notice; null: none
 * @param notices what it tells of in words, at most {@value #MOST_LISTED} of them; never empty
 * @param contents all that it tells of
 */
public record Letter(
        UUID id,
        String recipient,
        String target,
        @Nullable String address,
        @Nullable String projectId,
        Instant createdAt,
        List<Notice> notices,
        Contents contents) {
    /** Most notices that a digest lists; of the others it says how many there are. */
    public static final int MOST_LISTED = 100;

    /**
     * How much a letter tells of.
     *
     * @param kinds how many notices of each kind, in the order in which they are told of
     * @param projects how many projects they are about
     */
    public record Contents(Map<String, Long> kinds, long projects) {
        /** How many there are; several make a digest. */
        public long notices() {
            return kinds.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    public boolean isDigest() {
        return contents.notices() > 1;
    }

    /** Whether its receiver could refuse to hear any of it. */
    public boolean isRefusable() {
        return recipient.equals("owner")
                && contents.kinds().keySet().stream()
                        .anyMatch(word -> NoticeKind.of(word)
                                .map(kind -> !kind.required())
                                .orElse(true));
    }
}
