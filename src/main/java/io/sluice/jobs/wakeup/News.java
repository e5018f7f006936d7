package io.sluice.jobs.wakeup;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of which types there may be jobs that can begin. To look for one type costs a small part of what a look for all costs.
 *
 * @param all whether they may be of any type; then {@code types} is empty
 * @param types as handlers name them; those that this node doesn't know do no harm
 */
public record News(boolean all, Set<String> types) {
    public static final News NONE = new News(false, Set.of());
    public static final News ALL = new News(true, Set.of());

    /** Beyond so many a look for all types is hardly dearer. */
    private static final int MOST_TYPES = 16;

    private static final String SEPARATOR = ",";

    public News {
        types = Set.copyOf(types);
    }

    public static News of(Collection<String> types) {
        Set<String> distinct = new TreeSet<>(types);
        return distinct.size() > MOST_TYPES ? ALL : new News(false, distinct);
    }

    public News and(News other) {
        if (all || other.all) {
            return ALL;
        }
        if (types.containsAll(other.types)) {
            return this;
        }
        Set<String> both = new TreeSet<>(types);
        both.addAll(other.types);
        return of(both);
    }

    /** How it is said to other nodes; empty: all types, as older nodes say it and people do. */
    public String word() {
        return String.join(SEPARATOR, new TreeSet<>(types));
    }

    /** Understands what {@link #word} said. */
    public static News said(String word) {
        return word.isEmpty() ? ALL : of(List.of(word.split(SEPARATOR)));
    }
}
