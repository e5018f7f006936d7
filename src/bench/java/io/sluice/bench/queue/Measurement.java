package io.sluice.bench.queue;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One run of one cell.
 *
 * @param clientSeconds processor time of the contestant's own processes
 * @param used what PostgreSQL used
 * @param note what else was found; empty: nothing
 */
record Measurement(
        String contestant,
        int jobs,
        double seconds,
        double clientSeconds,
        PostgresMeter.Reading used,
        String note) {

    static final String HEADER = """
            | Contestant | Jobs | Jobs/s (lowest–highest) | PostgreSQL µs/job | Client µs/job | WAL bytes/job | Commits/job | Beside it |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
            """;

    double rate() {
        return jobs / seconds;
    }

    /** A row of medians over the repetitions of one contestant. */
    static String row(List<Measurement> runs) {
        Measurement any = runs.get(0);
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %,.0f (%,.0f–%,.0f) | %.1f | %.1f | %.0f | %.3f | %s |%n",
                any.contestant,
                any.jobs,
                median(runs, Measurement::rate),
                runs.stream().mapToDouble(Measurement::rate).min().orElseThrow(),
                runs.stream().mapToDouble(Measurement::rate).max().orElseThrow(),
                median(runs, run -> run.used.postgresSeconds() / run.jobs * 1e6),
                median(runs, run -> run.clientSeconds / run.jobs * 1e6),
                median(runs, run -> (double) run.used.walBytes() / run.jobs),
                median(runs, run -> (double) run.used.commits() / run.jobs),
                runs.stream()
                        .sorted(Comparator.comparingDouble(Measurement::rate))
                        .toList()
                        .get(runs.size() / 2)
                        .note);
    }

    static double median(List<Measurement> runs, ToDoubleFunction<Measurement> of) {
        List<Measurement> sorted =
                runs.stream().sorted(Comparator.comparingDouble(of)).toList();
        return of.applyAsDouble(sorted.get(sorted.size() / 2));
    }
}
