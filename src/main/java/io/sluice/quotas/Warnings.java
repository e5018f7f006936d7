package io.sluice.quotas;

import io.sluice.NotFoundException;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives warnings, each once, and lists them. */
@ApplicationScoped
@Transactional
public class Warnings {
    @Inject
    WarningRepository repository;

    @Inject
    QuotaRepository quotas;

    /** A warning that is due, unless another check gives it first. */
    public record New(
            String projectId,
            String metric,
            String period,
            Instant periodStart,
            int threshold,
            long limit,
            long usage) {}

    /**
     * A warning that was given now.
     *
     * @param id the warning's
     */
    public record Given(UUID id, String projectId, String metric, String period) {}

    /**
     * Gives those of the warnings that nobody gave before, in the caller's transaction.
     *
     * @return the quotas whose warning was given now
     */
    @Transactional(TxType.MANDATORY)
    public List<Given> give(List<New> due, UUID jobId) {
        return due.isEmpty() ? List.of() : repository.insert(due, jobId);
    }

    /**
     * Lists the warnings of one project, newest first.
     *
     * @throws NotFoundException if there is no such project
     */
    public Page<Warning> list(String projectId, int limit, @Nullable String cursor) {
        if (quotas.status(projectId).isEmpty()) {
            throw new NotFoundException("project", projectId);
        }
        return repository.list(projectId, null, null, limit, cursor);
    }

    /**
     * Lists the warnings of all projects, newest first.
     *
     * @param from first instant included; null: from the beginning
     * @param to first instant excluded; null: until now
     */
    public Page<Warning> list(@Nullable Instant from, @Nullable Instant to, int limit, @Nullable String cursor) {
        return repository.list(null, from, to, limit, cursor);
    }
}
