package io.sluice.admin.webhooks;

import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.webhooks.Delivery;
import io.sluice.webhooks.Webhook;
import io.sluice.webhooks.Webhooks;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds webhooks for the present caller: another tenant's, and the installation's, do not exist for an owner. */
@RequestScoped
class VisibleWebhooks {
    @Inject
    Webhooks webhooks;

    @Inject
    Caller caller;

    /** One webhook, if it exists for the caller. */
    Webhook get(UUID id) {
        Webhook webhook = webhooks.get(id);
        if (!sees(webhook.projectId())) {
            throw new NotFoundException("webhook", id.toString());
        }
        return webhook;
    }

    /** Lets a caller past for whom the delivery exists. */
    Delivery require(Delivery delivery) {
        if (!sees(webhooks.get(delivery.webhookId()).projectId())) {
            throw new NotFoundException("delivery", delivery.id().toString());
        }
        return delivery;
    }

    private boolean sees(@Nullable String projectId) {
        return projectId == null ? caller.projects().isEmpty() : caller.sees(projectId);
    }
}
