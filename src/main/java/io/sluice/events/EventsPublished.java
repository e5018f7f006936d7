package io.sluice.events;

import java.util.List;

/**
 * Events were published. Fired in the publishing transaction, on its thread, before its end: who observes it writes the
 * jobs that tell others in the same transaction, so that a rollback tells nobody.
 *
 * @param events in the order in which they were published; never empty
 */
public record EventsPublished(List<Event> events) {}
