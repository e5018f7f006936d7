package io.sluice.testkit;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The packaged WAR with two jars in {@code WEB-INF/lib}, test handlers and the documentation's example, and one node of it
 * that all engine tests of a run share. Tests find their own jobs by id; those that kill or configure start their own node.
 */
public final class TestJobs {
    private static Path war;
    private static TestDatabase database;
    private static SluiceServer node;

    private TestJobs() {}

    /** The WAR with the test handlers, built once a run. */
    public static synchronized Path war() {
        if (war == null) {
            JavaArchive handlers = ShrinkWrap.create(JavaArchive.class, "test-jobs.jar")
                    .addPackage("io.sluice.testjobs")
                    .addAsManifestResource(new StringAsset(""), "beans.xml");
            File shipped = new File(System.getProperty("sluice.it.war", "target/sluice.war"));
            Path made = TestFolder.of("sluice-with-test-jobs.war");
            ShrinkWrap.create(ZipImporter.class, "sluice.war")
                    .importFrom(shipped)
                    .as(WebArchive.class)
                    .addAsLibraries(handlers, ExampleHandler.jar())
                    .as(ZipExporter.class)
                    .exportTo(made.toFile(), true);
            war = made;
        }
        return war;
    }

    /** An empty database with the tables of the ledger. */
    public static TestDatabase createDatabase() {
        return createDatabase(SharedServer.postgres());
    }

    static TestDatabase createDatabase(PostgresServer postgres) {
        TestDatabase made = postgres.createDatabase();
        addLedger(made);
        return made;
    }

    /** Beside our schema, which must be empty when the first migration runs. */
    private static void addLedger(TestDatabase database) {
        database.execute("create schema if not exists testing");
        database.execute("""
                create table if not exists testing.ledger (id bigserial, job_id uuid, attempt int, event text, node text,
                    at timestamptz default clock_timestamp())
                """);
        database.execute("create table if not exists testing.effects (job_id uuid)");
    }

    /** A node of its own for a test, not yet started. */
    public static SluiceServer.Builder node(TestDatabase database) {
        return SluiceServer.builder()
                .war(war())
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN);
    }

    /** The database of the shared node. */
    public static synchronized TestDatabase database() {
        if (database == null) {
            database = createDatabase();
        }
        return database;
    }

    /** The shared node, ready; gives up quickly on handlers that ignore their interrupt, and reads its figures often. */
    public static synchronized SluiceServer node() {
        if (node == null) {
            node = node(database())
                    .environment("SLUICE_JOBS_INTERRUPT_GRACE", "PT2S")
                    .environment("SLUICE_JOBS_CONCURRENCY", "10")
                    .environment("SLUICE_HEALTH_SILENCE_MAX", "PT10S")
                    .environment("SLUICE_HEALTH_REFRESH_INTERVAL", "PT1S")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(node::close));
            node.awaitReady(SharedServer.START_TIMEOUT);
        }
        return node;
    }

    /** Inserts a job by hand, wakes the nodes and returns the job's id. */
    public static UUID insert(TestDatabase database, String type, String payload) {
        return insert(database, type, payload, null);
    }

    /** The same with a limit of attempts; null: the type's. */
    public static UUID insert(TestDatabase database, String type, String payload, Integer maxAttempts) {
        UUID id = database.value(
                "insert into jobs (type, payload, max_attempts) values (?, cast(? as jsonb), cast(? as integer))"
                        + " returning id",
                type,
                payload,
                maxAttempts);
        wake(database);
        return id;
    }

    /** The same for a test that finds what it leaves by {@code mark}: the request of the job, and of those it enqueues. */
    public static UUID insertMarked(TestDatabase database, String mark, String type, String payload) {
        UUID id = database.value(
                "insert into jobs (type, payload, request_id) values (?, cast(? as jsonb), ?) returning id",
                type,
                payload,
                mark);
        wake(database);
        return id;
    }

    /** Says what a node says after it has enqueued something. */
    public static void wake(TestDatabase database) {
        database.query("select pg_notify('sluice_jobs', '')::text");
    }

    public static Map<String, Object> job(TestDatabase database, UUID id) {
        return database.query("select * from jobs where id = ?", id).get(0);
    }

    public static String status(TestDatabase database, UUID id) {
        return database.value("select status from jobs where id = ?", id);
    }

    /** What the handler wrote, oldest first. */
    public static List<Map<String, Object>> ledger(TestDatabase database, UUID id) {
        return database.query("select * from testing.ledger where job_id = ? order by id", id);
    }

    /** Outcomes of the ended attempts, oldest first. */
    public static List<Object> outcomes(TestDatabase database, UUID id) {
        return database.query("select outcome from job_attempts where job_id = ? order by fencing_token", id).stream()
                .map(row -> row.get("outcome"))
                .toList();
    }

    /**
     * A transaction on the shared node's database, to be rolled back, in which statements on jobs read live rows only:
     * index entries of what other tests deleted are read until they are cleared away.
     */
    public static Connection beginAmongLiveRows() throws SQLException {
        node();
        database().execute("vacuum jobs");
        Connection connection = database().connect();
        connection.setAutoCommit(false);
        return connection;
    }
}
