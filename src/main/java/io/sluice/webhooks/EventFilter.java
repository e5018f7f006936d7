package io.sluice.webhooks;

import io.sluice.InvalidInputException;
import io.sluice.events.EventType;
import io.sluice.events.Events;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which kinds of event a webhook hears of: exact names, {@code *} for all, and {@code quota.*} for all whose name begins
 * with {@code quota.}.
 */
@ApplicationScoped
public class EventFilter {
    private static final int MOST = 50;

    @Inject
    Events events;

    /**
     * Makes sure that each pattern fits a kind of event that exists.
     *
     * @throws InvalidInputException naming the pattern that doesn't
     */
    void check(List<String> patterns) {
        if (patterns.isEmpty() || patterns.size() > MOST) {
            throw new InvalidInputException("events", "must name 1 to " + MOST + " kinds of event.");
        }
        if (new LinkedHashSet<>(patterns).size() < patterns.size()) {
            throw new InvalidInputException("events", "must not name a kind of event twice.");
        }
        List<String> types = events.types().stream().map(EventType::name).toList();
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            if (types.stream().noneMatch(type -> patternsOf(type).contains(pattern))) {
                throw new InvalidInputException(
                        "events[" + i + "]",
                        "must be *, a kind of event of GET /v1/event-types, or the beginning of one such as quota.*.");
            }
        }
    }

    /** Every pattern that fits this kind of event: {@code a.b.c} is heard of under {@code *, a.*, a.b.*, a.b.c}. */
    public static List<String> patternsOf(String type) {
        List<String> patterns = new ArrayList<>(List.of("*", type));
        for (int dot = type.indexOf('.'); dot > 0; dot = type.indexOf('.', dot + 1)) {
            patterns.add(type.substring(0, dot) + ".*");
        }
        return patterns;
    }
}
