package io.sluice.jobs.operations;

import io.sluice.jobs.Job;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs.Holder;
import io.sluice.jobs.Jobs.Reason;
import io.sluice.jobs.Jobs.ReasonCode;
import io.sluice.jobs.Jobs.Waiting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns what the tables say about a pending job into every reason for which it does not run yet. */
@ApplicationScoped
class WaitingReasons {
    private static final int MOST_SHOWN = 100;

    @Inject
    WaitingRepository facts;

    @Inject
    DetailsRepository details;

    Waiting of(Job job) {
        if (job.status() != JobStatus.PENDING) {
            return new Waiting(job.status(), List.of());
        }
        WaitingRepository.Facts known = facts.of(job.id());
        List<Reason> reasons = new ArrayList<>();
        if (known.early()) {
            reasons.add(reason(ReasonCode.NOT_DUE, "It is due at " + job.scheduledAt() + ".", job.scheduledAt()));
        }
        List<UUID> needs = details.openNeeds(job.id(), MOST_SHOWN);
        if (!needs.isEmpty()) {
            String detail = needs.size() == 1
                    ? "It waits for another job."
                    : "It waits for " + (needs.size() < MOST_SHOWN ? "" : "at least ") + needs.size() + " other jobs.";
            reasons.add(new Reason(ReasonCode.DEPENDENCY, detail, null, null, null, List.of(), needs));
        }
        if (known.allPaused()) {
            reasons.add(reason(ReasonCode.TYPE_PAUSED, "All job types are paused.", null));
        } else if (known.typePaused()) {
            reasons.add(reason(ReasonCode.TYPE_PAUSED, "The job type " + job.type() + " is paused.", null));
        }
        if (known.workers() == 0) {
            reasons.add(reason(
                    ReasonCode.NO_WORKER,
                    "No node that is alive has a handler for the type " + job.type() + ".",
                    null));
        }
        limits(reasons, job, known);
        if (known.nextToken() != null) {
            reasons.add(reason(
                    ReasonCode.RATE_LIMITED,
                    "The job type has started as many jobs as its rate allows.",
                    known.nextToken()));
        }
        if (reasons.isEmpty()) {
            reasons.add(queue(facts.ahead(job)));
        }
        return new Waiting(job.status(), reasons);
    }

    private static Reason queue(long ahead) {
        String detail = ahead == 0
                ? "It is the next of its type; a node takes it as soon as a slot is free."
                : "Due jobs of its type come before it.";
        return new Reason(ReasonCode.QUEUE, detail, null, null, ahead, List.of(), List.of());
    }

    private void limits(List<Reason> reasons, Job job, WaitingRepository.Facts known) {
        String key = job.concurrencyKey();
        Integer keyLimit = job.concurrencyLimit();
        if (key != null && keyLimit != null) {
            limit(reasons, "the concurrency key " + key, keyLimit, facts.holdersOfKey(key));
        }
        facts.fullEverywhere(job.type())
                .filter(most -> known.workers() > 0)
                .ifPresent(most ->
                        limit(reasons, "the job type on each node", most, facts.holdersOfType(job.type(), null)));
        if (known.typeLimit() != null) {
            limit(reasons, "the job type on all nodes", known.typeLimit(), facts.holdersOfType(job.type(), null));
        }
        if (known.projectLimit() != null && job.projectId() != null) {
            limit(
                    reasons,
                    "the job type for the project " + job.projectId(),
                    known.projectLimit(),
                    facts.holdersOfType(job.type(), job.projectId()));
        }
    }

    private static void limit(List<Reason> reasons, String what, int limit, List<Holder> holders) {
        if (holders.size() >= limit) {
            reasons.add(new Reason(
                    ReasonCode.LIMIT_REACHED,
                    "At most " + limit + " jobs of " + what + " run at once.",
                    null,
                    limit,
                    null,
                    holders.stream().limit(20).toList(),
                    List.of()));
        }
    }

    private static Reason reason(ReasonCode code, String detail, @Nullable Instant until) {
        return new Reason(code, detail, until, null, null, List.of(), List.of());
    }
}
