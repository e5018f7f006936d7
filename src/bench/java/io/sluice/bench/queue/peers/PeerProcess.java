package io.sluice.bench.queue.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sluice.bench.queue.handler.ExecutionLedger;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs one peer and does what the benchmark says line by line: {@code enqueue from to}, {@code start}, {@code stop}. */
public final class PeerProcess {
    private static final PrintStream ANSWERS = System.out;
    private static ExecutionLedger ledger;

    private PeerProcess() {}

    /** What the peers' jobs do; static because JobRunr calls it by name. */
    public static void execute(int job) {
        ledger.executed(job);
    }

    public static void main(String[] arguments) throws Exception {
        System.setOut(System.err);
        ledger = ExecutionLedger.open(Path.of(arguments[3]), Integer.parseInt(arguments[4]));
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[1]);
        config.setUsername("postgres");
        config.setPassword("postgres");
        config.setMaximumPoolSize(30);
        try (HikariDataSource dataSource = new HikariDataSource(config)) {
            Peer peer = peer(arguments[0], dataSource, Integer.parseInt(arguments[2]));
            ANSWERS.println("ready");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "enqueue" -> peer.enqueue(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                    case "start" -> peer.start();
                    default -> {
                        peer.stop();
                        return;
                    }
                }
                ANSWERS.println("ok");
            }
        }
    }

    private static Peer peer(String name, HikariDataSource dataSource, int threads) throws Exception {
        return switch (name) {
            case "db-scheduler" -> new DbSchedulerPeer(dataSource, threads);
            case "jobrunr" -> new JobRunrPeer(dataSource, threads);
            case "quartz" -> new QuartzPeer(dataSource, threads);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
