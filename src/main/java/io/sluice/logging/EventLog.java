package io.sluice.logging;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes one event as one line: a fixed text to search for, followed by {@code key=value} members. The members travel
 * with the record too, so that the server's JSON formatter prints each as a member of its own. Values must hold no
 * secret and no address of a person.
 */
public final class EventLog {
    private final Logger logger;

    private EventLog(Logger logger) {
        this.logger = logger;
    }

    /** The log of one class. */
    public static EventLog of(Class<?> owner) {
        return new EventLog(Logger.getLogger(owner.getName()));
    }

    /**
     * Logs at the level that operators see by default.
     *
     * @param keysAndValues alternating member names and values; a null value leaves the member out
     */
    public void info(String event, @Nullable Object... keysAndValues) {
        log(Level.INFO, event, null, keysAndValues);
    }

    /** Logs something an operator should look at, such as a job that was lost and rescued. */
    public void warning(String event, @Nullable Object... keysAndValues) {
        log(Level.WARNING, event, null, keysAndValues);
    }

    /** Logs a failure that is ours, with its stack trace. */
    public void error(String event, Throwable cause, @Nullable Object... keysAndValues) {
        log(Level.SEVERE, event, cause, keysAndValues);
    }

    private void log(Level level, String event, @Nullable Throwable cause, @Nullable Object... keysAndValues) {
        if (!logger.isLoggable(level)) {
            return;
        }
        Map<String, String> members = LogMembers.current();
        for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
            Object value = keysAndValues[i + 1];
            if (value != null) {
                members.put(String.valueOf(keysAndValues[i]), String.valueOf(value));
            }
        }
        StringBuilder line = new StringBuilder(event);
        members.forEach((key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
        LogRecord record = new LogRecord(level, line.toString());
        record.setLoggerName(logger.getName());
        record.setThrown(cause);
        record.setParameters(new Object[] {members});
        logger.log(record);
    }

    private static String quoted(String value) {
        String oneLine = value.replaceAll("\\p{Cntrl}+", " ");
        return oneLine.isEmpty() || oneLine.indexOf(' ') >= 0 ? '"' + oneLine.replace('"', '\'') + '"' : oneLine;
    }
}
