package io.sluice.quotas;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.SluiceException.FieldError;
import io.sluice.StaleVersionException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.usage.Usage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes, changes, lists and deletes plans. A change of a plan holds for its projects at once and has them checked. */
@ApplicationScoped
@Transactional
public class Plans {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MOST_QUOTAS = 200;

    @Inject
    PlanRepository repository;

    @Inject
    QuotaRepository quotas;

    @Inject
    CheckRequests checks;

    @Inject
    Usage usage;

    @Inject
    AuditLog audit;

    /** Lists plans by name. */
    public Page<Plan> list(int limit, @Nullable String cursor) {
        return repository.list(limit, cursor);
    }

    /**
     * Finds one plan.
     *
     * @throws NotFoundException if there is none of this name
     */
    public Plan get(String name) {
        return repository.find(name).orElseThrow(() -> new NotFoundException("plan", name));
    }

    /**
     * Makes a plan.
     *
     * @throws InvalidInputException if the name or a quota breaks a rule
     * @throws ConflictException if the name is taken
     */
    public Plan create(String name, List<QuotaTerms> granted) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException("name", "must be 1 to 64 of the characters a-z A-Z 0-9 _ -.");
        }
        check(granted);
        if (!repository.insert(name)) {
            throw new ConflictException("There is already a plan '" + name + "'.");
        }
        repository.replaceQuotas(name, granted);
        audit.record(new NewAuditEntry("plan.created", "plan", name, null, null, Map.of("quotas", granted)));
        return get(name);
    }

    /**
     * Replaces the quotas of a plan, and has all projects checked.
     *
     * @param expectedVersion the version that the caller decided on; empty: whatever it is
     * @throws NotFoundException if there is no such plan
     * @throws StaleVersionException if it has another version
     * @throws InvalidInputException if a quota breaks a rule
     */
    public Plan replace(String name, List<QuotaTerms> granted, OptionalLong expectedVersion) {
        check(granted);
        if (!repository.touch(name, expectedVersion)) {
            get(name);
            throw new StaleVersionException("plan", name);
        }
        // Only now: as long as somebody else has the plan, counting goes on.
        usage.pause();
        List<QuotaTerms> before = get(name).quotas();
        repository.replaceQuotas(name, granted);
        audit.record(new NewAuditEntry(
                "plan.updated", "plan", name, null, Map.of("quotas", before), Map.of("quotas", granted)));
        checks.checkAll();
        return get(name);
    }

    /**
     * Deletes a plan that no project has.
     *
     * @throws NotFoundException if there is no such plan
     * @throws StaleVersionException if it has another version than the caller decided on
     * @throws ConflictException if a project has it, or if it is the plan {@code default}
     */
    public void delete(String name, OptionalLong expectedVersion) {
        if (name.equals(Plan.DEFAULT)) {
            throw new ConflictException("The plan 'default' serves every project without a plan; empty it instead.");
        }
        if (!repository.lock(name)) {
            throw new NotFoundException("plan", name);
        }
        List<QuotaTerms> before = get(name).quotas();
        if (repository.isUsed(name)) {
            throw new ConflictException("Projects have the plan '" + name + "'; give them another one first.");
        }
        if (!repository.delete(name, expectedVersion)) {
            throw new StaleVersionException("plan", name);
        }
        audit.record(new NewAuditEntry("plan.deleted", "plan", name, null, Map.of("quotas", before), null));
    }

    private void check(List<QuotaTerms> granted) {
        List<FieldError> errors = new ArrayList<>();
        if (granted.size() > MOST_QUOTAS) {
            errors.add(new FieldError("quotas", "must be at most " + MOST_QUOTAS + "."));
        }
        List<String> unknown = quotas.unknownMetrics(
                granted.stream().map(QuotaTerms::metric).distinct().toList());
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < granted.size(); i++) {
            QuotaTerms quota = granted.get(i);
            String prefix = "quotas[" + i + "].";
            errors.addAll(quota.errors(prefix));
            if (unknown.contains(quota.metric())) {
                errors.add(new FieldError(prefix + "metric", "must be one of GET /v1/metrics."));
            }
            if (!seen.add(List.of(quota.metric(), quota.period()))) {
                errors.add(new FieldError(prefix + "metric", "has this period twice in the plan."));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }
}
