package io.sluice.database;

import java.util.Set;
import org.hibernate.JDBCException;

/** Tells failures that only mean that transactions got in each other's way: the same one may succeed when run again. */
public final class Contention {
    private static final Set<String> SERIALIZATION_FAILURE_OR_DEADLOCK = Set.of("40001", "40P01");
    private static final Set<String> LOCK_NOT_AVAILABLE = Set.of("55P03");

    private Contention() {}

    /** Whether the database gave the transaction up in favour of another one. */
    public static boolean caused(Throwable failure) {
        return isOf(SERIALIZATION_FAILURE_OR_DEADLOCK, failure);
    }

    /** Whether the statement waited for a row as long as it may, because somebody keeps it locked. */
    public static boolean waitedTooLong(Throwable failure) {
        return isOf(LOCK_NOT_AVAILABLE, failure);
    }

    private static boolean isOf(Set<String> states, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JDBCException refused && states.contains(String.valueOf(refused.getSQLState()))) {
                return true;
            }
        }
        return false;
    }
}
