package io.sluice.notifications;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that one recipient is told over one channel, as it was when it was read.
 *
 * @param kind see {@link NoticeKind}
 * @param projectId the project that it is about; null: the whole installation
 * @param projectName what people call it; the id of a nameless one, empty without a project
 * @param channel {@code email} or {@code chat}
 * @param recipient {@code owner} or {@code operator}
 * @param state {@code pending}, {@code sent}, {@code failed}, {@code suppressed} or {@code kept}
 * @param reason why it is in this state; null where that needs no saying. Never holds an address
 * @param data what the event carried
 * @param suspensionReason what the suspending person or check said; null for other kinds
 * @param timeZone the project's, in which its times are written
 * @param settledAt when it was sent, suppressed or kept; null before
 * @param letterId the message that carries it; null before there is one
 */
public record Notice(
        UUID id,
        String kind,
        @Nullable String projectId,
        String projectName,
        String channel,
        String recipient,
        String state,
        @Nullable String reason,
        int tries,
        Map<String, Object> data,
        @Nullable String suspensionReason,
        ZoneId timeZone,
        Instant occurredAt,
        Instant createdAt,
        @Nullable Instant settledAt,
        @Nullable UUID letterId) {}
