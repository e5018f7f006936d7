package io.sluice.events;

import java.time.Instant;
import java.util.UUID;

/** What the database said when an event was stored. */
record StoredEvent(UUID id, Instant occurredAt) {}
