package org.example.greetings;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.Map;

/** Greets somebody, and enqueues the next greeting until all are done: each in the transaction that ends its job. */
@HandlesJob(value = "example_greet", description = "Greets somebody.", maxAttempts = 4, backoff = "PT10S")
@ApplicationScoped
public class GreetJob implements JobHandler<GreetJob.Greeting> {
    /** Whom, and how often more. In JSON: {@code {"name": "Ada", "times_more": 2}}. */
    public record Greeting(
            @NotBlank(message = "is required.") String name,
            @Min(value = 0, message = "must not be negative.") int timesMore) {}

    private final JobQueue queue;

    @Inject
    public GreetJob(JobQueue queue) {
        this.queue = queue;
    }

    /** For the container's proxy. */
    protected GreetJob() {
        this(null);
    }

    @Override
    public JobOutcome handle(Greeting greeting, JobContext context) {
        if (greeting.name().equals("nobody")) {
            return new JobOutcome.Retry("There is nobody yet.");
        }
        if (greeting.timesMore() > 0) {
            context.inCompletion();
            queue.enqueue(NewJob.of(
                    "example_greet", Map.of("name", greeting.name(), "times_more", greeting.timesMore() - 1)));
        }
        return JobOutcome.completed(Map.of("said", "Hello " + greeting.name()));
    }
}
