package io.sluice.admin.keys;

import io.sluice.keys.KeyLeaks;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was done about a leaked key. */
public record KeyLeakReportJson(
        String action,
        @Nullable String projectId,
        @Nullable UUID keyId,
        @Nullable Instant expiresAt,
        @Nullable UUID newKeyId) {
    static KeyLeakReportJson of(KeyLeaks.Report report) {
        return new KeyLeakReportJson(
                report.action().name().toLowerCase(Locale.ROOT),
                report.projectId(),
                report.keyId(),
                report.expiresAt(),
                report.newKeyId());
    }
}
