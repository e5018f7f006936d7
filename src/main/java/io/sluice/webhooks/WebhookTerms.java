package io.sluice.webhooks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person says about a webhook.
 *
 * @param events 1 to 50 names of kinds of event, {@code quota.*} or {@code *}
 * @param description at most 500 characters
 * @param enabled null: true
 */
public record WebhookTerms(
        String url,
        List<String> events,
        @Nullable String description,
        @Nullable Boolean enabled) {
    public WebhookTerms {
        events = List.copyOf(events);
    }

    boolean isEnabled() {
        return !Boolean.FALSE.equals(enabled);
    }
}
