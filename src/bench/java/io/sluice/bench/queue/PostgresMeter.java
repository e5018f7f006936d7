package io.sluice.bench.queue;

import io.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads what work costs: processor time from {@code /proc}, write-ahead log and commits from PostgreSQL. */
final class PostgresMeter {
    private static final double SECONDS_PER_TICK = 1 / 100.0;

    private final TestDatabase database;
    private final long postmaster;

    PostgresMeter(TestDatabase database) {
        this.database = database;
        this.postmaster = database.count("select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::bigint");
    }

    /**
     * What has been used so far.
     *
     * @param postgresSeconds processor time of all of PostgreSQL's processes, gone ones included
     * @param walBytes written to the write-ahead log
     * @param commits of this database
     */
    record Reading(double postgresSeconds, long walBytes, long commits) {
        Reading plus(Reading more) {
            return new Reading(
                    postgresSeconds + more.postgresSeconds, walBytes + more.walBytes, commits + more.commits);
        }

        Reading minus(Reading before) {
            return new Reading(
                    postgresSeconds - before.postgresSeconds, walBytes - before.walBytes, commits - before.commits);
        }
    }

    Reading read() {
        return new Reading(
                postgresSeconds(),
                database.count("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"),
                database.count("select xact_commit from pg_stat_database where datname = current_database()"));
    }

    /** Processor time of a process and of its children that were waited for. */
    static double seconds(long pid) {
        List<String> fields = stat(pid);
        return fields.isEmpty()
                ? 0
                : (number(fields, 11) + number(fields, 12) + number(fields, 13) + number(fields, 14))
                        * SECONDS_PER_TICK;
    }

    private double postgresSeconds() {
        double sum = seconds(postmaster);
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path each : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                long pid = Long.parseLong(each.getFileName().toString());
                sum += parentOf(pid) == postmaster ? seconds(pid) : 0;
            }
            return sum;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long parentOf(long pid) {
        List<String> fields = stat(pid);
        return fields.isEmpty() ? -1 : (long) number(fields, 1);
    }

    /** The fields behind the name, which may hold anything; empty when the process is gone. */
    private static List<String> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return List.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static double number(List<String> fields, int index) {
        return Double.parseDouble(fields.get(index));
    }
}
