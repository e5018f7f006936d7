package io.sluice.projects;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which projects to list; null leaves a condition out.
 *
 * @param text part of the id or the name, in any case
 * @param ids only these projects exist for the caller
 */
public record ProjectQuery(
        @Nullable ProjectStatus status,
        @Nullable String text,
        @Nullable List<String> ids) {}
