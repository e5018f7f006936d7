package io.sluice.admin.jobs;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs.Selection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs a bulk call is about: those that fulfil every condition given, of which there must be one.
 *
 * @param quarantined true: jobs in quarantine, which a retry leaves alone unless it names them
 * @param reason why, for the audit
 * @param dryRun true: only counts
 */
public record SelectionJson(
        @Nullable
        @Pattern(regexp = "[A-Za-z0-9_-]{1,100}", message = "must be a job type: 1 to 100 letters, digits, _ and -.")
        String type,

        @Nullable JobStatus status,

        @Nullable
        @Pattern(regexp = "[A-Za-z0-9_-]{1,64}", message = "must be a project id: 1 to 64 letters, digits, _ and -.")
        String projectId,

        @Nullable @Size(min = 1, max = 1000, message = "must be 1 to 1000 ids.")
        List<@NotNull(message = "must be a job's id.") UUID> ids,

        @Nullable UUID batchId,
        @Nullable Boolean quarantined,

        @Nullable @Size(min = 1, max = 500, message = "must have 1 to 500 characters.")
        String reason,

        @Nullable Boolean dryRun) {

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    Selection toSelection() {
        return new Selection(type, status, projectId, ids, batchId, quarantined, reason);
    }
}
