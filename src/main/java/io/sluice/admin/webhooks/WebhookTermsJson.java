package io.sluice.admin.webhooks;

import io.sluice.webhooks.WebhookTerms;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body that makes or replaces a webhook. */
public record WebhookTermsJson(
        @NotNull(message = "is required: a URL such as https://hooks.example.org/path.")
        String url,

        @NotEmpty(message = "is required: kinds of event such as quota.exceeded, quota.* or *.")
        List<@NotNull(message = "must not be null.") String> events,

        @Nullable String description,
        @Nullable Boolean enabled) {
    WebhookTerms toTerms() {
        return new WebhookTerms(url, events, description, enabled);
    }
}
