package io.sluice.keys.work;

import io.sluice.SluiceException;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.keys.KeyRotations;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rotates one key. One shot: it is not tried again by itself. The rotation commits with the end of the job, so a crash
 * leaves either both or neither. The new secret is nowhere in the job: its owner fetches it.
 */
@ApplicationScoped
@HandlesJob(
        value = "rotate_key",
        description = "Gives a key a successor and has it end after a grace; the owner fetches the new secret, once.",
        maxAttempts = 1)
public class RotateKeyJob implements JobHandler<RotateKey> {
    @Inject
    KeyRotations rotations;

    @Override
    public JobOutcome handle(RotateKey wanted, JobContext context) {
        Long grace = wanted.graceSeconds();
        context.inCompletion();
        try {
            return JobOutcome.completed(
                    result(rotations.rotateSealed(wanted.keyId(), grace == null ? null : Duration.ofSeconds(grace))));
        } catch (SluiceException refused) {
            return new JobOutcome.Failed(String.valueOf(refused.getMessage()));
        }
    }

    private static Map<String, @Nullable Object> result(KeyRotations.Rotated rotated) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("key_id", rotated.old().id());
        result.put("new_key_id", rotated.fresh().id());
        result.put("project_id", rotated.old().projectId());
        result.put("expires_at", rotated.old().expiresAt());
        result.put("secret_until", rotated.fresh().secretUntil());
        return result;
    }
}
