package io.sluice.keys.checks;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts in memory how often keys were shown and refused, until that is written down for all of them at once. */
@ApplicationScoped
class KeyUses {
    private final ConcurrentMap<UUID, Uses> uses = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> refused = new ConcurrentHashMap<>();

    /** The uses of one key since they were last taken. */
    record Uses(UUID keyId, long success, long error) {
        Uses plus(Uses other) {
            return new Uses(keyId, success + other.success, error + other.error);
        }
    }

    /**
     * What was counted since it was last taken.
     *
     * @param refused attempts with keys that do not work, by project
     */
    record Taken(List<Uses> uses, Map<String, Long> refused) {
        boolean isEmpty() {
            return uses.isEmpty() && refused.isEmpty();
        }
    }

    void add(UUID keyId, boolean success) {
        uses.merge(keyId, new Uses(keyId, success ? 1 : 0, success ? 0 : 1), Uses::plus);
    }

    /** Counts one attempt with a key that does not work. */
    void refuse(String projectId) {
        refused.merge(projectId, 1L, Long::sum);
    }

    /** Takes out what was counted; each use is taken once. */
    Taken take() {
        List<Uses> takenUses = new ArrayList<>();
        for (UUID keyId : uses.keySet()) {
            Uses counted = uses.remove(keyId);
            if (counted != null) {
                takenUses.add(counted);
            }
        }
        Map<String, Long> takenRefused = new HashMap<>();
        for (String projectId : refused.keySet()) {
            Long counted = refused.remove(projectId);
            if (counted != null) {
                takenRefused.put(projectId, counted);
            }
        }
        return new Taken(takenUses, takenRefused);
    }

    /** Adds what was taken and could not be written. */
    void putBack(Taken taken) {
        taken.uses().forEach(each -> uses.merge(each.keyId(), each, Uses::plus));
        taken.refused().forEach((projectId, attempts) -> refused.merge(projectId, attempts, Long::sum));
    }
}
