package io.sluice.jobs.worker;

import io.sluice.jobs.queue.Claimable;
import java.util.List;
import java.util.Set;

/**
 * What this node may begin.
 *
 * @param slots free ones of those that types share
 */
record Room(int slots, List<Claimable> types) {
    Room only(Set<String> some) {
        return new Room(
                slots, types.stream().filter(type -> some.contains(type.type())).toList());
    }

    boolean any() {
        return slots > 0 || types.stream().anyMatch(type -> type.own() && type.running() < type.concurrency());
    }
}
