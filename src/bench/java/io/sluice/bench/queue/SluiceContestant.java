package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.BenchNoopJob;
import io.sluice.testkit.Api;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Sluice itself: the packaged WAR with one handler more, on the real server, every guarantee on. */
final class SluiceContestant implements Contestant {
    private static final String TOKEN = "benchmark-operator-token-0123456789abcdef";
    private static final String TYPE = "bench_noop";

    private final int concurrency;
    private final TestDatabase database;
    private final SluiceServer node;
    private final Api api;

    SluiceContestant(int concurrency, TestDatabase database, Path ledger, int size) {
        this.concurrency = concurrency;
        this.database = database;
        node = SluiceServer.builder()
                .war(war())
                .database(database)
                // The clock that tests can move reads a table for each row.
                .environment("SLUICE_TEST_CLOCK", "false")
                .environment("SLUICE_BOOTSTRAP_TOKEN", TOKEN)
                .environment("SLUICE_JOBS_CONCURRENCY", String.valueOf(concurrency))
                .jvmOption("-Dbench.ledger=" + ledger)
                .jvmOption("-Dbench.jobs=" + size)
                .jvmOption("-Xmx1g")
                .jvmOption("-XX:TieredStopAtLevel=4")
                .start();
        node.awaitReady(Duration.ofMinutes(3));
        api = new Api(node.baseUri(), TOKEN);
        pause(true);
    }

    private static Path war() {
        JavaArchive handlers = ShrinkWrap.create(JavaArchive.class, "bench-jobs.jar")
                .addPackage(BenchNoopJob.class.getPackage())
                .addAsManifestResource(new StringAsset(""), "beans.xml");
        File made = new File("target/sluice-bench.war");
        ShrinkWrap.create(ZipImporter.class, "sluice.war")
                .importFrom(new File("target/sluice.war"))
                .as(WebArchive.class)
                .addAsLibrary(handlers)
                .as(ZipExporter.class)
                .exportTo(made, true);
        return made.toPath();
    }

    @Override
    public String name() {
        return "Sluice, " + concurrency + " slots";
    }

    @Override
    public void enqueue(int from, int to) {
        pause(true);
        insert(from, to);
    }

    /** Puts jobs in that start at once. */
    void add(int from, int to) {
        insert(from, to);
        database.query("select pg_notify('sluice_jobs', '')::text");
    }

    private void insert(int from, int to) {
        database.execute(
                """
                insert into jobs (type, payload)
                select ?, jsonb_build_object('n', n) from generate_series(?, ?) n
                """,
                TYPE,
                from,
                to - 1);
    }

    @Override
    public void start() {
        pause(false);
        database.query("select pg_notify('sluice_jobs', '')::text");
    }

    /** What it runs on, for cells that do more than drain. */
    TestDatabase database() {
        return database;
    }

    void pause(boolean paused) {
        pause(TYPE, paused);
    }

    void pause(String type, boolean paused) {
        api.put("/v1/job-types/" + type, "{\"paused\": " + paused + "}").expect(200);
    }

    @Override
    public long unfinished() {
        return database.count("select count(*) from jobs where status in ('pending', 'running')");
    }

    @Override
    public List<Long> pids() {
        return List.of(node.process().pid());
    }

    @Override
    public void close() {
        node.close();
    }
}
