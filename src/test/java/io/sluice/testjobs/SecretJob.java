package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.json.SecretMember;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Gets secrets, proves that it got them in clear, and tells them wherever a handler can tell anything. */
@HandlesJob(value = "test_secret", maxAttempts = 1)
@ApplicationScoped
public class SecretJob implements JobHandler<SecretJob.Payload> {
    /**
     * What to do.
     *
     * @param how what to tell the secrets in: result, throw, retry, failed
     */
    public record Payload(
            @NotNull String how,

            @SecretMember @NotNull @Size(min = 3, message = "'${validatedValue}' is too short.")
            String password,

            List<Login> logins) {}

    /** A secret further down. */
    public record Login(String user, @SecretMember String apiToken) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        String told = "password " + payload.password();
        context.progress(50, told);
        return switch (payload.how()) {
            case "throw" -> throw new IllegalStateException("x".repeat(3_950) + told);
            case "retry" -> new JobOutcome.Retry(told);
            case "failed" -> new JobOutcome.Failed(told);
            default ->
                JobOutcome.completed(Map.of(
                        "proof",
                        proof(payload.password()),
                        "told",
                        told,
                        payload.password(),
                        payload.logins() == null ? List.of() : payload.logins()));
        };
    }

    /** A text that only somebody who has the secret can give. */
    public static String proof(String secret) {
        return UUID.nameUUIDFromBytes(secret.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
