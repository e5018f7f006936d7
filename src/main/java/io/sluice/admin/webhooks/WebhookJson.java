package io.sluice.admin.webhooks;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.webhooks.Webhook;
import io.sluice.webhooks.Webhooks;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as the API shows it.
 *
 * @param secret what its receiver verifies messages with; only in the answer that made it
 */
public record WebhookJson(
        UUID id,
        @Nullable String projectId,
        String url,
        List<String> events,
        @Nullable String description,
        boolean enabled,
        @Nullable String disabledReason,
        @Nullable Instant disabledAt,
        int consecutiveFailures,
        @Nullable Instant nextProbeAt,
        Instant createdAt,
        Instant updatedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {
    static WebhookJson of(Webhook webhook) {
        return of(webhook, null);
    }

    static WebhookJson of(Webhooks.WithSecret made) {
        return of(made.webhook(), made.secret());
    }

    private static WebhookJson of(Webhook webhook, @Nullable String secret) {
        return new WebhookJson(
                webhook.id(),
                webhook.projectId(),
                webhook.url(),
                webhook.events(),
                webhook.description(),
                webhook.enabled(),
                webhook.disabledReason(),
                webhook.disabledAt(),
                webhook.exhausted(),
                webhook.probeAt(),
                webhook.createdAt(),
                webhook.updatedAt(),
                secret);
    }
}
