package io.sluice.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every comparison of a check, just below, at and just above, against a model that computes with whole numbers only. */
class CheckBoundariesIT {
    private static final long MOST = (1L << 53) - 1;
    private static final int[] BANDS = {80, 90, 100};

    private record Example(long limit, long hardCap, long used) {
        /** What a check has to do. */
        String expected() {
            if (used > 0 && used >= hardCap) {
                return "project_suspended";
            }
            String expected = "nothing";
            for (int band : BANDS) {
                BigInteger usage = BigInteger.valueOf(used).multiply(BigInteger.valueOf(100));
                if (usage.compareTo(BigInteger.valueOf(limit).multiply(BigInteger.valueOf(band))) >= 0) {
                    expected = "warning_sent " + band;
                }
            }
            return expected;
        }
    }

    @Test
    void decidesExactlyAtEveryBoundary() {
        SharedServer.node();
        TestDatabase database = SharedServer.database();
        Limits limits = new Limits(database);
        String prefix = "bound-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        Map<String, Example> examples = new LinkedHashMap<>();
        for (Example example : examples()) {
            examples.put(prefix + examples.size(), example);
        }
        insert(database, examples);

        limits.checkWith("{\"project_ids\": " + Limits.json(List.copyOf(examples.keySet())) + "}");

        Map<String, String> done = database.query("""
                        select project_id, 'project_suspended' as done from suspensions where project_id like ?
                        union all
                        select project_id, 'warning_sent ' || threshold from warnings where project_id like ?
                        """, prefix + "%", prefix + "%").stream()
                .collect(Collectors.toMap(
                        row -> String.valueOf(row.get("project_id")), row -> String.valueOf(row.get("done"))));
        assertThat(examples).hasSizeGreaterThan(1000);
        examples.forEach((project, example) -> assertThat(done.getOrDefault(project, "nothing"))
                .as("%s", example)
                .isEqualTo(example.expected()));
    }

    private static Set<Example> examples() {
        Random random = new Random(20261123);
        List<Long> someLimits =
                new ArrayList<>(List.of(1L, 2L, 3L, 7L, 9L, 10L, 99L, 100L, 101L, 1_000_003L, MOST - 1, MOST));
        for (int i = 0; i < 40; i++) {
            someLimits.add(1 + (random.nextLong() & Long.MAX_VALUE) % MOST >> random.nextInt(50));
        }
        Set<Example> examples = new LinkedHashSet<>();
        for (long limit : someLimits) {
            if (limit < 1) {
                continue;
            }
            for (long cap : new long[] {limit, Math.min(MOST, limit + 1), Math.min(MOST, 2 * limit)}) {
                List<Long> corners = new ArrayList<>(List.of(0L, cap));
                for (int band : BANDS) {
                    corners.add(BigInteger.valueOf(limit)
                            .multiply(BigInteger.valueOf(band))
                            .add(BigInteger.valueOf(99))
                            .divide(BigInteger.valueOf(100))
                            .longValueExact());
                }
                for (long corner : corners) {
                    for (long used = corner - 1; used <= corner + 1; used++) {
                        if (used >= 0 && used <= MOST) {
                            examples.add(new Example(limit, cap, used));
                        }
                    }
                }
            }
        }
        return examples;
    }

    private static void insert(TestDatabase database, Map<String, Example> examples) {
        String rows = examples.entrySet().stream()
                .map(entry -> "('%s', %d, %d, %d)"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().limit(),
                                entry.getValue().hardCap(),
                                entry.getValue().used()))
                .collect(Collectors.joining(", "));
        database.execute("""
                with examples (id, quota_limit, hard_cap, used) as (values %s),
                made as (insert into projects (id, name) select id, 'An example' from examples),
                limited as (
                    insert into project_quotas (project_id, metric, unit, quota_limit, hard_cap)
                    select id, 'db_queries', 'month', quota_limit, hard_cap from examples)
                insert into usage_counters (project_id, metric, unit, period_start, quantity)
                select id, 'db_queries', 'month', sluice_period_start('month', 1, 'UTC', sluice_now()), used
                from examples
                """.formatted(rows));
    }
}
