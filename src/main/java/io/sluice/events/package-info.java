/**
 * What happened, said once by the feature that made it happen, in the transaction that made it happen. Knows neither who
 * publishes nor who listens: publishers declare their event types, listeners observe {@link
 * io.sluice.events.EventsPublished}.
 */
@MayUse({"audit", "json", "retention", "startup"})
@NullMarked
package io.sluice.events;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
