package io.sluice.access;

import java.util.Set;

/** The roles of access tokens; the same words in tokens, annotations and the API. */
public final class Roles {
    /** May do everything. */
    public static final String OPERATOR = "operator";

    /** Reads everything. */
    public static final String VIEWER = "viewer";

    /** Tracks and checks usage: what a gateway or another service holds. May be restricted to some projects. */
    public static final String SERVICE = "service";

    /** Reads its own projects and manages what belongs to their owner. */
    public static final String OWNER = "owner";

    public static final Set<String> ALL = Set.of(OPERATOR, VIEWER, SERVICE, OWNER);

    private Roles() {}
}
