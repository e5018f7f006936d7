package io.sluice.admin.events;

import io.sluice.InvalidInputException;
import io.sluice.events.Event;
import io.sluice.json.Ids;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events one stream carries.
 *
 * @param patterns names of events, or their beginnings such as {@code key.*}; empty: all
 * @param projects the only projects whose events exist for the caller, nothing else existing for it; empty: everything
 * @param project the one project that is wanted; null: whatever the caller may see
 * @param jobs whose changes it carries too, beside events
 */
record StreamFilter(
        Set<String> patterns,
        Optional<List<String>> projects,
        @Nullable String project,
        Set<UUID> jobs) {
    /** Patterns of a stream that carries no events. */
    static final Set<String> NO_EVENTS = Set.of("");

    private static final int MOST_TYPES = 50;
    private static final int MOST_JOBS = 50;

    /** What events are about, in a word. */
    private static final Map<String, List<String>> KINDS = Map.of(
            "job", List.of("job.*"),
            "schedule", List.of("schedule.*"),
            "suspension", List.of("project.suspended", "project.resumed"),
            "warning", List.of("quota.*"));

    /**
     * Reads the {@code types} of a request: names, beginnings and words of {@link #KINDS}, separated by commas.
     *
     * @param known the names of all events
     */
    static Set<String> patterns(@Nullable String types, List<String> known) {
        if (types == null) {
            return Set.of();
        }
        Set<String> patterns = new HashSet<>();
        for (String type : types.split(",", MOST_TYPES + 1)) {
            List<String> words = KINDS.getOrDefault(type, List.of(type));
            boolean exists = words.stream()
                    .allMatch(word ->
                            known.contains(word) || known.stream().anyMatch(name -> word.equals(beginning(name))));
            if (!exists || patterns.size() >= MOST_TYPES) {
                throw new InvalidInputException(
                        "types",
                        "must be job, schedule, suspension, warning, names of GET /v1/event-types or their"
                                + " beginnings such as key.*, separated by commas, at most 50.");
            }
            patterns.addAll(words);
        }
        return Set.copyOf(patterns);
    }

    /** Reads the {@code jobs} of a request: ids, separated by commas. */
    static Set<UUID> jobs(@Nullable String ids) {
        if (ids == null) {
            return Set.of();
        }
        Set<UUID> jobs = new HashSet<>();
        for (String id : ids.split(",", MOST_JOBS + 1)) {
            jobs.add(Ids.parse(id)
                    .filter(job -> jobs.size() < MOST_JOBS)
                    .orElseThrow(() -> new InvalidInputException(
                            "jobs", "must be the ids of up to 50 jobs, separated by commas.")));
        }
        return Set.copyOf(jobs);
    }

    boolean lets(Event event) {
        String of = event.projectId();
        boolean seen = projects.isEmpty() || (of != null && projects.get().contains(of));
        boolean wanted = project == null || project.equals(of);
        return seen && wanted && isOfType(event.type());
    }

    private boolean isOfType(String type) {
        return patterns.isEmpty() || patterns.contains(type) || patterns.contains(beginning(type));
    }

    private static String beginning(String type) {
        return type.substring(0, type.indexOf('.') + 1) + "*";
    }
}
