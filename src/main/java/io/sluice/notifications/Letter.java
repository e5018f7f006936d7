package io.sluice.notifications;

import java.time.Instant;
import java.util.List;
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
 * @param notices what it tells of; never empty. Several make a digest
 */
public record Letter(
        UUID id,
        String recipient,
        String target,
        @Nullable String address,
        @Nullable String projectId,
        Instant createdAt,
        List<Notice> notices) {

    public boolean isDigest() {
        return notices.size() > 1;
    }

    /** Whether its receiver could refuse to hear any of it. */
    public boolean isRefusable() {
        return recipient.equals("owner")
                && notices.stream()
                        .anyMatch(notice -> NoticeKind.of(notice.kind())
                                .map(kind -> !kind.required())
                                .orElse(true));
    }
}
