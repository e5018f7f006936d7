package io.sluice.jobs.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.InvalidInputException;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.NewJob.RunIf;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobTesterTest {
    private final JobTester jobs = new JobTester();
    private final Instant begun = jobs.clock().instant();

    JobTesterTest() {
        jobs.with(new StepJob(jobs.queue()));
    }

    /** What to do at each attempt, the last for all further ones. */
    record Steps(@NotNull(message = "is required.") List<String> steps) {}

    @HandlesJob(
            value = "steps",
            maxAttempts = 3,
            backoff = "PT10S",
            jitter = 0,
            finalErrors = UnsupportedOperationException.class)
    record StepJob(JobQueue queue) implements JobHandler<Steps> {
        @Override
        public JobOutcome handle(Steps payload, JobContext context) {
            List<String> steps = payload.steps();
            String step = steps.get(Math.min(context.attempt(), steps.size()) - 1);
            context.progress(50, step);
            return switch (step) {
                case "throw" -> throw new IllegalStateException("asked to");
                case "final" -> throw new UnsupportedOperationException("asked to");
                case "snooze" -> new JobOutcome.Snoozed(Duration.ofHours(1));
                case "fail" -> new JobOutcome.Failed("asked to");
                case "invalid" -> throw new InvalidInputException("project_id", "is unknown.");
                case "no-json" -> JobOutcome.completed(Map.of("thing", new Object()));
                case "too-large" -> JobOutcome.completed(Map.of("text", "€".repeat(349_522)));
                case "largest" -> JobOutcome.completed(Map.of("text", "€".repeat(349_521) + "x".repeat(2)));
                case "follow" -> {
                    context.inCompletion();
                    queue.enqueue(follower());
                    yield JobOutcome.completed(Map.of("when", Instant.parse("2026-01-01T00:00:00Z")));
                }
                case "follow-and-throw" -> {
                    context.inCompletion();
                    queue.enqueue(follower());
                    throw new IllegalStateException("after enqueuing");
                }
                default -> JobOutcome.completed();
            };
        }

        private static NewJob follower() {
            return NewJob.of("steps", Map.of("steps", List.of("done"))).withDelay(Duration.ofMinutes(5));
        }
    }

    @Test
    void failuresAreRetriedByThePolicyAndTimePassesOnlyOnTheClock() {
        UUID mended = enqueue("throw", "throw", "done");
        UUID dead = enqueue("throw");
        jobs.drain();
        assertThat(jobs.job(mended).status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(jobs.job(mended).outcomes()).containsExactly("failed", "failed", "completed");
        assertThat(jobs.job(dead).status()).isEqualTo(JobStatus.FAILED);
        assertThat(jobs.job(dead).attempts()).isEqualTo(3);
        assertThat(jobs.job(dead).lastError()).isEqualTo("IllegalStateException: asked to");
        assertThat(jobs.clock().instant()).isEqualTo(begun.plusSeconds(30));
    }

    @Test
    void finalErrorsAndFailuresAreNotRetried() {
        for (String step : List.of("final", "fail")) {
            UUID job = enqueue(step);
            assertThat(jobs.drain()).isOne();
            assertThat(jobs.job(job).status()).isEqualTo(JobStatus.FAILED);
        }
    }

    @Test
    void whatAHandlerFindsInvalidByItselfIsRetriedAsAnyError() {
        UUID job = enqueue("invalid", "done");
        assertThat(jobs.drain()).isEqualTo(2);
        assertThat(jobs.job(job).outcomes()).containsExactly("failed", "completed");
        assertThat(jobs.job(job).lastError()).startsWith("InvalidInputException: project_id");
    }

    @Test
    void aResultThatCannotBeKeptFailsForGood() {
        assertThat(failedAtOnce("no-json")).isEqualTo("The handler's result has no JSON form.");
        assertThat(failedAtOnce("too-large")).isEqualTo("The handler's result is larger than 1 MiB.");
        UUID largest = enqueue("largest");
        jobs.drain();
        assertThat(jobs.job(largest).status()).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void whatAJobEnqueuesWithItsCompletionIsDoneTooAndOtherwiseGone() {
        UUID job = enqueue("follow");
        assertThat(jobs.drain()).isEqualTo(2);
        assertThat(jobs.jobs("steps")).hasSize(2).allMatch(each -> each.status() == JobStatus.COMPLETED);
        assertThat(jobs.clock().instant()).isEqualTo(begun.plus(Duration.ofMinutes(5)));
        assertThat(jobs.job(job).result()).containsEntry("when", "2026-01-01T00:00:00Z");
        assertThat(jobs.job(job).progress()).containsExactly("50 follow");

        enqueue("follow-and-throw");
        assertThat(jobs.drain()).isEqualTo(3);
        assertThat(jobs.jobs()).hasSize(3);
    }

    @Test
    void endlessWorkIsNoticed() {
        enqueue("snooze");
        assertThatThrownBy(jobs::drain).isInstanceOf(IllegalStateException.class);
        assertThat(jobs.jobs().get(0).attempts()).isZero();
    }

    @Test
    void payloadsAreCheckedWhereTheServerWould() {
        assertThatThrownBy(() -> jobs.enqueue("steps", Map.of("steps", List.of(), "more", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("payload.more");
        assertThatThrownBy(() -> jobs.enqueue("steps", Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("payload.steps");
        assertThatThrownBy(() -> jobs.enqueue("unheard_of", Map.of())).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> jobs.queue()
                        .enqueueAll(List.of(
                                NewJob.of("steps", Map.of("steps", List.of("done"))), NewJob.of("no", Map.of()))))
                .isInstanceOf(InvalidInputException.class);
        assertThat(jobs.jobs()).isEmpty();
    }

    @Test
    void aUniqueKeyIsHeldWhileItsJobLives() {
        NewJob keyed = NewJob.of("steps", Map.of("steps", List.of("done"))).withUniqueKey("one");
        UUID first = jobs.queue().enqueue(keyed).id();
        assertThat(jobs.queue().enqueue(keyed)).isEqualTo(new JobQueue.Enqueued(first, false));
        jobs.drain();
        assertThat(jobs.queue().enqueue(keyed).created()).isTrue();
    }

    @Test
    void withinAPeriodThereIsOneJobWhateverBecameOfIt() {
        NewJob hourly = done().withUnique(NewJob.Unique.of("report", Duration.ofHours(1), null));
        UUID first = jobs.queue().enqueue(hourly).id();
        jobs.drain();
        assertThat(jobs.queue().enqueue(hourly)).isEqualTo(new JobQueue.Enqueued(first, false));
        jobs.clock().advance(Duration.ofMinutes(59));
        assertThat(jobs.queue().enqueue(hourly).id()).isEqualTo(first);
        assertThat(jobs.queue()
                        .enqueue(done().withUnique(NewJob.Unique.of("other", Duration.ofHours(1), null)))
                        .created())
                .isTrue();
        jobs.clock().advance(Duration.ofMinutes(1));
        assertThat(jobs.queue().enqueue(hourly).created()).isTrue();
    }

    @Test
    void aJobKeepsOthersOutInTheStatesThatItNamedItself() {
        NewJob once = done().withUnique(NewJob.Unique.of("import", null, Set.of(JobStatus.COMPLETED)));
        NewJob whileLive = done().withUnique(NewJob.Unique.of("import", null, null));
        UUID first = jobs.queue().enqueue(whileLive).id();
        assertThat(jobs.queue().enqueue(once).id()).isEqualTo(first);
        jobs.drain();
        UUID second = jobs.queue().enqueue(once).id();
        assertThat(second).isNotEqualTo(first);
        jobs.drain();
        assertThat(jobs.queue().enqueue(whileLive)).isEqualTo(new JobQueue.Enqueued(second, false));
    }

    /** A unique key and the key of a unique job are not the same. */
    @Test
    void keysOfDifferentKindsStandApart() {
        jobs.queue().enqueue(done().withUniqueKey("one"));
        jobs.queue().enqueue(done().withPendingKey("one"));
        jobs.queue().enqueue(done().withUnique(NewJob.Unique.of("one", null, null)));
        assertThat(jobs.jobs()).hasSize(3);
    }

    @Test
    void jobsThatWaitForOthersAreRefused() {
        NewJob waiting = done().withNeeds(new NewJob.Needs(List.of(enqueue("done")), List.of(), RunIf.ALL_ENDED));
        assertThatThrownBy(() -> jobs.queue().enqueue(waiting))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("needs");
        assertThatThrownBy(() -> jobs.queue().enqueueAll(List.of(done(), waiting)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void whatIsWrongAmongManyIsNamedWithItsPlace() {
        assertThatThrownBy(() -> jobs.queue().enqueueAll(List.of(done(), NewJob.of("steps", Map.of()))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("jobs[1].payload.steps");
        assertThat(jobs.jobs()).isEmpty();
    }

    @Test
    void oneAttemptIsNeitherRetriedNorKept() throws Exception {
        assertThat(jobs.run("steps", Map.of("steps", List.of("done")))).isEqualTo(JobOutcome.completed());
        assertThatThrownBy(() -> jobs.run("steps", Map.of("steps", List.of("throw"))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(jobs.jobs()).isEmpty();
    }

    private String failedAtOnce(String step) {
        UUID job = enqueue(step);
        assertThat(jobs.drain()).isOne();
        assertThat(jobs.job(job).status()).isEqualTo(JobStatus.FAILED);
        return jobs.job(job).lastError();
    }

    private static NewJob done() {
        return NewJob.of("steps", Map.of("steps", List.of("done")));
    }

    private UUID enqueue(String... steps) {
        return jobs.enqueue("steps", Map.of("steps", List.of(steps)));
    }
}
