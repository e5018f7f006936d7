package io.sluice.keys.work;

import io.sluice.NotFoundException;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.keys.ApiKey;
import io.sluice.keys.ApiKeys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Revokes one key, in the transaction that ends the job. Again for a revoked one changes and tells nothing. */
@ApplicationScoped
@HandlesJob(value = "revoke_key", description = "Revokes a key: from then on it is refused.")
public class RevokeKeyJob implements JobHandler<RevokeKey> {
    @Inject
    ApiKeys keys;

    @Override
    public JobOutcome handle(RevokeKey wanted, JobContext context) {
        context.inCompletion();
        try {
            ApiKey revoked = keys.revoke(wanted.keyId(), ApiKeys.REQUESTED);
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("key_id", revoked.id());
            result.put("project_id", revoked.projectId());
            result.put("revoked_at", revoked.revokedAt());
            return JobOutcome.completed(result);
        } catch (NotFoundException none) {
            return new JobOutcome.Failed(String.valueOf(none.getMessage()));
        }
    }
}
