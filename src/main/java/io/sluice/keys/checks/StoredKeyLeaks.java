package io.sluice.keys.checks;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.events.Events;
import io.sluice.keys.ApiKey;
import io.sluice.keys.ApiKeys;
import io.sluice.keys.KeyCounters;
import io.sluice.keys.KeyEvents;
import io.sluice.keys.KeyLeaks;
import io.sluice.keys.KeyRotations;
import io.sluice.keys.KeySecrets;
import io.sluice.keys.KeyText;
import io.sluice.keys.KeysSettings;
import io.sluice.logging.EventLog;
import io.sluice.secrets.KeyedHash;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks reported keys up, and does what the report asks for as far as the key still works. */
@ApplicationScoped
@Transactional
public class StoredKeyLeaks implements KeyLeaks {
    private static final EventLog LOG = EventLog.of(StoredKeyLeaks.class);
    private static final Report UNKNOWN = new Report(Action.NONE, null, null, null, null);

    @Inject
    FoundKeyRepository found;

    @Inject
    KeySecrets secrets;

    @Inject
    ApiKeys keys;

    @Inject
    KeyRotations rotations;

    @Inject
    KeysSettings settings;

    @Inject
    KeyCounters counters;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    @Override
    public Report report(String key, Policy policy, Predicate<String> visible) {
        if (!KeyText.isKey(key)) {
            return UNKNOWN;
        }
        List<KeyedHash> hashes = secrets.hashes(key);
        return found.find(hashes)
                .filter(each -> visible.test(each.projectId()))
                .flatMap(each -> found.lock(each.projectId(), hashes))
                .map(each -> act(each, policy))
                .orElse(UNKNOWN);
    }

    private Report act(FoundKey key, Policy policy) {
        boolean first = found.markLeaked(key.id());
        Report report = done(key, policy);
        if (first || report.action() != Action.NOTIFIED) {
            tell(report, policy);
        }
        return report;
    }

    private Report done(FoundKey key, Policy policy) {
        boolean works = !key.revoked() && !key.expired();
        if (works && policy == Policy.REVOKE) {
            return report(Action.REVOKED, keys.revoke(key.id(), ApiKeys.LEAKED), null);
        }
        if (works && policy == Policy.GRACE && key.rotated()) {
            boolean shortened = found.shorten(key.id(), settings.grace());
            return report(shortened ? Action.SHORTENED : Action.NOTIFIED, keys.get(key.id()), null);
        }
        if (works && policy == Policy.GRACE) {
            return rotations
                    .rotateIfPossible(key.id())
                    .map(rotated -> report(
                            Action.ROTATED, rotated.old(), rotated.fresh().id()))
                    .orElseGet(() -> notified(key));
        }
        return notified(key);
    }

    private Report notified(FoundKey key) {
        return report(Action.NOTIFIED, keys.get(key.id()), null);
    }

    private static Report report(Action action, ApiKey key, @Nullable UUID newKeyId) {
        return new Report(action, key.projectId(), key.id(), key.expiresAt(), newKeyId);
    }

    private void tell(Report report, Policy policy) {
        UUID keyId = Objects.requireNonNull(report.keyId());
        Map<String, @Nullable Object> after = new LinkedHashMap<>();
        after.put("policy", word(policy));
        after.put("action", word(report.action()));
        after.put("expires_at", report.expiresAt());
        after.put("replaced_by", report.newKeyId());
        audit.record(new NewAuditEntry("key.leaked", "key", keyId.toString(), report.projectId(), null, after));
        events.publish(KeyEvents.LEAKED.of(
                report.projectId(),
                new KeyEvents.KeyLeaked(
                        keyId, word(policy), word(report.action()), report.expiresAt(), report.newKeyId())));
        LOG.warning(
                "key leak reported",
                "key_id",
                keyId,
                "project_id",
                report.projectId(),
                "policy",
                word(policy),
                "action",
                word(report.action()));
        counters.changed("leaked", 1);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
