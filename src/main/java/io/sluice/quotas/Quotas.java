package io.sluice.quotas;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.SluiceException.FieldError;
import io.sluice.StaleVersionException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.projects.ExceededCap;
import io.sluice.usage.Usage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The limits that hold for projects, and the quotas of single projects. A quota is known by project, metric and period;
 * where a project has none of its own, its plan's holds.
 */
@ApplicationScoped
@Transactional
public class Quotas {
    private static final Set<String> MODES = Set.of("enforce", "observe");

    /** What comes of a hard cap that is reached. */
    public interface Enforcement {
        /** Whether it suspends the project now: not while that is protected, and not where projects are only warned. */
        boolean suspends(String projectId);
    }

    @Inject
    QuotaRepository repository;

    @Inject
    CheckRequests checks;

    @Inject
    Usage usage;

    @Inject
    AuditLog audit;

    /**
     * Lists every limit that holds for the project, by metric and period.
     *
     * @throws NotFoundException if there is no such project
     */
    public List<QuotaState> list(String projectId) {
        if (repository.status(projectId).isEmpty()) {
            throw new NotFoundException("project", projectId);
        }
        return repository.states(List.of(projectId));
    }

    /**
     * Finds one limit that holds for the project.
     *
     * @throws NotFoundException if there is no such project, or nothing limits the metric in this period
     */
    public QuotaState get(String projectId, String metric, String period) {
        return list(projectId).stream()
                .filter(state -> isOf(state, metric, period))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("quota", metric + " per " + period));
    }

    /**
     * Gives a project a quota of its own. Has the project checked if its present usage reaches the cap or a warning.
     *
     * @param mode {@code enforce} or {@code observe}
     * @param expectedVersion the version that the caller decided on, 0 for an inherited quota; empty: whatever it is
     * @throws NotFoundException if there is no such project or metric
     * @throws StaleVersionException if the quota has another version
     * @throws InvalidInputException if the quota breaks a rule
     */
    public QuotaState put(String projectId, QuotaTerms terms, String mode, OptionalLong expectedVersion) {
        List<FieldError> errors = new ArrayList<>(terms.errors(""));
        if (!MODES.contains(mode)) {
            errors.add(new FieldError("mode", "must be enforce or observe."));
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
        if (!unknownMetrics(List.of(terms.metric())).isEmpty()) {
            throw new NotFoundException("metric", terms.metric());
        }
        Optional<QuotaState> before = before(projectId, terms.metric(), terms.period(), expectedVersion);
        repository.upsert(projectId, terms, mode);
        QuotaState now = get(projectId, terms.metric(), terms.period());
        audit.record(new NewAuditEntry(
                "quota.updated",
                "quota",
                target(projectId, terms.metric(), terms.period()),
                projectId,
                before.map(Quotas::described).orElse(null),
                described(now)));
        if (now.isReached()) {
            checks.check(List.of(projectId));
        }
        return now;
    }

    /**
     * Takes a project's own quota away: its plan's holds again. Has the project checked if its present usage reaches it.
     *
     * @throws NotFoundException if there is no such project, or it has no such quota of its own
     * @throws StaleVersionException if the quota has another version than the caller decided on
     */
    public void remove(String projectId, String metric, String period, OptionalLong expectedVersion) {
        Optional<QuotaState> before = before(projectId, metric, period, expectedVersion);
        if (!repository.delete(projectId, metric, period)) {
            throw new NotFoundException("quota", metric + " per " + period);
        }
        Optional<QuotaState> now = find(projectId, metric, period);
        audit.record(new NewAuditEntry(
                "quota.removed",
                "quota",
                target(projectId, metric, period),
                projectId,
                before.map(Quotas::described).orElse(null),
                now.map(Quotas::described).orElse(null)));
        if (now.filter(QuotaState::isReached).isPresent()) {
            checks.check(List.of(projectId));
        }
    }

    /** Those of the names that no metric has. */
    public List<String> unknownMetrics(List<String> names) {
        return repository.unknownMetrics(names);
    }

    /**
     * Has the project checked if its present usage reaches a cap or a warning. For changes of what holds for the project,
     * in their transaction and behind them; counting waits until it ends.
     */
    @Transactional(TxType.MANDATORY)
    public void compareAnew(String projectId) {
        checkIf(projectId, QuotaState::isReached);
    }

    /** Like {@link #compareAnew}, but only for caps that suspend and are none of those that somebody knows to be reached. */
    @Transactional(TxType.MANDATORY)
    public void compareAnewBesides(String projectId, List<ExceededCap> known) {
        checkIf(projectId, state -> state.isCapReachedBesides(known));
    }

    private void checkIf(String projectId, Predicate<QuotaState> concerns) {
        usage.pause();
        if (repository.states(List.of(projectId)).stream().anyMatch(concerns)) {
            checks.check(List.of(projectId));
        }
    }

    /** Locks the project, pauses counting, and reads what holds now. */
    private Optional<QuotaState> before(String projectId, String metric, String period, OptionalLong expectedVersion) {
        String status =
                repository.lockProject(projectId).orElseThrow(() -> new NotFoundException("project", projectId));
        if (status.equals("deleted")) {
            throw new ConflictException("The project '" + projectId + "' is deleted; its limits cannot be changed.");
        }
        usage.pause();
        Optional<QuotaState> before = find(projectId, metric, period);
        long version = before.map(QuotaState::version).orElse(0L);
        if (expectedVersion.isPresent() && expectedVersion.getAsLong() != version) {
            throw new StaleVersionException("quota", metric + " per " + period);
        }
        return before;
    }

    private Optional<QuotaState> find(String projectId, String metric, String period) {
        return repository.states(List.of(projectId)).stream()
                .filter(state -> isOf(state, metric, period))
                .findFirst();
    }

    private static boolean isOf(QuotaState state, String metric, String period) {
        return state.terms().metric().equals(metric) && state.terms().period().equals(period);
    }

    private static String target(String projectId, String metric, String period) {
        return projectId + "/" + metric + "/" + period;
    }

    private static Map<String, @Nullable Object> described(QuotaState state) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("limit", state.terms().limit());
        members.put("hard_cap", state.terms().hardCap());
        members.put("warn_at", state.terms().warnAt());
        members.put("mode", state.mode());
        members.put("source", state.source());
        return members;
    }
}
