package io.sluice.jobs.handlers;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.JobsSettings;
import io.sluice.json.Json;
import io.sluice.json.JsonSchemas;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types of the handlers that this node has found. */
@ApplicationScoped
public class RegisteredTypes implements JobTypes {
    private static final int USUAL_ATTEMPTS = 3;

    @Inject
    HandlerCatalog catalog;

    @Inject
    JobTypeRepository controls;

    @Inject
    Payloads payloads;

    @Inject
    JobsSettings settings;

    @Inject
    AuditLog audit;

    @Override
    @Transactional(TxType.SUPPORTS)
    public List<JobType> list() {
        Map<String, JobTypeRepository.Controls> set = controls.all();
        return catalog.all().stream()
                .map(handler -> shown(handler, set.getOrDefault(handler.type(), JobTypeRepository.Controls.NONE)))
                .toList();
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public JobType get(String name) {
        return list().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("job type", name));
    }

    @Override
    @Transactional
    public JobType change(String name, @Nullable Boolean paused, @Nullable Integer concurrency) {
        JobType before = get(name);
        if (concurrency != null && (concurrency < 1 || concurrency > 1000)) {
            throw new InvalidInputException("concurrency", "must be a whole number from 1 to 1000.");
        }
        controls.add(name);
        if (paused != null) {
            controls.pause(name, paused);
        }
        if (concurrency != null) {
            controls.limit(name, concurrency);
        }
        JobType after = get(name);
        audit.record(new NewAuditEntry("job_type.updated", "job_type", name, null, state(before), state(after)));
        return after;
    }

    @Override
    public void check(String type, Map<String, ?> payload) {
        RegisteredHandler handler = catalog.find(type)
                .orElseThrow(() -> new InvalidInputException(
                        "type", "is not a job type of this installation; see GET /v1/job-types."));
        payloads.read(Json.write(payload), handler.payloadType());
    }

    @Override
    public int maxAttempts(String name) {
        return catalog.find(name).map(handler -> handler.policy().maxAttempts()).orElse(USUAL_ATTEMPTS);
    }

    @Override
    public boolean announcesFailure(String name) {
        return catalog.find(name).map(RegisteredHandler::announcesFailure).orElse(true);
    }

    private JobType shown(RegisteredHandler handler, JobTypeRepository.Controls set) {
        Integer concurrency = set.concurrency();
        int slots = handler.ownSlots() > 0 ? handler.ownSlots() : settings.concurrency();
        return new JobType(
                handler.type(),
                handler.description(),
                JsonSchemas.of(handler.payloadType()),
                handler.policy().maxAttempts(),
                handler.policy().base(),
                handler.policy().cap(),
                handler.timeout(),
                set.paused(),
                concurrency == null ? slots : Math.min(concurrency, slots),
                handler.ownSlots());
    }

    private static Map<String, ?> state(JobType type) {
        return Map.of("paused", type.paused(), "concurrency", type.concurrency());
    }
}
