package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConcurrentTrackingIT {
    private static final String COUNTER =
            "select 1 from usage_counters where project_id = ? and metric = ? order by unit for update";
    private static final int CALLERS = 8;
    private static final int MORE_THAN_CONNECTIONS = 60;

    private final Api operator = SharedServer.operator();

    @Test
    void countsAnEventOnceWhenItIsSentByManyAtTheSameTime() throws Exception {
        String project = Tenants.create();
        for (int round = 0; round < 10; round++) {
            String event = Tenants.event(project, "requests", 1, "e" + round, null);
            List<Answer> answers = together(caller -> () -> operator.post("/v1/usage/track", event));
            assertThat(answers).allSatisfy(answer -> answer.expect(202));
            assertThat(answers.stream()
                            .mapToInt(each -> each.json().get("accepted").asInt())
                            .sum())
                    .isEqualTo(1);
        }
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(10);
    }

    @Test
    void countsOneOfDifferentBodiesThatClaimTheSameId() throws Exception {
        String project = Tenants.create();
        List<Answer> answers = together(caller ->
                () -> operator.post("/v1/usage/track", Tenants.event(project, "requests", 100 + caller, "e", null)));
        assertThat(answers.stream().filter(each -> each.status() == 202)).hasSize(1);
        assertThat(answers.stream().filter(each -> each.status() == 409)).hasSize(CALLERS - 1);
        assertThat(Tenants.used(project, "requests", "month")).isBetween(100L, 100L + CALLERS);
    }

    @Test
    void countsOverlappingBatchesInAnyOrderOnceAndWithoutGivingUp() throws Exception {
        List<String> projects = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            projects.add(Tenants.create());
        }
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            String metric =
                    List.of("requests", "storage_mb", "realtime_connections").get(i % 3);
            events.add(Tenants.event(projects.get((i / 3) % 6), metric, 1, "e" + i, null));
        }
        long deadlocks = deadlocks();
        List<Answer> answers = together(caller -> () -> {
            List<String> mine = new ArrayList<>(events);
            Collections.shuffle(mine, new Random(caller));
            return operator.post("/v1/usage/track", Tenants.batch(mine));
        });
        int accepted = 0;
        for (Answer answer : answers) {
            JsonNode result = answer.expect(202).json();
            assertThat(result.get("rejected")).isEmpty();
            accepted += result.get("accepted").asInt();
        }
        assertThat(accepted).isEqualTo(3_000);
        assertThat(deadlocks()).as("counts that had to start again").isEqualTo(deadlocks);
        for (String project : projects) {
            assertThat(Tenants.used(project, "requests", "month")).isEqualTo(167 - projects.indexOf(project) / 4);
            assertThat(Tenants.used(project, "realtime_connections", "month")).isEqualTo(1);
        }
    }

    @Test
    void neverPassesTheLargestIntegerWhenManyCountAtTheSameTime() throws Exception {
        String project = Tenants.create();
        long share = 9_007_199_254_740_991L / 4;
        List<Answer> answers = together(caller ->
                () -> operator.post("/v1/usage/track", Tenants.event(project, "requests", share, "e" + caller, null)));
        assertThat(answers.stream().filter(each -> each.status() == 202)).hasSize(4);
        assertThat(answers.stream().filter(each -> each.status() == 400)).hasSize(CALLERS - 4);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(4 * share);
    }

    /** A call that needed a second connection beside the one of its key would wait for those that wait for theirs. */
    @Test
    void countsKeyedCallsTogetherWithTheirAnswersHoweverManyComeAtOnce() throws Exception {
        String project = Tenants.create();
        List<Answer> answers = together(MORE_THAN_CONNECTIONS, caller -> () -> {
            String event = Tenants.event(project, "requests", 1, "e" + caller, null);
            Answer first = operator.post("/v1/usage/track", event, "Idempotency-Key", project + caller);
            Answer again = operator.post("/v1/usage/track", event, "Idempotency-Key", project + caller);
            assertThat(again.body()).isEqualTo(first.body());
            return first;
        });
        assertThat(answers).allSatisfy(answer -> answer.expect(202));
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(MORE_THAN_CONNECTIONS);
    }

    /**
     * The call waits at a barrier while somebody else, who has what the call will need next, waits for the call: so the
     * circle closes when the call goes on, and PostgreSQL gives up the call, which looks for circles first.
     */
    @Test
    void aKeyedCallThatADeadlockTookBackCountsWhenItIsRepeated() throws Exception {
        String project = Tenants.create();
        Tenants.track(project, "requests", 1, "sum", null).expect(202);
        Tenants.track(project, "realtime_connections", 1, "peak", null).expect(202);
        String events = Tenants.batch(List.of(
                Tenants.event(project, "requests", 2, "e1", null),
                Tenants.event(project, "realtime_connections", 5, "e2", null)));
        try (HeldLock barrier = HeldLock.by(COUNTER, project, "requests");
                HeldLock other = HeldLock.by(COUNTER, project, "realtime_connections")) {
            CompletableFuture<Answer> call = barrier.begin(() -> keyed(project, events));
            CompletableFuture<Void> circle = other.goOn("set local deadlock_timeout = '60s'; insert into usage_events"
                    + " (project_id, event_id, arrival_month, metric, quantity, occurred_at, time_given)"
                    + " select '" + project + "', 'e1', arrival_month, 'requests', 2, sluice_now(), false"
                    + " from usage_arrivals on conflict do nothing");
            barrier.close();
            assertThat(call.get(30, TimeUnit.SECONDS).expect(503).code()).isEqualTo("SERVICE_UNAVAILABLE");
            circle.get(30, TimeUnit.SECONDS);
        }
        keyed(project, events).expect(202);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(3);
        assertThat(Tenants.used(project, "realtime_connections", "month")).isEqualTo(5);
    }

    private Answer keyed(String project, String event) {
        return operator.post("/v1/usage/track", event, "Idempotency-Key", project);
    }

    @Test
    void countsNothingOfAKeyedCallThatIsRefused() {
        String project = Tenants.create();
        String tooMuch = Tenants.event(project, "requests", -1, "e", null);
        String good = Tenants.event(project, "requests", 2, "e", null);
        keyed(project, tooMuch).expect(400);
        keyed(project, good).expect(422);
        assertThat(Tenants.used(project, "requests", "month")).isZero();
    }

    private interface Caller {
        Callable<Answer> of(int number);
    }

    private static List<Answer> together(Caller caller) throws Exception {
        return together(CALLERS, caller);
    }

    private static List<Answer> together(int callers, Caller caller) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        CyclicBarrier start = new CyclicBarrier(callers);
        try {
            List<Future<Answer>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                Callable<Answer> call = caller.of(i);
                running.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> each : running) {
                answers.add(each.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    /** How often the node had to start a count again because the database broke a deadlock. */
    private static long deadlocks() {
        return SharedServer.node()
                .output()
                .lines()
                .filter(line -> line.contains("usage counting starts again"))
                .count();
    }
}
