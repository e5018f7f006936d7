package io.sluice.quotas;

import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The details of checks: part of the record of their jobs, kept beside it because they may be many. */
@ApplicationScoped
@Transactional
public class CheckActions {
    /** What the checks of this node did since it started. Reads memory only; safe from every thread. */
    public interface Totals {
        /** Checks that ran to their end. */
        long checks();

        long suspensions();

        long warnings();
    }

    @Inject
    CheckActionRepository repository;

    /**
     * Writes down what the job did, in the caller's transaction. Again for the same limits changes nothing.
     *
     * @return how many were new
     */
    @Transactional(TxType.MANDATORY)
    public int record(UUID jobId, List<CheckAction> actions) {
        return actions.isEmpty() ? 0 : repository.insert(jobId, actions);
    }

    /** Lists what the job did, by project, metric and period; empty for a job that did nothing or is no check. */
    public Page<CheckAction> list(UUID jobId, int limit, @Nullable String cursor) {
        return repository.list(jobId, limit, cursor);
    }
}
