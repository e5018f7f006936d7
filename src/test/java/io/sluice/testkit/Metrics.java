package io.sluice.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What {@code /metrics} of a node said at one moment. */
public final class Metrics {
    private static final String AGE = "sluice_queue_figures_age_seconds";

    private final List<String> lines;

    private Metrics(List<String> lines) {
        this.lines = lines;
    }

    public static Metrics now(Api operator) {
        return new Metrics(operator.get("/metrics?scope=application")
                .expect(200)
                .body()
                .lines()
                .toList());
    }

    /** Once all that happened before is counted: the reading under way may have missed it, the one after it has not. */
    public static Metrics settled(Api operator) {
        AtomicReference<Double> last = new AtomicReference<>(now(operator).sum(AGE));
        for (int reading = 0; reading < 2; reading++) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                double age = now(operator).sum(AGE);
                return age < last.getAndSet(age);
            });
        }
        return now(operator);
    }

    /** Of all series of the name that have these labels, given as names and values; 0 while there is none. */
    public double sum(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> hasAll(line, labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** How much that is more than it was. */
    public double since(Metrics before, String name, String... labels) {
        return sum(name, labels) - before.sum(name, labels);
    }

    private static boolean hasAll(String line, String... labels) {
        for (int i = 0; i + 1 < labels.length; i += 2) {
            if (!line.contains(labels[i] + "=\"" + labels[i + 1] + "\"")) {
                return false;
            }
        }
        return true;
    }
}
