package io.sluice.abuse;

import io.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/**
 * Labelled synthetic traffic, made from a seed, and a trial of the detector on it: the hours of the evaluation go by one
 * after the other, as the hourly detection sees them, and what suspends is suspended.
 */
public final class LabelledTraffic {
    private static final int MOST_AT_ONCE = 5_000;

    private final Map<String, TrafficOfProject> projects = new LinkedHashMap<>();
    private final int warmUpHours;
    private final int hours;

    /**
     * How a kind fared.
     *
     * @param right suspended while it was abusive, or rightly left alone
     * @param hoursToSuspend from the beginning of the abuse, over those that were suspended
     */
    public record Score(int projects, int right, List<Double> hoursToSuspend) {}

    /** How the whole trial went. */
    public record Outcome(Map<TrafficKind, Score> scores, List<Long> millisPerRun) {
        public double recall() {
            return share(true);
        }

        /** Projects that did nothing wrong and were suspended, or were before they did, as a share of all such. */
        public double falseSuspensions() {
            return 1 - share(false);
        }

        private double share(boolean abusive) {
            int all = 0;
            int right = 0;
            for (Map.Entry<TrafficKind, Score> each : scores.entrySet()) {
                if (each.getKey().abusive() == abusive) {
                    all += each.getValue().projects();
                    right += each.getValue().right();
                }
            }
            return (double) right / all;
        }
    }

    /**
     * Makes the traffic.
     *
     * @param abusivePerMille how many of a thousand projects are abusive
     * @param warmUpHours a multiple of 24, at least eight days: the history before the evaluation
     */
    public LabelledTraffic(int count, int abusivePerMille, int warmUpHours, int evaluationHours, long seed) {
        this.warmUpHours = warmUpHours;
        hours = warmUpHours + evaluationHours;
        Random random = new Random(seed);
        int abusive = count * abusivePerMille / 1000;
        for (int i = 0; i < count; i++) {
            TrafficKind kind = kind(i < abusive, random);
            projects.put(
                    "p%06d".formatted(i),
                    new TrafficOfProject(kind, hours * 4, warmUpHours * 4, new Random(random.nextLong())));
        }
    }

    private static TrafficKind kind(boolean abusive, Random random) {
        int left = random.nextInt(1000);
        for (TrafficKind kind : TrafficKind.values()) {
            if (kind.abusive() == abusive && (left -= kind.perMille()) < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("The shares do not add up to a thousand.");
    }

    /** Writes the traffic into the database, whose rules all enforce from now on, and runs the trial. */
    public Outcome run(TestDatabase database) {
        Instant end = Instant.ofEpochSecond(
                database.<Number>value("select cast(extract(epoch from date_trunc('hour', now(), 'UTC')) as bigint)")
                        .longValue());
        Instant beginning = end.minus(Duration.ofHours(hours));
        load(database, beginning);
        Map<String, Integer> suspendedAt = new TreeMap<>();
        List<Long> millis = new ArrayList<>();
        for (int hour = warmUpHours; hour < hours; hour++) {
            long started = System.nanoTime();
            detect(database, beginning.plus(Duration.ofHours(hour + 1)).plusSeconds(300), (hour + 1) * 4, suspendedAt);
            millis.add(Duration.ofNanos(System.nanoTime() - started).toMillis());
        }
        return new Outcome(score(suspendedAt), millis);
    }

    private static void detect(TestDatabase database, Instant at, int quarter, Map<String, Integer> suspendedAt) {
        String after = "";
        while (true) {
            List<String> page = database
                    .query(
                            "select id from projects where status = 'active' and id > ? order by id limit "
                                    + MOST_AT_ONCE,
                            after)
                    .stream()
                    .map(row -> String.valueOf(row.get("id")))
                    .toList();
            if (page.isEmpty()) {
                return;
            }
            after = page.get(page.size() - 1);
            String ids = "{" + String.join(",", page) + "}";
            database.query("select sluice_abuse_learn(?::text[], ?::timestamptz)", ids, at.toString());
            database.query("""
                            with found as (
                                select distinct project_id
                                from sluice_abuse_findings(?::text[], ?::timestamptz, '{prod}')
                                where suspends)
                            update projects set status = 'suspended' from found where id = project_id returning id
                            """, ids, at.toString())
                    .forEach(row -> suspendedAt.put(String.valueOf(row.get("id")), quarter));
        }
    }

    private Map<TrafficKind, Score> score(Map<String, Integer> suspendedAt) {
        Map<TrafficKind, Score> scores = new TreeMap<>();
        projects.forEach((id, traffic) -> {
            Score before = scores.getOrDefault(traffic.kind, new Score(0, 0, List.of()));
            Integer at = suspendedAt.get(id);
            boolean caught = at != null && at > traffic.eventStart && at <= traffic.eventEnd + 4;
            boolean right = traffic.kind.abusive() ? caught : at == null;
            List<Double> delays = new ArrayList<>(before.hoursToSuspend());
            if (traffic.kind.abusive() && caught) {
                delays.add((at - traffic.eventStart) / 4.0);
            }
            scores.put(traffic.kind, new Score(before.projects() + 1, before.right() + (right ? 1 : 0), delays));
        });
        return scores;
    }

    private void load(TestDatabase database, Instant beginning) {
        database.execute("update abuse_rules set mode = 'enforce'");
        try (Connection connection = database.connect()) {
            StringBuilder made = new StringBuilder();
            projects.keySet().forEach(id -> made.append(id).append("\tA project\n"));
            copy(connection, "projects (id, name)", made);
            StringBuilder rows = new StringBuilder();
            for (Map.Entry<String, TrafficOfProject> project : projects.entrySet()) {
                append(rows, project.getKey(), "requests", project.getValue().requests, beginning);
                append(rows, project.getKey(), "errors", project.getValue().errors, beginning);
                if (rows.length() > 8_000_000) {
                    copy(connection, "usage_buckets (project_id, metric, bucket_start, quantity, last_at)", rows);
                    rows.setLength(0);
                }
            }
            copy(connection, "usage_buckets (project_id, metric, bucket_start, quantity, last_at)", rows);
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException(failure);
        }
        projects.forEach((id, traffic) -> {
            if (traffic.kind == TrafficKind.PLANNED_LAUNCH) {
                database.execute(
                        "insert into abuse_exemptions (project_id, kind, reason, starts_at, ends_at, created_by)"
                                + " values (?, 'planned_spike', 'launch', ?::timestamptz, ?::timestamptz, 'trial')",
                        id,
                        beginning.plusSeconds(900L * traffic.eventStart).toString(),
                        beginning.plusSeconds(900L * traffic.eventEnd + 1).toString());
            }
        });
        Set.of("projects", "usage_buckets").forEach(table -> database.execute("vacuum analyze " + table));
    }

    /** The history by the hour, which is all that is learned of it; the evaluation by the quarter of an hour. */
    private void append(StringBuilder rows, String id, String metric, double[] quantities, Instant beginning) {
        for (int q = 0; q < quantities.length; q++) {
            double quantity = quantities[q];
            int slot = q;
            if (q < (warmUpHours - 2) * 4) {
                quantity += quantities[q + 1] + quantities[q + 2] + quantities[q + 3];
                q += 3;
            }
            if (quantity > 0) {
                Instant at = beginning.plusSeconds(900L * slot);
                rows.append(id)
                        .append('\t')
                        .append(metric)
                        .append('\t')
                        .append(at)
                        .append('\t');
                rows.append((long) quantity).append('\t').append(at).append('\n');
            }
        }
    }

    private static void copy(Connection connection, String into, StringBuilder rows) throws SQLException, IOException {
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + into + " from stdin", new StringReader(rows.toString()));
    }
}
