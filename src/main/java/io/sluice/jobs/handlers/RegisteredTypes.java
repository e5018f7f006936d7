package io.sluice.jobs.handlers;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.SluiceException.FieldError;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.sealing.Redaction;
import io.sluice.jobs.sealing.SealedPayloads;
import io.sluice.jobs.wakeup.AfterCommit;
import io.sluice.jobs.wakeup.News;
import io.sluice.json.Json;
import io.sluice.json.JsonSchemas;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types of the handlers that this node has found. */
@ApplicationScoped
public class RegisteredTypes implements JobTypes {
    private static final int USUAL_ATTEMPTS = 3;
    private static final int MOST_LIMIT = 100_000;

    @Inject
    HandlerCatalog catalog;

    @Inject
    JobTypeRepository controls;

    @Inject
    Payloads payloads;

    @Inject
    SealedPayloads sealed;

    @Inject
    JobsSettings settings;

    @Inject
    AuditLog audit;

    @Inject
    AfterCommit afterCommit;

    @Override
    @Transactional
    public List<JobType> list() {
        Map<String, Controls> set = controls.all();
        return catalog.asWritten().stream()
                .map(handler -> shown(handler, set.getOrDefault(handler.type(), Controls.NONE)))
                .toList();
    }

    @Override
    @Transactional
    public JobType get(String name) {
        return list().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("job type", name));
    }

    @Override
    @Transactional
    public JobType change(String name, Change change) {
        get(name);
        controls.lock(name);
        JobType before = get(name);
        Controls old = controls.all().getOrDefault(name, Controls.NONE);
        controls.write(name, applied(old, change));
        JobType after = get(name);
        if (after.equals(before)) {
            return after;
        }
        audit.record(new NewAuditEntry("job_type.updated", "job_type", name, null, state(before), state(after)));
        afterCommit.policiesChanged();
        return after;
    }

    @Override
    @Transactional
    public void pauseAll(boolean paused) {
        controls.lock(ALL);
        boolean before = allPaused();
        controls.write(ALL, applied(Controls.NONE, paused));
        audit.record(new NewAuditEntry(
                paused ? "jobs.paused" : "jobs.resumed",
                "job_type",
                ALL,
                null,
                Map.of("paused", before),
                Map.of("paused", paused)));
        afterCommit.wakeWorkers(News.ALL);
    }

    @Override
    @Transactional
    public boolean allPaused() {
        return controls.all().getOrDefault(ALL, Controls.NONE).paused();
    }

    /** Takes over what operators set since the last call. */
    @Transactional(TxType.REQUIRES_NEW)
    public void refresh() {
        catalog.apply(controls.all());
    }

    @Override
    public Map<String, ?> accept(String type, Map<String, ?> payload, @Nullable Map<String, ?> stored) {
        RegisteredHandler handler = catalog.find(type)
                .orElseThrow(() -> new InvalidInputException(
                        "type", "is not a job type of this installation; see GET /v1/job-types."));
        Class<?> form = handler.payloadType();
        Map<String, ?> meant = sealed.unmasked(type, form, payload, stored);
        try {
            payloads.read(Json.write(meant), form);
        } catch (InvalidInputException unfit) {
            Redaction redaction = sealed.redaction(form, meant);
            throw new InvalidInputException(unfit.errors().stream()
                    .map(error -> new FieldError(error.field(), redaction.text(error.message())))
                    .toList());
        }
        return sealed.seal(type, form, meant);
    }

    @Override
    public String masked(String type, String payload) {
        return sealed.masked(
                catalog.find(type).map(RegisteredHandler::payloadType).orElse(null), payload);
    }

    @Override
    public int maxAttempts(String name) {
        return catalog.find(name).map(handler -> handler.policy().maxAttempts()).orElse(USUAL_ATTEMPTS);
    }

    @Override
    public boolean announcesFailure(String name) {
        return catalog.find(name).map(RegisteredHandler::announcesFailure).orElse(true);
    }

    private JobType shown(RegisteredHandler written, Controls set) {
        RegisteredHandler handler = written.under(set);
        Integer concurrency = set.concurrency();
        int slots = handler.ownSlots() > 0 ? handler.ownSlots() : settings.concurrency();
        return new JobType(
                handler.type(),
                handler.description(),
                JsonSchemas.of(handler.payloadType()),
                handler.policy().maxAttempts(),
                handler.policy().base(),
                handler.policy().cap(),
                handler.policy().jitter(),
                handler.policy().finalErrors(),
                handler.timeout(),
                set.paused(),
                concurrency == null ? slots : Math.min(concurrency, slots),
                handler.ownSlots(),
                set.clusterLimit(),
                set.projectLimit(),
                set.rate());
    }

    private static Controls applied(Controls old, boolean paused) {
        return applied(old, new Change(paused, null, null, null, null, null, null, null, null, null, null));
    }

    private static Controls applied(Controls old, Change change) {
        within("concurrency", change.concurrency(), 1, 1000);
        within("max_attempts", change.maxAttempts(), 1, 1000);
        within("cluster_concurrency", change.clusterConcurrency(), 0, MOST_LIMIT);
        within("project_concurrency", change.projectConcurrency(), 0, MOST_LIMIT);
        Rate rate = change.rate();
        if (rate != null
                && rate.jobs() != 0
                && (rate.per().isNegative() || rate.per().toMillis() < 1)) {
            throw new InvalidInputException("rate_limit.per_seconds", "must be from 0.001 to 86400.");
        }
        return new Controls(
                or(change.paused(), old.paused()),
                change.concurrency() == null ? old.concurrency() : change.concurrency(),
                change.maxAttempts() == null ? old.maxAttempts() : change.maxAttempts(),
                change.backoff() == null ? old.backoff() : change.backoff(),
                change.backoffCap() == null ? old.backoffCap() : change.backoffCap(),
                change.jitter() == null ? old.jitter() : change.jitter(),
                change.timeout() == null ? old.timeout() : change.timeout(),
                limit(change.clusterConcurrency(), old.clusterLimit()),
                limit(change.projectConcurrency(), old.projectLimit()),
                rate == null ? old.rate() : rate.jobs() == 0 ? null : rate,
                change.finalErrors() == null ? old.finalErrors() : change.finalErrors());
    }

    private static boolean or(@Nullable Boolean given, boolean old) {
        return given == null ? old : given;
    }

    /** 0 takes a limit away. */
    private static @Nullable Integer limit(@Nullable Integer given, @Nullable Integer old) {
        return given == null ? old : given == 0 ? null : given;
    }

    private static void within(String field, @Nullable Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            throw new InvalidInputException(field, "must be a whole number from " + min + " to " + max + ".");
        }
    }

    private static Map<String, ?> state(JobType type) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("paused", type.paused());
        state.put("concurrency", type.concurrency());
        state.put("max_attempts", type.maxAttempts());
        state.put("backoff", type.backoff().toString());
        state.put("backoff_cap", type.backoffCap().toString());
        state.put("jitter", type.jitter());
        state.put("final_errors", type.finalErrors());
        state.put("timeout", type.timeout().toString());
        state.put("cluster_concurrency", type.clusterConcurrency());
        state.put("project_concurrency", type.projectConcurrency());
        Rate rate = type.rate();
        state.put("rate_limit", rate == null ? null : rate.jobs() + " per " + rate.per());
        return state;
    }
}
