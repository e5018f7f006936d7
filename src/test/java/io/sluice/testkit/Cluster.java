package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A PostgreSQL that can be killed, and nodes on it, each behind a proxy of its own, that can be killed too. */
public final class Cluster implements AutoCloseable {
    private final Path data;
    private final Path executions;
    private final UnaryOperator<SluiceServer.Builder> configuration;
    private final List<Member> members = new ArrayList<>();
    private PostgresServer postgres;
    private TestDatabase database;

    /** A node and the way by which it reaches the database. */
    public record Member(SluiceServer server, StallingProxy proxy, Path war) {
        public boolean lives() {
            return server.process().isAlive();
        }

        /** How its attempts name it, up to the host. */
        public String worker() {
            return server.process().pid() + "@";
        }

        /** The process stands still, and doesn't know it. */
        public void pause() {
            signal("STOP");
        }

        public void resume() {
            signal("CONT");
        }

        private void signal(String name) {
            try {
                int exit = new ProcessBuilder(
                                "kill",
                                "-" + name,
                                String.valueOf(server.process().pid()))
                        .start()
                        .waitFor();
                assertThat(exit).isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private void close() {
            server.close();
            proxy.close();
        }
    }

    /**
     * An empty cluster.
     *
     * @param folder where its database and the list of executions live
     * @param configuration what every node is given
     */
    public Cluster(Path folder, UnaryOperator<SluiceServer.Builder> configuration) {
        this.data = folder.resolve("data");
        this.executions = folder.resolve("executions");
        this.configuration = configuration;
        this.postgres = PostgresServer.startPersistent(data);
        this.database = TestJobs.createDatabase(postgres);
    }

    public TestDatabase database() {
        return database;
    }

    /** What handlers that keep no faith in the database wrote. */
    public List<String> executions() {
        try {
            return Files.exists(executions) ? Files.readAllLines(executions) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that live and know the test handlers, at least so many; starts what is missing. */
    public List<Member> nodes(int atLeast) {
        List<Member> started = new ArrayList<>();
        while (living().size() < atLeast) {
            started.add(start(TestJobs.war()));
        }
        Duration longest = SharedServer.START_TIMEOUT.multipliedBy(started.size());
        started.forEach(member -> member.server().awaitReady(longest));
        return living();
    }

    /** Starts one more node, of any WAR. */
    public Member start(Path war) {
        StallingProxy proxy = StallingProxy.to(postgres.port());
        String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name();
        SluiceServer server = configuration
                .apply(TestJobs.node(database)
                        .war(war)
                        .database(url, PostgresServer.USER, PostgresServer.PASSWORD)
                        .environment("TEST_EXECUTIONS", executions.toString()))
                .start();
        Member member = new Member(server, proxy, war);
        members.add(member);
        return member;
    }

    private List<Member> living() {
        return members.stream()
                .filter(member -> member.lives() && member.war().equals(TestJobs.war()))
                .toList();
    }

    /** Cuts every connection, as an operator or a failing pooler does. */
    public void cutConnections() {
        database.query("""
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                """);
    }

    /** A power cut of the database, and its way back. */
    public void restartDatabase() {
        int port = postgres.port();
        PostgresServer.kill(data);
        postgres.close();
        postgres = PostgresServer.startPersistent(data, port);
        database = postgres.database(database.name());
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        postgres.close();
    }
}
