package io.sluice.database;

import java.sql.SQLException;

/** Tells a database that is away, or has no connection left for us, from a fault of ours. */
public final class Outage {
    private Outage() {}

    /** Whether the failure comes from a connection that could not be had or was lost. */
    public static boolean caused(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException failed && isAway(failed)) {
                return true;
            }
        }
        return false;
    }

    /** The SQL state's classes for lost connections, too many connections and shutdowns; the server's pool has none. */
    private static boolean isAway(SQLException failed) {
        String state = failed.getSQLState();
        return state == null
                ? String.valueOf(failed.getMessage()).startsWith("Error in allocating a connection")
                : state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
    }
}
