package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every threshold of every rule just below, at and just above, against a model that computes with whole numbers only. */
class ThresholdsIT {
    private static TestDatabase database;

    /** One moment for all that happens here, as SQL. */
    private static String now;

    @BeforeAll
    static void migrate() {
        database = DetectorDatabase.create(SharedServer.postgres());
        database.execute("update abuse_rules set mode = 'enforce'");
        now = "timestamptz '" + database.value("select cast(sluice_abuse_quarter(sluice_now()) as text)") + "'";
    }

    /**
     * One project and what it did.
     *
     * @param usual its usual busiest hour; null: it has none yet
     * @param observed what was counted in the last window
     * @param previous what was counted in the window before
     * @param requests requests of both hours, for the rule about errors
     */
    private record Example(String rule, Long usual, long observed, long previous, long requests) {
        BigDecimal[] thresholds() {
            return switch (rule) {
                case "usage_spike" -> numbers(3, 5, 10);
                case "error_rate" -> numbers(30, 50, 75);
                case "absolute_rate" -> numbers(1000, 5000, 10000);
                case "key_bruteforce" -> numbers(10, 100, 1000);
                default -> numbers(5, 10, 50);
            };
        }

        long base() {
            return switch (rule) {
                case "usage_spike" -> usual == null ? 0 : usual;
                case "error_rate" -> requests;
                case "absolute_rate" -> 15;
                default -> 1;
            };
        }

        boolean judged() {
            return switch (rule) {
                case "usage_spike" -> usual != null && usual >= 10;
                case "absolute_rate" -> usual == null || usual < 10;
                case "error_rate" -> requests >= 100;
                default -> true;
            };
        }

        int level(long amount) {
            BigDecimal counted =
                    BigDecimal.valueOf(amount).multiply(BigDecimal.valueOf(rule.equals("error_rate") ? 100 : 1));
            int level = 0;
            for (int i = 0; i < 3; i++) {
                if (amount > 0 && counted.compareTo(thresholds()[i].multiply(BigDecimal.valueOf(base()))) >= 0) {
                    level = i + 1;
                }
            }
            return level;
        }

        boolean strong(long amount) {
            return switch (rule) {
                case "usage_spike" -> level(amount) >= 3 && amount >= 60_000;
                case "error_rate" -> level(amount) >= 2 && (usual == null || usual < 10 || requests >= 3 * usual);
                case "absolute_rate", "key_creation" -> level(amount) >= 3;
                default -> false;
            };
        }

        String expected() {
            if (!judged() || level(observed) == 0) {
                return "nothing";
            }
            return "level " + level(observed) + (strong(observed) && strong(previous) ? " suspends" : "");
        }

        private static BigDecimal[] numbers(long... numbers) {
            return java.util.Arrays.stream(numbers)
                    .mapToObj(BigDecimal::valueOf)
                    .toArray(BigDecimal[]::new);
        }
    }

    @Test
    void decidesExactlyAtEveryThreshold() {
        Map<String, Example> examples = new LinkedHashMap<>();
        for (Example example : examples()) {
            examples.put("p" + examples.size(), example);
        }
        insert(examples);
        Map<String, String> found = database
                .query("select project_id || ' ' || rule as what, 'level ' || level"
                        + " || case when suspends then ' suspends' else '' end as found"
                        + " from sluice_abuse_findings(array(select id from projects), " + now + ", '{prod}')")
                .stream()
                .collect(Collectors.toMap(row -> (String) row.get("what"), row -> (String) row.get("found")));
        assertThat(examples).hasSizeGreaterThan(600);
        examples.forEach((project, example) -> assertThat(found.getOrDefault(project + " " + example.rule(), "nothing"))
                .as("%s", example)
                .isEqualTo(example.expected()));
        assertThat(found.values()).anyMatch(each -> each.endsWith("suspends"));
    }

    private static List<Example> examples() {
        Random random = new Random(20261123);
        List<Example> examples = new ArrayList<>();
        for (Long usual : new Long[] {null, 0L, 1L, 9L, 10L, 11L, 333L, 5_999L, 6_000L, 6_001L, 1_000_003L, 1L << 40}) {
            for (long at : corners(new Example("usage_spike", usual, 0, 0, 0))) {
                for (long previous : new long[] {at, 0, Math.max(59_999, at - 1), 60_000}) {
                    examples.add(new Example("usage_spike", usual, at, previous, 0));
                }
            }
        }
        for (Long usual : new Long[] {null, 9L, 10L, 600L}) {
            for (long at : corners(new Example("absolute_rate", usual, 0, 0, 0))) {
                for (long previous : new long[] {at, at - 1, 149_999, 150_000}) {
                    examples.add(new Example("absolute_rate", usual, at, Math.max(0, previous), 0));
                }
            }
        }
        for (long requests : new long[] {99, 100, 101, 200, 333, 1 + random.nextInt(1_000_000), 10_000_019}) {
            for (Long usual : new Long[] {null, requests / 3, requests / 3 + 1, requests}) {
                for (long at : corners(new Example("error_rate", usual, 0, 0, requests))) {
                    for (long previous : new long[] {at, at - 1, requests}) {
                        examples.add(new Example("error_rate", usual, at, Math.max(0, previous), requests));
                    }
                }
            }
        }
        for (String rule : List.of("key_bruteforce", "key_creation")) {
            for (long at : corners(new Example(rule, null, 0, 0, 0))) {
                for (long previous : new long[] {at, at - 1, 0, 5_000}) {
                    examples.add(new Example(rule, null, at, Math.max(0, previous), 0));
                }
            }
        }
        return examples;
    }

    /** Around each threshold, and around the least amount that suspends. */
    private static List<Long> corners(Example example) {
        List<Long> corners = new ArrayList<>();
        for (BigDecimal threshold : example.thresholds()) {
            BigDecimal exact = threshold.multiply(BigDecimal.valueOf(example.base()));
            if (example.rule().equals("error_rate")) {
                exact = exact.divide(BigDecimal.valueOf(100), 0, RoundingMode.CEILING);
            }
            for (long around = -1; around <= 1; around++) {
                corners.add(Math.max(0, exact.longValueExact() + around));
            }
        }
        if (example.rule().equals("usage_spike")) {
            corners.addAll(List.of(59_999L, 60_000L, 60_001L));
        }
        return corners;
    }

    private static void insert(Map<String, Example> examples) {
        String rows = examples.entrySet().stream()
                .map(entry -> "('%s', '%s', %s, %d, %d, %d)"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().rule(),
                                entry.getValue().usual() == null
                                        ? "null::bigint"
                                        : entry.getValue().usual().toString(),
                                entry.getValue().observed(),
                                entry.getValue().previous(),
                                entry.getValue().requests()))
                .collect(Collectors.joining(", "));
        database.execute("create table examples (id text, rule text, usual bigint, observed bigint, previous bigint,"
                + " requests bigint)");
        database.execute("insert into examples values " + rows);
        database.execute("insert into projects (id, name) select id, 'An example' from examples");
        database.execute("""
                insert into abuse_baselines (project_id, metric, peak, peak_at, first_at, learned_until)
                select id, 'requests', usual, %1$s - interval '2 hours', %1$s - interval '7 days', %1$s - interval '2 hours'
                from examples
                where usual is not null
                """.formatted(now));
        database.execute("""
                insert into usage_buckets (project_id, metric, bucket_start, quantity, last_at)
                select id, case rule when 'error_rate' then 'errors' else 'requests' end,
                    %1$s - case rule when 'absolute_rate' then interval '15 minutes' else interval '45 minutes' end,
                    observed, %1$s
                from examples where rule not like 'key%%'
                union all
                select id, case rule when 'error_rate' then 'errors' else 'requests' end,
                    %1$s - case rule when 'absolute_rate' then interval '30 minutes' else interval '105 minutes' end,
                    previous, %1$s
                from examples where rule not like 'key%%'
                union all
                select id, 'requests', %1$s - hour, requests, %1$s
                from examples, unnest(array[interval '15 minutes', interval '75 minutes']) hour
                where rule = 'error_rate'
                """.formatted(now));
        database.execute("""
                insert into abuse_key_activity (project_id, kind, bucket_start, quantity)
                select id, case rule when 'key_creation' then 'created' else 'refused' end,
                    case rule when 'key_creation'
                        then %1$s - interval '5 minutes' * nth
                        else %1$s - interval '15 minutes' * nth end,
                    case nth when 1 then observed else previous end
                from examples, generate_series(1, 2) nth
                where rule like 'key%%'
                """.formatted(now));
    }
}
