package io.sluice.events;

import java.util.List;

/** The kinds of event that one feature publishes: a CDI bean of the feature, found by the catalogue. */
public interface EventSource {
    List<EventType<?>> types();
}
