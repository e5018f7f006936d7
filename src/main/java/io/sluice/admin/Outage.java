package io.sluice.admin;

/** Tells a database that is away from a fault of ours. */
final class Outage {
    private Outage() {}

    /** Whether the failure comes from a connection that cannot be had or was lost (SQL state class 08, 53 or 57). */
    static boolean caused(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getName();
            if (name.equals("org.hibernate.exception.JDBCConnectionException")
                    || name.endsWith(".PoolingException")
                    || name.endsWith(".ResourceAllocationException")) {
                return true;
            }
        }
        return false;
    }
}
