package io.sluice.admin.notifications;

import io.sluice.notifications.Message;
import io.sluice.notifications.Notice;
import io.sluice.notifications.Wording;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A notice as the API shows it, with the words that its recipient reads. */
public record NotificationJson(
        UUID id,
        String kind,
        @Nullable String projectId,
        String channel,
        String recipient,
        String state,
        @Nullable String reason,
        int tries,
        @Nullable UUID letterId,
        Instant occurredAt,
        Instant createdAt,
        @Nullable Instant settledAt,
        String subject,
        List<String> text,
        List<FactJson> facts,
        List<String> steps) {
    /** One figure. */
    public record FactJson(String label, String value) {}

    static NotificationJson of(Notice notice) {
        Message message = Wording.of(notice);
        return new NotificationJson(
                notice.id(),
                notice.kind(),
                notice.projectId(),
                notice.channel(),
                notice.recipient(),
                notice.state(),
                notice.reason(),
                notice.tries(),
                notice.letterId(),
                notice.occurredAt(),
                notice.createdAt(),
                notice.settledAt(),
                message.subject(),
                message.text(),
                message.facts().stream()
                        .map(fact -> new FactJson(fact.label(), fact.value()))
                        .toList(),
                message.steps());
    }
}
