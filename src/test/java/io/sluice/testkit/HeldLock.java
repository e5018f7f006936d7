package io.sluice.testkit;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** A lock in the shared node's database that a test holds until it is closed, so that calls meet where they need it. */
public final class HeldLock implements AutoCloseable {
    private final Connection holder;

    private HeldLock(Connection holder) {
        this.holder = holder;
    }

    /** Takes the lock by a statement whose transaction stays open. */
    public static HeldLock by(String sql, Object... parameters) throws SQLException {
        Connection connection = SharedServer.database().connect();
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
        return new HeldLock(connection);
    }

    /** Begins a call; returns once it waits for a lock, or was answered because it needs none. */
    public CompletableFuture<Answer> begin(Supplier<Answer> call) {
        long before = waiting();
        CompletableFuture<Answer> answer =
                CompletableFuture.supplyAsync(call, running -> new Thread(running, "held-call").start());
        await().atMost(Duration.ofSeconds(30)).until(() -> answer.isDone() || waiting() > before);
        return answer;
    }

    /** Goes on in the same transaction; returns once that waits for a lock, or is done because it needs none. */
    public CompletableFuture<Void> goOn(String sql) {
        long before = waiting();
        CompletableFuture<Void> done = CompletableFuture.runAsync(
                () -> {
                    try (Statement statement = holder.createStatement()) {
                        statement.execute(sql);
                    } catch (SQLException failed) {
                        throw new CompletionException(failed);
                    }
                },
                running -> new Thread(running, "holder").start());
        await().atMost(Duration.ofSeconds(30)).until(() -> done.isDone() || waiting() > before);
        return done;
    }

    private static long waiting() {
        return SharedServer.database().count("""
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                """);
    }

    /** Lets go, and takes back what the statement changed. */
    @Override
    public void close() throws SQLException {
        holder.close();
    }
}
