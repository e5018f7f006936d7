package io.sluice.keys;

import io.sluice.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers whether a key that somebody shows is good, and how often it was. */
public interface KeyChecks {
    /** What a key is worth, in the words of the API. */
    enum Code {
        VALID,
        /** No key of ours, or of a project that does not exist for the caller. */
        UNKNOWN,
        EXPIRED,
        REVOKED,
        SCOPE_MISSING,
        /** Its project is suspended, or for another reason not active. */
        PROJECT_SUSPENDED,
        QUOTA_EXCEEDED
    }

    /**
     * What somebody wants to do with a key.
     *
     * @param key the text that was shown
     * @param scope the key must have it; null: any key will do
     * @param metric what it wants to use; null: nothing is asked about quotas
     * @param amount how much of it, 0 to 2^53-1; 0 asks without wanting any
     */
    record Question(
            String key, @Nullable String scope, @Nullable String metric, long amount) {}

    /**
     * The answer. Of an unknown key there is nothing but the code.
     *
     * @param reason why the project is not served; null unless the code is {@code PROJECT_SUSPENDED}
     * @param remaining of the metric until the nearest hard cap, before the amount; null: no metric, or no cap
     */
    record Verdict(
            Code code,
            @Nullable String projectId,
            @Nullable UUID keyId,
            List<String> scopes,
            @Nullable Instant expiresAt,
            @Nullable Long remaining,
            @Nullable String reason) {}

    /**
     * Verifies a key. Counts nothing against a quota. Expiry, revocation and suspension hold from the instant of their
     * commit on. A text without the right checksum is answered without a query.
     *
     * @param projects the only projects that exist for the caller, keys of others are unknown; empty: all
     * @throws InvalidInputException if there is no such metric
     */
    Verdict verify(Question question, Optional<List<String>> projects);

    /**
     * How often a key was verified, some seconds exact.
     *
     * @param from first instant; null: 30 days before {@code to}
     * @param to first instant after; null: now
     * @param bucket {@code hour} or {@code day}, of UTC
     * @throws InvalidInputException if the range is empty or longer than the bucket allows
     */
    Usage usage(UUID keyId, @Nullable Instant from, @Nullable Instant to, String bucket);

    /** The uses of one bucket that has any. */
    record Uses(Instant bucketStart, long success, long error) {}

    /**
     * The uses of a key.
     *
     * @param uses the buckets of the range, oldest first
     * @param last24Hours all uses of the last 24 whole hours and the present one; the other two likewise
     */
    record Usage(Instant from, Instant to, List<Uses> uses, long last24Hours, long last7Days, long last30Days) {}
}
