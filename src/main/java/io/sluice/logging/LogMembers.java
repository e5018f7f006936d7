package io.sluice.logging;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids that belong to whatever this thread is doing, added to every line it logs: request, job and project. */
public final class LogMembers {
    private static final ThreadLocal<Map<String, String>> CURRENT = ThreadLocal.withInitial(LinkedHashMap::new);

    private LogMembers() {}

    /** Sets a member for this thread; null takes it away. Whoever sets one takes it away again. */
    public static void set(String key, @Nullable String value) {
        if (value == null) {
            CURRENT.get().remove(key);
        } else {
            CURRENT.get().put(key, value);
        }
    }

    static Map<String, String> current() {
        return CURRENT.get();
    }
}
