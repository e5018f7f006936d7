package io.sluice.admin.limits;

import io.sluice.database.Page;
import io.sluice.notifications.Notice;
import io.sluice.notifications.Notices;
import io.sluice.quotas.Warning;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A warning as the API shows it. */
public record WarningJson(
        UUID id,
        String projectId,
        String metric,
        String period,
        int threshold,
        long usage,
        long limit,
        Instant periodStart,
        Instant sentAt,
        @Nullable UUID jobId,
        List<NotificationJson> notifications) {
    /** How the owner was told over one channel. */
    public record NotificationJson(
            String channel,
            String recipient,
            String state,
            @Nullable Instant settledAt) {
        static NotificationJson of(Notice notice) {
            return new NotificationJson(notice.channel(), notice.recipient(), notice.state(), notice.settledAt());
        }
    }

    /** A page of warnings, each with how its project's owner was told of it. */
    static Page<WarningJson> page(Page<Warning> warnings, Notices notices) {
        Map<UUID, List<Notice>> told = notices.ofWarnings(
                warnings.items().stream().map(Warning::id).toList(),
                warnings.items().stream().map(Warning::projectId).distinct().toList());
        return warnings.map(warning -> of(warning, told.getOrDefault(warning.id(), List.of())));
    }

    private static WarningJson of(Warning warning, List<Notice> notices) {
        return new WarningJson(
                warning.id(),
                warning.projectId(),
                warning.metric(),
                warning.period(),
                warning.threshold(),
                warning.usage(),
                warning.limit(),
                warning.periodStart(),
                warning.sentAt(),
                warning.jobId(),
                notices.stream().map(NotificationJson::of).toList());
    }
}
