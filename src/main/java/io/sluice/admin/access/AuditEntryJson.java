package io.sluice.admin.access;

import io.sluice.audit.AuditEntry;
import io.sluice.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One audit entry as the API shows it. */
public record AuditEntryJson(
        UUID id,
        Instant at,
        ActorJson actor,
        String action,
        TargetJson target,
        @Nullable String projectId,
        @Nullable String requestId,
        @Nullable Map<String, Object> before,
        @Nullable Map<String, Object> after) {
    /** Who did it: a token, a job, or Sluice itself. */
    public record ActorJson(String kind, String id) {}

    /** To which thing it was done. */
    public record TargetJson(String type, String id) {}

    static AuditEntryJson of(AuditEntry entry) {
        return new AuditEntryJson(
                entry.id(),
                entry.at(),
                new ActorJson(entry.actorKind(), entry.actorId()),
                entry.action(),
                new TargetJson(entry.targetType(), entry.targetId()),
                entry.projectId(),
                entry.requestId(),
                read(entry.before()),
                read(entry.after()));
    }

    private static @Nullable Map<String, Object> read(@Nullable String json) {
        return json == null ? null : Json.readObject(json);
    }
}
