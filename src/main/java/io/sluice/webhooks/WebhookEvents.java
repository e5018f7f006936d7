package io.sluice.webhooks;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** The events that webhooks themselves cause. */
@ApplicationScoped
public class WebhookEvents implements EventSource {
    /** A receiver failed too often, or said that it is gone. */
    public static final EventType<Disabled> DISABLED = new EventType<>(
            "webhook.disabled",
            "A webhook was disabled because five deliveries in a row were given up, or its receiver answered 410.",
            Disabled.class,
            new Disabled(UUID.fromString("01a20a2a-3c1f-7a55-9d40-0f6b1c9a7e21"), "exhausted", 5));

    /** The type of what a test sends; no event of the catalogue, because nothing has happened. */
    public static final String TEST = "webhook.test";

    @Override
    public List<EventType<?>> types() {
        return List.of(DISABLED);
    }

    /**
     * What a disabled webhook's event tells.
     *
     * @param reason {@code exhausted} or {@code gone}
     * @param consecutiveFailures deliveries in a row that were given up
     */
    public record Disabled(UUID webhookId, String reason, int consecutiveFailures) {}
}
