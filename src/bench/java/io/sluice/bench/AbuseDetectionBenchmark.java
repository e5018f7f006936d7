package io.sluice.bench;

import io.sluice.abuse.DetectorDatabase;
import io.sluice.abuse.LabelledTraffic;
import io.sluice.testkit.PostgresServer;
import java.util.List;
import java.util.Locale;

/**
 * How much abuse the detector catches and how many innocent projects it suspends, on labelled synthetic traffic. Every
 * rule enforces, with the thresholds it is shipped with; the hours of the evaluation go by one after the other, and what
 * suspends is suspended. Prints one table. Arguments: projects, evaluated hours, seed.
 */
public final class AbuseDetectionBenchmark {
    private static final int ABUSIVE_PER_MILLE = 40;
    private static final int WARM_UP_HOURS = 8 * 24;

    private AbuseDetectionBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int projects = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int hours = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 72;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        try (PostgresServer postgres = PostgresServer.startEmpty("shared_buffers=1GB", "max_wal_size=4GB")) {
            LabelledTraffic.Outcome outcome = new LabelledTraffic(
                            projects, ABUSIVE_PER_MILLE, WARM_UP_HOURS, hours, seed)
                    .run(DetectorDatabase.create(postgres));
            System.out.printf(
                    "%n%,d projects, %d hours after %d hours of history, seed %d%n%n", projects, hours, WARM_UP_HOURS, seed);
            System.out.println("| kind | projects | right | median hours to suspension |");
            System.out.println("| --- | --- | --- | --- |");
            outcome.scores()
                    .forEach((kind, score) -> System.out.printf(
                            Locale.ROOT,
                            "| %s%s | %d | %d | %s |%n",
                            kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            kind.abusive() ? " (abusive)" : "",
                            score.projects(),
                            score.right(),
                            score.hoursToSuspend().isEmpty() ? "" : median(score.hoursToSuspend())));
            System.out.printf(
                    Locale.ROOT,
                    "%nrecall %.2f %%, false suspensions %.3f %%, one detection of all projects: median %d ms, worst %d ms%n",
                    100 * outcome.recall(),
                    100 * outcome.falseSuspensions(),
                    outcome.millisPerRun().stream().sorted().toList().get(outcome.millisPerRun().size() / 2),
                    outcome.millisPerRun().stream().mapToLong(each -> each).max().orElseThrow());
        }
    }

    private static String median(List<Double> hours) {
        return String.format(
                Locale.ROOT, "%.1f", hours.stream().sorted().toList().get(hours.size() / 2));
    }
}
