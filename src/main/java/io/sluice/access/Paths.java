package io.sluice.access;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which paths need no token. Looks only at the path as it was sent, so that no spelling that the server would tidy up
 * later can stand for another path.
 */
final class Paths {
    private static final Set<String> OPEN = Set.of(
            "/",
            "/index.html",
            "/sluice.css",
            "/docs/api.md",
            "/docs/architecture.md",
            "/docs/configuration.md",
            "/docs/operations.md",
            "/errors",
            "/openapi",
            "/health",
            "/health/live",
            "/health/ready",
            "/health/started");
    private static final Pattern PLAIN =
            Pattern.compile("/|(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9_~.:@!$&'()*+,=-]*[A-Za-z0-9_~-])+/?");

    private Paths() {}

    /**
     * Whether every character stands for itself: no escapes, parameters, backslashes, empty or dotted segments. No id of
     * ours needs any of these.
     */
    static boolean isPlain(String rawPath) {
        return PLAIN.matcher(rawPath).matches();
    }

    /** Whether the path may be read without a token. */
    static boolean isOpen(String rawPath, boolean metricsOpen) {
        return OPEN.contains(rawPath) || (metricsOpen && rawPath.equals("/metrics"));
    }

    /** Whether the path ends with a permission of its own, which is proved where it is served. */
    static boolean isLink(String rawPath) {
        return rawPath.startsWith("/unsubscribe/");
    }

    /** Whether the path is served by the REST application, which checks roles itself. */
    static boolean isRest(String rawPath) {
        return rawPath.startsWith("/v1/");
    }
}
