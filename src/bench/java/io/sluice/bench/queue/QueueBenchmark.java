package io.sluice.bench.queue;

import io.sluice.bench.queue.handler.ExecutionLedger;
import io.sluice.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sluice's queue against its peers, each at its best settings, on a private PostgreSQL with fixed settings (fsync and
 * synchronous_commit on). Repetitions are interleaved; every cell checks that each job was executed exactly once.
 * Arguments: repetitions, measured jobs of the fast contestants, and names of cells (none: all but the soak, which is
 * {@code soak-30} for 30 minutes).
 */
public final class QueueBenchmark {
    private static final String[] SETTINGS = {
        "shared_buffers=1GB", "max_wal_size=4GB", "checkpoint_timeout=15min", "autovacuum_naptime=10s"
    };

    private static final String SOAK = "soak-";
    private static final int BACKLOG_TAKEN = 30_000;

    private QueueBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int repetitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int jobs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200_000;
        List<String> wanted = arguments.length > 2 ? List.of(arguments).subList(2, arguments.length) : List.of();
        Map<String, Cell> cells = new LinkedHashMap<>(cells(jobs));
        wanted.stream()
                .filter(name -> name.startsWith(SOAK))
                .forEach(name -> cells.put(name, new SoakCell(Integer.parseInt(name.substring(SOAK.length())), 500)));
        cells.keySet().removeIf(name -> !wanted.isEmpty() && !wanted.contains(name));
        Map<String, List<Measurement>> results = new LinkedHashMap<>();
        try (PostgresServer postgres = PostgresServer.startEmpty(SETTINGS)) {
            for (int i = 0; i < repetitions; i++) {
                for (Map.Entry<String, Cell> cell : cells.entrySet()) {
                    Measurement run = cell.getValue().run(postgres);
                    System.out.printf("%d %s: %,.0f jobs/s%n", i + 1, run.contestant(), run.rate());
                    results.computeIfAbsent(cell.getKey(), name -> new ArrayList<>())
                            .add(run);
                }
            }
        }
        System.out.println("\n" + Measurement.HEADER
                + String.join("", results.values().stream().map(Measurement::row).toList()));
    }

    /**
     * As many jobs to warm up as are measured: a virtual machine compiles for a long time. The slow peers get fewer, so that a
     * run ends: their rate doesn't depend on the number.
     */
    private static Map<String, Cell> cells(int jobs) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put(
                "bare",
                new DrainCell(
                        (database, ledger, size) ->
                                new BareContestant(2, 1000, database, ExecutionLedger.open(ledger, size)),
                        jobs,
                        0));
        cells.put("sluice", sluice(500, jobs));
        cells.put("sluice-50", sluice(50, jobs));
        cells.put("held", new DrainCell(entrant(500), jobs, jobs, 0, true));
        cells.put("backlog-small", new DrainCell(entrant(500), BACKLOG_TAKEN, BACKLOG_TAKEN, 1_000, false));
        cells.put("backlog-large", new DrainCell(entrant(500), BACKLOG_TAKEN, BACKLOG_TAKEN, 5_000_000, false));
        cells.put("enqueue", new EnqueueCell(List.of("bare", "bare-jpa"), 16, jobs / 50, 1));
        cells.put("enqueue-1000", new EnqueueCell(List.of(), 2, Math.max(jobs / 1_000, 1), 1_000));
        cells.put("latency-bare", new BarePickUpCell(2_000, 10_000));
        cells.put("latency", new LatencyCell(2_000, 10_000, 60));
        cells.put("db-scheduler", jvm("db-scheduler", "select count(*) from scheduled_tasks", jobs / 4));
        cells.put("jobrunr", jvm("jobrunr", "select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'", jobs / 20));
        cells.put("quartz", jvm("quartz", "select count(*) from qrtz_triggers", jobs / 50));
        String graphile = "select count(*) from graphile_worker._private_jobs";
        cells.put("graphile-batched", node("graphile-worker", "batched", graphile, jobs));
        cells.put("graphile-default", node("graphile-worker", "default", graphile, jobs / 10));
        cells.put(
                "pg-boss",
                node("pg-boss", "500", "select count(*) from pgboss.job where state in ('created', 'active')", jobs / 4));
        return cells;
    }

    private static DrainCell sluice(int concurrency, int jobs) {
        return new DrainCell(entrant(concurrency), jobs, jobs);
    }

    private static DrainCell.Entrant entrant(int concurrency) {
        return (database, ledger, size) -> new SluiceContestant(concurrency, database, ledger, size);
    }

    private static DrainCell jvm(String peer, String unfinished, int jobs) {
        return new DrainCell(
                (database, ledger, size) -> ChildContestant.jvm(peer, 20, unfinished, database, ledger, size),
                jobs,
                jobs);
    }

    private static DrainCell node(String peer, String mode, String unfinished, int jobs) {
        return new DrainCell(
                (database, ledger, size) -> ChildContestant.node(peer, mode, unfinished, database, ledger, size),
                jobs,
                jobs);
    }
}
