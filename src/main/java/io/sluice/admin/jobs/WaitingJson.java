package io.sluice.admin.jobs;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs.Holder;
import io.sluice.jobs.Jobs.Reason;
import io.sluice.jobs.Jobs.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a job does not run yet.
 *
 * @param reasons none for a job that runs or has finished
 */
public record WaitingJson(JobStatus status, List<ReasonJson> reasons) {
    /**
     * One reason.
     *
     * @param code {@code not_due, dependency, type_paused, limit_reached, rate_limited, no_worker} or {@code queue}
     * @param until when it ends by itself; null: nobody knows
     * @param limit of {@code limit_reached}: most running jobs
     * @param ahead of {@code queue}: due jobs of its type that come before it, counted up to 10,000
     * @param dependsOn of {@code dependency}: the jobs that have to end first, up to 100
     * @param holders of {@code limit_reached}: the jobs that run, up to 20
     */
    public record ReasonJson(
            String code,
            String detail,
            @Nullable Instant until,
            @Nullable Integer limit,
            @Nullable Long ahead,
            List<HolderJson> holders,
            List<UUID> dependsOn) {}

    /** A job that takes room of a limit. */
    public record HolderJson(
            UUID jobId,
            String type,
            Instant startedAt,
            @Nullable String worker) {}

    static WaitingJson of(Waiting waiting) {
        return new WaitingJson(
                waiting.status(),
                waiting.reasons().stream().map(WaitingJson::reason).toList());
    }

    private static ReasonJson reason(Reason reason) {
        return new ReasonJson(
                reason.code().name().toLowerCase(Locale.ROOT),
                reason.detail(),
                reason.until(),
                reason.limit(),
                reason.ahead(),
                reason.holders().stream().map(WaitingJson::holder).toList(),
                reason.needs());
    }

    private static HolderJson holder(Holder holder) {
        return new HolderJson(holder.jobId(), holder.type(), holder.startedAt(), holder.worker());
    }
}
