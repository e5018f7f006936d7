package io.sluice.testkit;

import java.time.Duration;
import java.util.List;

/**
 * One PostgreSQL and one node of the packaged WAR for all black-box tests of a run, started at the first use and stopped
 * with the JVM. Tests share them, so each uses projects and tokens of its own. A test that kills, restarts or configures
 * starts its own node.
 */
public final class SharedServer {
    public static final String BOOTSTRAP_TOKEN = "bootstrap-token-for-tests-0123456789";
    public static final Duration START_TIMEOUT = Duration.ofSeconds(180);

    /** Who is told of what concerns the installation. */
    public static final List<String> OPERATORS = List.of("first@operators.example", "second@operators.example");

    /** What stands before the paths in links; nobody listens there. */
    public static final String PUBLIC_URL = "https://sluice.example";

    private static PostgresServer postgres;
    private static TestDatabase database;
    private static SluiceServer node;

    private SharedServer() {}

    /** The PostgreSQL of this run; make a database of your own in it. */
    public static synchronized PostgresServer postgres() {
        if (postgres == null) {
            // No test cuts the power of this machine, and what a killed process has written stays without it: commits
            // needn't wait for the disk.
            postgres = PostgresServer.startEmpty("fsync=off");
            Runtime.getRuntime().addShutdownHook(new Thread(SharedServer::stop));
        }
        return postgres;
    }

    /** The database of the shared node. */
    public static synchronized TestDatabase database() {
        if (database == null) {
            database = postgres().createDatabase();
        }
        return database;
    }

    /** The shared node, ready. */
    public static synchronized SluiceServer node() {
        if (node == null) {
            node = SluiceServer.builder()
                    .database(database())
                    .environment("SLUICE_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN)
                    .environment("SLUICE_WEBHOOKS_ALLOW", "127.0.0.1")
                    .environment("SLUICE_MAIL_HOST", "127.0.0.1")
                    .environment("SLUICE_MAIL_PORT", String.valueOf(MailBox.port()))
                    .environment("SLUICE_MAIL_TLS", "none")
                    .environment("SLUICE_MAIL_FROM", "Sluice <sluice@sluice.example>")
                    .environment("SLUICE_MAIL_OPERATORS", String.join(", ", OPERATORS))
                    .environment("SLUICE_NOTIFICATIONS_GATHERING", "PT1S")
                    .environment("SLUICE_PUBLIC_URL", PUBLIC_URL)
                    .environment("SLUICE_EVENTS_STREAMS", "20")
                    .environment("SLUICE_EVENTS_HEARTBEAT", "PT1S")
                    .start();
            node.awaitReady(START_TIMEOUT);
        }
        return node;
    }

    /** Speaks to the shared node as an operator. */
    public static Api operator() {
        return new Api(node().baseUri(), BOOTSTRAP_TOKEN);
    }

    private static synchronized void stop() {
        if (node != null) {
            node.close();
        }
        postgres.close();
    }
}
