package io.sluice.jobs.operations;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.Jobs.Selection;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the audit says of calls about many jobs: one entry says what was called for, and one for each project that has some
 * of the jobs says to its owner how many of them. Where all jobs are of one project, those included that were named and
 * not changed, these are one entry.
 */
@ApplicationScoped
class BulkAudit {
    @Inject
    AuditLog audit;

    void changed(String action, Selection selection, BulkRepository.Changed changed) {
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("type", selection.type());
        call.put("status", selection.status());
        call.put("batch_id", selection.batchId());
        call.put("quarantined", selection.quarantined());
        call.put("reason", selection.reason());
        Map<String, Object> all = new LinkedHashMap<>(call);
        all.put("ids", selection.ids());
        all.put("count", changed.affected().count());
        Map<@Nullable String, Map<String, Object>> parts = new LinkedHashMap<>();
        changed.byProject().forEach((project, count) -> {
            Map<String, Object> part = new LinkedHashMap<>(call);
            part.put("count", count);
            parts.put(project, part);
        });
        List<UUID> named = selection.ids();
        // Of a job that was named and not changed nobody knows here whose it is.
        boolean noOther =
                named == null || Set.copyOf(named).size() == changed.affected().count();
        record(action, "*", all, parts, noOther ? only(parts) : null);
    }

    private static @Nullable String only(Map<@Nullable String, ?> parts) {
        return parts.size() == 1 ? parts.keySet().iterator().next() : null;
    }

    /** Says nothing where the keys of all jobs were held. */
    void enqueued(Map<UUID, NewJob> byId, @Nullable UUID batchId) {
        if (byId.isEmpty()) {
            return;
        }
        List<NewJob> jobs = List.copyOf(byId.values());
        Map<@Nullable String, List<NewJob>> byProject = new LinkedHashMap<>();
        jobs.forEach(job -> byProject
                .computeIfAbsent(job.projectId(), any -> new ArrayList<>())
                .add(job));
        Map<@Nullable String, Map<String, Object>> parts = new LinkedHashMap<>();
        byProject.forEach((project, own) -> parts.put(project, made(own, batchId)));
        record("jobs.enqueued", byId.keySet().iterator().next().toString(), made(jobs, batchId), parts, only(parts));
    }

    private static Map<String, Object> made(List<NewJob> jobs, @Nullable UUID batchId) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("jobs", jobs.size());
        made.put("types", jobs.stream().map(NewJob::type).distinct().sorted().toList());
        made.put("batch_id", batchId);
        return made;
    }

    /** With {@code owner} the call's entry is the project's own, and says the same as its part. */
    private void record(
            String action,
            String target,
            Map<String, Object> all,
            Map<@Nullable String, Map<String, Object>> parts,
            @Nullable String owner) {
        List<NewAuditEntry> entries = new ArrayList<>();
        entries.add(new NewAuditEntry(action, "job", target, owner, null, all));
        if (owner == null) {
            parts.forEach((project, part) -> {
                if (project != null) {
                    entries.add(new NewAuditEntry(action, "job", "*", project, null, part));
                }
            });
        }
        audit.record(entries);
    }
}
