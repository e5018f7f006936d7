package io.sluice.admin.abuse;

import io.sluice.abuse.Exemptions;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An exemption or a planned spike as the API shows it. */
public record ExemptionJson(
        UUID id,
        String projectId,
        String kind,
        @Nullable String rule,
        String reason,
        Instant startsAt,
        @Nullable Instant endsAt,
        String createdBy,
        Instant createdAt) {
    static ExemptionJson of(Exemptions.Exemption exemption) {
        return new ExemptionJson(
                exemption.id(),
                exemption.projectId(),
                exemption.kind(),
                exemption.rule(),
                exemption.reason(),
                exemption.startsAt(),
                exemption.endsAt(),
                exemption.createdBy(),
                exemption.createdAt());
    }
}
