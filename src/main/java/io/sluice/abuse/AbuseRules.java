package io.sluice.abuse;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.SluiceException.FieldError;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules of the installation and what holds instead for single projects. Every change is audited. */
@ApplicationScoped
@Transactional
public class AbuseRules {
    private static final Set<String> MODES = Set.of("off", "observe", "enforce");
    private static final Set<String> LEVELS = Set.of("warning", "critical", "severe", "never");
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);
    private static final long MOST_QUANTITY = 1_000_000_000_000L;

    @Inject
    RuleRepository repository;

    @Inject
    AuditLog audit;

    /**
     * New values of a rule; null leaves one as it is, or for a project: as the rule says.
     *
     * @param name the rule
     * @param warning above 0, with at most two decimals, like the other thresholds; they must not fall
     */
    public record Change(
            String name,
            @Nullable String mode,
            @Nullable BigDecimal warning,
            @Nullable BigDecimal critical,
            @Nullable BigDecimal severe,
            @Nullable String suspendAt,
            @Nullable Long minimum,
            @Nullable Long suspendRate,
            @Nullable BigDecimal suspendGrowth) {}

    /** All rules by name. */
    public List<AbuseRule> list() {
        return repository.list();
    }

    /**
     * Changes rules, all of them or none.
     *
     * @return all rules as they are now
     * @throws InvalidInputException if a value breaks a rule, or no rule has the name
     */
    public List<AbuseRule> change(List<Change> changes) {
        repository.lock();
        Map<String, AbuseRule> before = byName(repository.list());
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            AbuseRule rule = before.get(change.name());
            String path = "items[" + i + "].";
            if (rule == null || !seen.add(change.name())) {
                errors.add(new FieldError(path + "name", "must be a rule from GET /v1/abuse/rules, named once."));
            } else {
                check(path, change, rule, errors);
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
        repository.update(changes);
        List<AbuseRule> after = repository.list();
        audit.record(after.stream()
                .filter(rule -> seen.contains(rule.name()))
                .map(rule -> new NewAuditEntry(
                        "abuse_rule.updated",
                        "abuse_rule",
                        rule.name(),
                        null,
                        described(before.get(rule.name())),
                        described(rule)))
                .toList());
        return after;
    }

    /**
     * What holds for a project, by rule.
     *
     * @throws NotFoundException if there is no such project
     */
    public List<AbuseRule> listFor(String projectId) {
        if (repository.status(projectId).isEmpty()) {
            throw new NotFoundException("project", projectId);
        }
        return repository.listFor(projectId);
    }

    /**
     * Gives a project values of its own for a rule, in the place of those it had.
     *
     * @throws NotFoundException if there is no such project or rule
     * @throws ConflictException if the project is deleted
     * @throws InvalidInputException if a value breaks a rule
     */
    public AbuseRule putFor(String projectId, Change change) {
        requireOpen(projectId);
        AbuseRule rule = named(repository.list(), change.name());
        AbuseRule before = named(repository.listFor(projectId), change.name());
        List<FieldError> errors = new ArrayList<>();
        check("", change, rule, errors);
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
        repository.put(projectId, change);
        AbuseRule after = named(repository.listFor(projectId), change.name());
        audit.record(new NewAuditEntry(
                "abuse_rule.overridden", "abuse_rule", change.name(), projectId, described(before), described(after)));
        return after;
    }

    /**
     * Takes a project's own values away.
     *
     * @throws NotFoundException if there is no such project, or it has none for this rule
     */
    public void removeFor(String projectId, String name) {
        requireOpen(projectId);
        AbuseRule before = repository.listFor(projectId).stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("rule", name));
        if (!repository.delete(projectId, name)) {
            throw new NotFoundException("rule of the project's own", name);
        }
        audit.record(new NewAuditEntry(
                "abuse_rule.override_removed",
                "abuse_rule",
                name,
                projectId,
                described(before),
                described(named(repository.listFor(projectId), name))));
    }

    private void requireOpen(String projectId) {
        String status =
                repository.lockProject(projectId).orElseThrow(() -> new NotFoundException("project", projectId));
        if (status.equals("deleted")) {
            throw new ConflictException("The project '" + projectId + "' is deleted; its rules cannot be changed.");
        }
    }

    private static AbuseRule named(List<AbuseRule> rules, String name) {
        return rules.stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("rule", name));
    }

    private static Map<String, AbuseRule> byName(List<AbuseRule> rules) {
        return rules.stream().collect(Collectors.toMap(AbuseRule::name, Function.identity()));
    }

    private static void check(String path, Change change, AbuseRule rule, List<FieldError> errors) {
        oneOf(path + "mode", change.mode(), MODES, "off, observe or enforce", errors);
        oneOf(path + "suspend_at", change.suspendAt(), LEVELS, "warning, critical, severe or never", errors);
        threshold(path + "warning", change.warning(), false, errors);
        threshold(path + "critical", change.critical(), false, errors);
        threshold(path + "severe", change.severe(), false, errors);
        threshold(path + "suspend_growth", change.suspendGrowth(), true, errors);
        quantity(path + "minimum", change.minimum(), errors);
        quantity(path + "suspend_rate", change.suspendRate(), errors);
        BigDecimal warning = orElse(change.warning(), rule.warning());
        BigDecimal critical = orElse(change.critical(), rule.critical());
        BigDecimal severe = orElse(change.severe(), rule.severe());
        if (warning.compareTo(critical) > 0 || critical.compareTo(severe) > 0) {
            errors.add(new FieldError(
                    path + "severe",
                    "must not be below critical, nor critical below warning; together they would be " + warning + ", "
                            + critical + ", " + severe + "."));
        }
    }

    private static BigDecimal orElse(@Nullable BigDecimal value, BigDecimal otherwise) {
        return value == null ? otherwise : value;
    }

    private static void oneOf(
            String field, @Nullable String word, Set<String> words, String shown, List<FieldError> errors) {
        if (word != null && !words.contains(word)) {
            errors.add(new FieldError(field, "must be " + shown + "."));
        }
    }

    private static void threshold(
            String field, @Nullable BigDecimal value, boolean mayBeZero, List<FieldError> errors) {
        if (value == null) {
            return;
        }
        boolean inRange = value.compareTo(MOST) <= 0 && value.signum() >= (mayBeZero ? 0 : 1);
        if (!inRange || value.stripTrailingZeros().scale() > 2) {
            errors.add(new FieldError(
                    field,
                    "must be " + (mayBeZero ? "from 0" : "above 0 and") + " to " + MOST
                            + ", with at most two decimals."));
        }
    }

    private static void quantity(String field, @Nullable Long value, List<FieldError> errors) {
        if (value != null && (value < 0 || value > MOST_QUANTITY)) {
            errors.add(new FieldError(field, "must be from 0 to " + MOST_QUANTITY + "."));
        }
    }

    private static Map<String, @Nullable Object> described(@Nullable AbuseRule rule) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (rule != null) {
            members.put("mode", rule.mode());
            members.put("warning", rule.warning());
            members.put("critical", rule.critical());
            members.put("severe", rule.severe());
            members.put("suspend_at", rule.suspendAt());
            members.put("minimum", rule.minimum());
            members.put("suspend_rate", rule.suspendRate());
            members.put("suspend_growth", rule.suspendGrowth());
        }
        return members;
    }
}
