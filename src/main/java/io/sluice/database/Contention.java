package io.sluice.database;

import java.util.Set;
import org.hibernate.JDBCException;

/** Tells failures that only mean that transactions got in each other's way: the same one may succeed when run again. */
public final class Contention {
    private static final Set<String> SERIALIZATION_FAILURE_OR_DEADLOCK = Set.of("40001", "40P01");

    private Contention() {}

    /** Whether the database gave the transaction up in favour of another one. */
    public static boolean caused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JDBCException refused
                    && SERIALIZATION_FAILURE_OR_DEADLOCK.contains(String.valueOf(refused.getSQLState()))) {
                return true;
            }
        }
        return false;
    }
}
