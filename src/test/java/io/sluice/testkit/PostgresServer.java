package io.sluice.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL of our own: on loopback, with no password to know, gone when it is closed. */
public final class PostgresServer implements AutoCloseable {
    public static final String USER = "postgres";
    public static final String PASSWORD = "postgres";

    private final EmbeddedPostgres postgres;

    private PostgresServer(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** Starts an empty server for tests, with settings like {@code name=value}; its data goes when it is closed. */
    public static PostgresServer startEmpty(String... settings) {
        EmbeddedPostgres.Builder builder = durable().setPort(Ports.free());
        for (String setting : settings) {
            String[] nameAndValue = setting.split("=", 2);
            builder.setServerConfig(nameAndValue[0], nameAndValue[1]);
        }
        return start(builder.setServerConfig("timezone", "Pacific/Auckland"));
    }

    /** Starts the server whose data lives in {@code data} and stays there; stops one that a killed process left running. */
    public static PostgresServer startPersistent(Path data) {
        return startPersistent(data, Ports.free());
    }

    /** The same at a given port: how a test brings back a server that it killed. */
    public static PostgresServer startPersistent(Path data, int port) {
        stopLeftOver(data);
        return start(durable().setPort(port).setDataDirectory(data).setCleanDataDirectory(false));
    }

    /** The library trades durability for speed; what we promise to keep must really be on disk. */
    private static EmbeddedPostgres.Builder durable() {
        return EmbeddedPostgres.builder().setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on");
    }

    /** Ends the server whose data lives in {@code data} as a power cut would. */
    public static void kill(Path data) {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            // Its children too, after it: one that is still at work keeps the memory that the next server needs.
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(process), process.descendants()).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle each : all) {
                each.onExit().get(30, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new IllegalStateException("Cannot kill the PostgreSQL of " + data, e);
        }
    }

    private static PostgresServer start(EmbeddedPostgres.Builder builder) {
        try {
            return new PostgresServer(builder.setRegisterShutdownHook(false)
                    .setServerConfig("max_connections", "300")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stopLeftOver(Path data) {
        Path pidFile = data.resolve("postmaster.pid");
        try {
            List<String> lines = Files.exists(pidFile) ? Files.readAllLines(pidFile) : List.of();
            Optional<ProcessHandle> running = lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(PostgresServer::isPostgres);
            if (running.isPresent()) {
                // SIGTERM lets it write a clean end; its clients are gone, so it doesn't wait for any.
                running.get().destroy();
                running.get().onExit().get(30, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new IllegalStateException("Cannot stop the PostgreSQL that still uses " + data, e);
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.contains("postgres"))
                .isPresent();
    }

    public int port() {
        return postgres.getPort();
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** Creates a database of its own for one test class or server, marked as a test database. */
    public TestDatabase createDatabase() {
        String name = "t_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        execute("postgres", "create database " + name);
        execute("postgres", "alter database " + name + " set sluice.test_database = 'on'");
        return new TestDatabase(this, name);
    }

    /** A database that was created before a restart. */
    TestDatabase database(String name) {
        return new TestDatabase(this, name);
    }

    /** Removes a database and everybody who is connected to it. */
    public void dropDatabase(TestDatabase database) {
        execute("postgres", "drop database " + database.name() + " with (force)");
    }

    public void createDatabaseIfMissing(String name) {
        try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("select 1 from pg_database where datname = '" + name + "'")
                    .next()) {
                statement.execute("create database " + name);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(url(database), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
