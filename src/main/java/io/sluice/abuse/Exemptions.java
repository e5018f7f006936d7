package io.sluice.abuse;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.Actor;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is left alone. What they do is still detected and shown; it neither suspends nor tells anybody. Every change is
 * audited.
 */
@ApplicationScoped
@Transactional
public class Exemptions {
    private static final Set<String> KINDS = Set.of("exemption", "planned_spike");
    private static final Set<String> RULES_OF_SPIKES = Set.of("usage_spike", "absolute_rate");
    private static final Duration LONGEST_SPIKE = Duration.ofDays(31);

    @Inject
    ExemptionRepository repository;

    @Inject
    RuleRepository rules;

    @Inject
    AuditLog audit;

    /**
     * An exemption from suspension, or a spike that was announced.
     *
     * @param kind {@code exemption} or {@code planned_spike}
     * @param rule null: every rule that the kind may stand for
     * @param endsAt null: until it is taken away
     */
    public record Exemption(
            UUID id,
            String projectId,
            String kind,
            @Nullable String rule,
            String reason,
            Instant startsAt,
            @Nullable Instant endsAt,
            String createdBy,
            Instant createdAt) {}

    /**
     * One to be made.
     *
     * @param startsAt null: now
     */
    public record NewExemption(
            String kind,
            @Nullable String rule,
            String reason,
            @Nullable Instant startsAt,
            @Nullable Instant endsAt) {}

    /**
     * Lists those of a project, past ones too, newest first.
     *
     * @throws NotFoundException if there is no such project
     */
    public Page<Exemption> list(String projectId, int limit, @Nullable String cursor) {
        if (rules.status(projectId).isEmpty()) {
            throw new NotFoundException("project", projectId);
        }
        return repository.list(projectId, limit, cursor);
    }

    /**
     * Makes one.
     *
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if the project is deleted
     * @throws InvalidInputException if a member breaks a rule
     */
    public Exemption create(String projectId, NewExemption given) {
        String status = rules.lockProject(projectId).orElseThrow(() -> new NotFoundException("project", projectId));
        if (status.equals("deleted")) {
            throw new ConflictException("The project '" + projectId + "' is deleted; nothing of it can be exempt.");
        }
        Instant now = repository.now();
        Instant starts = Objects.requireNonNullElse(given.startsAt(), now);
        check(given, starts, now);
        Actor actor = Actor.current();
        Exemption made = repository.insert(
                projectId, given, starts, actor.kind().name().toLowerCase(Locale.ROOT) + ":" + actor.id());
        audit.record(entry("abuse_exemption.created", made, null, described(made)));
        return made;
    }

    /**
     * Takes one away.
     *
     * @throws NotFoundException if the project has no such exemption
     */
    public void remove(String projectId, UUID id) {
        Exemption removed =
                repository.delete(projectId, id).orElseThrow(() -> new NotFoundException("exemption", id.toString()));
        audit.record(entry("abuse_exemption.removed", removed, described(removed), null));
    }

    private void check(NewExemption given, Instant starts, Instant now) {
        if (!KINDS.contains(given.kind())) {
            throw new InvalidInputException("kind", "must be exemption or planned_spike.");
        }
        boolean spike = given.kind().equals("planned_spike");
        String rule = given.rule();
        boolean known = rule == null
                || (spike
                        ? RULES_OF_SPIKES.contains(rule)
                        : rules.list().stream().anyMatch(each -> each.name().equals(rule)));
        if (!known) {
            throw new InvalidInputException(
                    "rule",
                    spike
                            ? "must be usage_spike or absolute_rate, or be left out for both."
                            : "must be a rule from GET /v1/abuse/rules, or be left out for all.");
        }
        Instant ends = given.endsAt();
        if (ends == null ? spike : !ends.isAfter(starts) || !ends.isAfter(now)) {
            throw new InvalidInputException("ends_at", "must lie behind starts_at and in the future.");
        }
        if (spike && ends != null && ends.isAfter(starts.plus(LONGEST_SPIKE))) {
            throw new InvalidInputException(
                    "ends_at", "must lie at most " + LONGEST_SPIKE.toDays() + " days behind starts_at.");
        }
    }

    private static NewAuditEntry entry(
            String action, Exemption about, @Nullable Map<String, ?> before, @Nullable Map<String, ?> after) {
        return new NewAuditEntry(action, "abuse_exemption", about.id().toString(), about.projectId(), before, after);
    }

    private static Map<String, @Nullable Object> described(Exemption exemption) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("kind", exemption.kind());
        members.put("rule", exemption.rule());
        members.put("reason", exemption.reason());
        members.put("starts_at", exemption.startsAt());
        members.put("ends_at", exemption.endsAt());
        return members;
    }
}
