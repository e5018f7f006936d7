package io.sluice.logging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ids that belong to whatever this thread is doing, added to every line it logs: request, job and project. */
public final class LogMembers {
    private static final ThreadLocal<Map<String, String>> CURRENT = ThreadLocal.withInitial(LinkedHashMap::new);

    private static volatile Consumer<Map<String, String>> forEachLine = members -> {};

    private LogMembers() {}

    /** Sets a member for this thread; null takes it away. Whoever sets one takes it away again. */
    public static void set(String key, @Nullable String value) {
        if (value == null) {
            CURRENT.get().remove(key);
        } else {
            CURRENT.get().put(key, value);
        }
    }

    /**
     * From now on {@code source} is asked, on the thread that logs, what else belongs to a line. It is called for every
     * line, so it must be quick, and there is one at most.
     */
    public static void addToEachLine(Consumer<Map<String, String>> source) {
        forEachLine = source;
    }

    /** A copy that may be added to. */
    static Map<String, String> current() {
        Map<String, String> members = new LinkedHashMap<>(CURRENT.get());
        forEachLine.accept(members);
        return members;
    }
}
