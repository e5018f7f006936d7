package io.sluice.keys.checks;

import io.sluice.InvalidInputException;
import io.sluice.keys.KeyChecks;
import io.sluice.keys.KeyCounters;
import io.sluice.keys.KeySecrets;
import io.sluice.keys.KeyText;
import io.sluice.keys.KeysRefused;
import io.sluice.quotas.QuotaState;
import io.sluice.quotas.Quotas;
import io.sluice.secrets.KeyedHash;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Verifies keys against the database, and keeps the count of it. */
@ApplicationScoped
@Transactional
public class StoredKeyChecks implements KeyChecks {
    private static final Verdict UNKNOWN = new Verdict(Code.UNKNOWN, null, null, List.of(), null, null, null);
    private static final Set<Code> NO_KEY = Set.of(Code.UNKNOWN, Code.EXPIRED, Code.REVOKED);
    private static final Duration LONGEST_BY_HOUR = Duration.ofDays(31);
    private static final Duration LONGEST_BY_DAY = Duration.ofDays(400);

    @Inject
    FoundKeyRepository found;

    @Inject
    KeyUseRepository useRepository;

    @Inject
    KeyUses uses;

    @Inject
    KeySecrets secrets;

    @Inject
    KeyCounters counters;

    @Inject
    Quotas quotas;

    @Inject
    Quotas.Enforcement enforcement;

    @Inject
    Event<KeysRefused> refusals;

    @Override
    public Verdict verify(Question question, Optional<List<String>> projects) {
        boolean isKey = KeyText.isKey(question.key());
        Verdict verdict = isKey ? look(question, projects) : UNKNOWN;
        counters.verified(verdict.code());
        if (verdict.keyId() != null) {
            uses.add(verdict.keyId(), verdict.code() == Code.VALID);
        }
        if (isKey && NO_KEY.contains(verdict.code())) {
            uses.refuse(Optional.ofNullable(verdict.projectId())
                    .or(() -> projects.filter(all -> all.size() == 1).map(all -> all.get(0)))
                    .orElse(""));
        }
        return verdict;
    }

    private Verdict look(Question question, Optional<List<String>> projects) {
        List<KeyedHash> hashes = secrets.hashes(question.key());
        Optional<FoundKey> key = found.find(hashes)
                .filter(each ->
                        projects.map(all -> all.contains(each.projectId())).orElse(true));
        key.filter(each -> !each.masterKeyId().equals(hashes.get(0).keyId()))
                .ifPresent(each -> found.rehash(each.id(), hashes.get(0)));
        return key.map(each -> judge(each, question)).orElse(UNKNOWN);
    }

    private Verdict judge(FoundKey key, Question question) {
        if (key.revoked() || key.projectStatus().equals("deleted")) {
            return verdict(Code.REVOKED, key, null, null);
        }
        if (key.expired()) {
            return verdict(Code.EXPIRED, key, null, null);
        }
        if (!key.projectStatus().equals("active")) {
            String reason = key.suspension() == null ? "The project is " + key.projectStatus() + "." : key.suspension();
            return verdict(Code.PROJECT_SUSPENDED, key, null, reason);
        }
        if (question.scope() != null && !key.scopes().contains(question.scope())) {
            return verdict(Code.SCOPE_MISSING, key, null, null);
        }
        return question.metric() == null
                ? verdict(Code.VALID, key, null, null)
                : compare(key, question.metric(), question.amount());
    }

    private Verdict compare(FoundKey key, String metric, long amount) {
        if (!quotas.unknownMetrics(List.of(metric)).isEmpty()) {
            throw new InvalidInputException("metric", "is not the name of a metric; GET /v1/metrics lists them.");
        }
        List<QuotaState> capped = quotas.list(key.projectId()).stream()
                .filter(state -> state.terms().metric().equals(metric))
                .filter(state -> state.mode().equals("enforce") && state.terms().hardCap() != null)
                .toList();
        if (capped.isEmpty() || !enforcement.suspends(key.projectId())) {
            return verdict(Code.VALID, key, null, null);
        }
        long left = capped.stream()
                .mapToLong(state -> cap(state) - state.used())
                .min()
                .orElseThrow();
        return verdict(left < amount ? Code.QUOTA_EXCEEDED : Code.VALID, key, Math.max(0, left), null);
    }

    private static long cap(QuotaState state) {
        return Optional.ofNullable(state.terms().hardCap()).orElse(Long.MAX_VALUE);
    }

    private static Verdict verdict(Code code, FoundKey key, @Nullable Long remaining, @Nullable String reason) {
        return new Verdict(code, key.projectId(), key.id(), key.scopes(), key.expiresAt(), remaining, reason);
    }

    @Override
    public Usage usage(UUID keyId, @Nullable Instant from, @Nullable Instant to, String bucket) {
        if (!bucket.equals("hour") && !bucket.equals("day")) {
            throw new InvalidInputException("bucket", "must be hour or day.");
        }
        KeyUseRepository.Range range = useRepository.range(from, to);
        Duration longest = bucket.equals("hour") ? LONGEST_BY_HOUR : LONGEST_BY_DAY;
        if (!range.from().isBefore(range.to())) {
            throw new InvalidInputException("from", "must be before to.");
        }
        if (Duration.between(range.from(), range.to()).compareTo(longest) > 0) {
            throw new InvalidInputException("from", "must be at most " + longest.toDays() + " days before to.");
        }
        KeyUseRepository.Lately lately = useRepository.lately(keyId);
        return new Usage(
                range.from(),
                range.to(),
                useRepository.buckets(keyId, range, bucket),
                lately.day(),
                lately.week(),
                lately.month());
    }

    /** Writes uses down, all in one statement, and says what was refused. */
    void write(KeyUses.Taken taken) {
        if (!taken.uses().isEmpty()) {
            useRepository.write(taken.uses());
        }
        if (!taken.refused().isEmpty()) {
            refusals.fire(new KeysRefused(taken.refused()));
        }
    }
}
