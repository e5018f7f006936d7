package io.sluice.database;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Hears what PostgreSQL's NOTIFY says on a channel. */
@ApplicationScoped
public class Notifications {
    private static final int WAIT_MS = 1_000;
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);
    private static final int CHECK_LIMIT_MS = 3_000;

    @Resource(lookup = "jdbc/sluice")
    DataSource dataSource;

    /**
     * Listens on this thread, with a connection of its own, for as long as {@code goOn} says. Checks the connection
     * when nothing has been heard for a few seconds, so that one that died silently is noticed.
     *
     * @param channel a plain identifier of ours
     * @param received called with the payload of each notification, and once with an empty one when listening begins:
     *     what was said before that was not heard
     * @throws IllegalStateException if the connection is lost; call again to go on
     */
    public void listen(String channel, BooleanSupplier goOn, Consumer<String> received) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, CHECK_LIMIT_MS);
            statement.execute("listen " + channel);
            try {
                received.accept("");
                hear(connection.unwrap(PGConnection.class), statement, goOn, received);
            } finally {
                statement.execute("unlisten *");
                // The pool hands it on as it is: without a limit its next user could wait for ever.
                connection.setNetworkTimeout(Runnable::run, before);
            }
        } catch (SQLException lost) {
            throw new IllegalStateException("The connection that listens on " + channel + " was lost.", lost);
        }
    }

    private static void hear(
            PGConnection connection, Statement statement, BooleanSupplier goOn, Consumer<String> received)
            throws SQLException {
        long checked = System.nanoTime();
        while (goOn.getAsBoolean()) {
            PGNotification[] notifications = connection.getNotifications(WAIT_MS);
            for (PGNotification notification : notifications) {
                received.accept(notification.getParameter());
            }
            if (notifications.length > 0) {
                checked = System.nanoTime();
            }
            if (System.nanoTime() - checked > CHECK_EVERY.toNanos()) {
                statement.execute("select 1");
                checked = System.nanoTime();
            }
        }
    }
}
