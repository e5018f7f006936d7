package io.sluice.backups.restore;

import io.sluice.backups.archive.ArchivedFile;
import io.sluice.backups.archive.Manifest;
import io.sluice.json.Json;
import io.sluice.projects.Project;
import io.sluice.projects.ProjectChange;
import io.sluice.projects.Projects;
import io.sluice.quotas.QuotaState;
import io.sluice.quotas.QuotaTerms;
import io.sluice.quotas.Quotas;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a project the plan and the quotas of an archive, through the same doors as an operator. Usage, suspensions, keys
 * and everything else stay as they are: a restore is no way up.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class TermsRestore {
    /** The plan of every project that has none. */
    private static final String USUAL_PLAN = "default";

    @Inject
    Projects projects;

    @Inject
    Quotas quotas;

    /** What an archive says of a project. */
    record Terms(@Nullable String plan, List<Map<String, Object>> quotas) {}

    /** Which files of an archive {@link Terms} are read from. */
    static List<String> files(Manifest manifest) {
        return manifest.files().stream()
                .map(ArchivedFile::name)
                .filter(name -> name.equals(Manifest.PROJECT) || name.equals(Manifest.QUOTAS))
                .toList();
    }

    /** Reads lines of JSON. */
    static List<Map<String, Object>> objects(String lines) {
        return lines.lines().map(Json::readObject).toList();
    }

    /** Makes them hold for the project; returns how many quotas it has of its own now. */
    int restore(String projectId, Terms terms) {
        Project project = projects.get(projectId);
        String plan = terms.plan() == null ? USUAL_PLAN : terms.plan();
        String current = project.plan() == null ? USUAL_PLAN : project.plan();
        if (!plan.equals(current)) {
            projects.change(projectId, new ProjectChange(null, null, plan, null, null, null), OptionalLong.empty());
        }
        Set<String> kept = new HashSet<>();
        for (Map<String, Object> quota : terms.quotas()) {
            QuotaTerms given = terms(quota);
            quotas.put(projectId, given, String.valueOf(quota.get("mode")), OptionalLong.empty());
            kept.add(given.metric() + " " + given.period());
        }
        for (QuotaState state : quotas.list(projectId)) {
            QuotaTerms now = state.terms();
            if (state.source().equals("project") && !kept.contains(now.metric() + " " + now.period())) {
                quotas.remove(projectId, now.metric(), now.period(), OptionalLong.empty());
            }
        }
        return kept.size();
    }

    private static QuotaTerms terms(Map<String, Object> quota) {
        List<?> warnAt = (List<?>) quota.getOrDefault("warn_at", List.of());
        return new QuotaTerms(
                String.valueOf(quota.get("metric")),
                String.valueOf(quota.get("unit")),
                number(quota.get("quota_limit")),
                number(quota.get("hard_cap")),
                warnAt.stream().map(band -> ((Number) band).intValue()).toList());
    }

    private static @Nullable Long number(@Nullable Object value) {
        return value == null ? null : Long.valueOf(((Number) value).longValue());
    }
}
