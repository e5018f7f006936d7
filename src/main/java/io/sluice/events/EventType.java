package io.sluice.events;

import org.jspecify.annotations.Nullable;

/**
 * A kind of event, declared once, as a constant of the feature that publishes it.
 *
 * @param name dotted and in the past tense, such as {@code quota.exceeded}; never changes
 * @param description one sentence for the catalogue
 * @param data what an event of this kind carries: ids, quantities and times; never an address, a person's name or a secret
 * @param example an instance for the catalogue
 */
public record EventType<D extends Record>(String name, String description, Class<D> data, D example) {
    /**
     * An event of this kind, ready to be published.
     *
     * @param projectId whose event it is; null: it concerns the whole installation
     */
    public NewEvent of(@Nullable String projectId, D happened) {
        return new NewEvent(this, projectId, happened);
    }
}
