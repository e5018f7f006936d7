package org.example.greetings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.InvalidInputException;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.testkit.JobTester;
import io.sluice.jobs.testkit.TestedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GreetJobTest {
    private final JobTester jobs = new JobTester();

    GreetJobTest() {
        jobs.with(new GreetJob(jobs.queue()));
    }

    @Test
    void oneAttemptGreets() throws Exception {
        assertEquals(
                JobOutcome.completed(Map.of("said", "Hello Ada")),
                jobs.run("example_greet", Map.of("name", "Ada", "times_more", 0)));
    }

    @Test
    void eachGreetingEnqueuesTheNext() {
        jobs.enqueue("example_greet", Map.of("name", "Ada", "times_more", 2));
        assertEquals(3, jobs.drain());
        assertTrue(jobs.jobs().stream().allMatch(job -> job.status() == JobStatus.COMPLETED));
    }

    @Test
    void nobodyIsTriedFourTimesAndThenGivenUp() {
        Instant begun = jobs.clock().instant();
        UUID id = jobs.enqueue("example_greet", Map.of("name", "nobody", "times_more", 0));
        jobs.drain();
        TestedJob job = jobs.job(id);
        assertEquals(JobStatus.FAILED, job.status());
        assertEquals(List.of("failed", "failed", "failed", "failed"), job.outcomes());
        Duration waited = Duration.between(begun, jobs.clock().instant());
        assertTrue(waited.compareTo(Duration.ofSeconds(30)) > 0, "10, 20 and 40 s, half as long at least: " + waited);
    }

    @Test
    void aPayloadThatDoesNotFitIsRefused() {
        assertThrows(InvalidInputException.class, () -> jobs.enqueue("example_greet", Map.of("name", "")));
    }
}
