package io.sluice.admin.jobs;

import io.sluice.InvalidInputException;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.NewJob.Keys;
import io.sluice.jobs.NewJob.Limit;
import io.sluice.jobs.NewJob.Needs;
import io.sluice.jobs.NewJob.RunIf;
import io.sluice.jobs.NewJob.Standing;
import io.sluice.jobs.NewJob.When;
import io.sluice.json.Ids;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued.
 *
 * @param payload must fit the type's schema; left out: an empty object
 * @param delaySeconds from now; stands alone, without scheduledAt
 * @param concurrencyKey at most {@code concurrencyLimit} jobs with it run at once on all nodes
 * @param dependsOn jobs that it waits for: ids, or in a batch {@code #0} for the batch's first job
 * @param runIf when it runs; left out: {@code all_completed}
 * @param uniqueKey while a pending or running job has it, that job is the answer
 * @param unique likewise within a period, or for other states
 */
public record NewJobJson(
        @NotNull(message = "is required; see GET /v1/job-types.")
        String type,

        @Nullable Map<String, Object> payload,

        @Nullable
        @Min(value = 0, message = "must not be negative.")
        @Max(value = 31_622_400, message = "must be at most a year.")
        Long delaySeconds,

        @Nullable Instant scheduledAt,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 100.")
        @Max(value = 100, message = "must be from 1 to 100.")
        Integer maxAttempts,

        @Nullable
        @Min(value = 0, message = "must be from 0 to 1000.")
        @Max(value = 1000, message = "must be from 0 to 1000.")
        Integer priority,

        @Nullable
        @Pattern(regexp = "[A-Za-z0-9_-]{1,64}", message = "must be a project id: 1 to 64 letters, digits, _ and -.")
        String projectId,

        @Nullable @Size(min = 1, max = 200, message = "must have 1 to 200 characters.")
        String uniqueKey,

        @Nullable @Size(min = 1, max = 200, message = "must have 1 to 200 characters.")
        String concurrencyKey,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 100000.")
        @Max(value = 100_000, message = "must be from 1 to 100000.")
        Integer concurrencyLimit,

        @Nullable @Size(min = 1, max = 1000, message = "must be 1 to 1000 jobs.")
        List<@NotNull(message = "must be a job's id.") String> dependsOn,

        @Nullable RunIf runIf,

        @Nullable @Valid UniqueJson unique) {
    private static final String COMPLETION = "on_completion.";
    private static final java.util.regex.Pattern MEMBER = java.util.regex.Pattern.compile("#(0|[1-9][0-9]{0,2})");

    /**
     * Of which jobs there is to be one only.
     *
     * @param periodSeconds those enqueued within one period of this length, counted from 1970-01-01T00:00:00Z; left out:
     *     whenever
     * @param states those in one of these states; pending and running always count; left out: every state within a
     *     period, pending and running without one
     */
    public record UniqueJson(
            @NotNull(message = "is required.") @Size(min = 1, max = 200, message = "must have 1 to 200 characters.")
            String key,

            @Nullable
            @Min(value = 1, message = "must be from 1 to 31622400.")
            @Max(value = 31_622_400, message = "must be from 1 to 31622400.")
            Long periodSeconds,

            @Nullable List<@NotNull(message = "must be a state.") JobStatus> states) {

        NewJob.Unique toUnique() {
            return NewJob.Unique.of(
                    key,
                    periodSeconds == null ? null : Duration.ofSeconds(periodSeconds),
                    states == null ? null : Set.copyOf(states));
        }
    }

    NewJob toNewJob() {
        return toNewJob("");
    }

    /** @param prefix stands before the names of members that are wrong */
    NewJob toNewJob(String prefix) {
        return NewJob.of(type, payload == null ? Map.of() : payload)
                .withProject(projectId)
                .with(new When(delaySeconds == null ? null : Duration.ofSeconds(delaySeconds), scheduledAt))
                .with(new Standing(priority == null ? 0 : priority, maxAttempts))
                .with(new Keys(uniqueKey, null, unique == null ? null : unique.toUnique()))
                .with(new Limit(concurrencyKey, concurrencyLimit))
                .withNeeds(needs(prefix));
    }

    /** The job that comes after all {@code count} jobs of a batch. */
    NewJob after(int count) {
        NewJob own = toNewJob(COMPLETION);
        List<Integer> members = IntStream.range(0, count).boxed().toList();
        Needs needs = own.needs();
        return own.withNeeds(
                new Needs(needs == null ? List.of() : needs.jobs(), members, runIf == null ? RunIf.ALL_ENDED : runIf));
    }

    private @Nullable Needs needs(String prefix) {
        if (dependsOn == null) {
            if (runIf != null && !prefix.equals(COMPLETION)) {
                throw new InvalidInputException(prefix + "run_if", "stands beside depends_on only.");
            }
            return null;
        }
        List<UUID> jobs = new ArrayList<>();
        List<Integer> members = new ArrayList<>();
        for (String each : dependsOn) {
            Matcher member = MEMBER.matcher(each);
            if (member.matches()) {
                members.add(Integer.valueOf(member.group(1)));
            } else {
                jobs.add(Ids.parse(each)
                        .orElseThrow(() -> new InvalidInputException(
                                prefix + "depends_on",
                                "must hold ids of jobs, or in a batch # and the place of an earlier job.")));
            }
        }
        return new Needs(jobs, members, runIf == null ? RunIf.ALL_COMPLETED : runIf);
    }
}
