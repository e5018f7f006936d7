package io.sluice.retention.purge;

import io.sluice.jobs.JobContext;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Comparator;
import java.util.List;

/** All that features want removed some day, and the transactions in which it goes. */
@ApplicationScoped
class Kinds {
    @Inject
    @Any
    Instance<Retention> beans;

    /** By name. */
    List<Retention> all() {
        return beans.stream().sorted(Comparator.comparing(Retention::kind)).toList();
    }

    @Transactional(TxType.REQUIRES_NEW)
    public long count(Retention kind) {
        return kind.countExpired();
    }

    /** Fenced: a run that lost its job deletes no more. */
    @Transactional(TxType.REQUIRES_NEW)
    public long deleteSome(Retention kind, JobContext context) {
        context.requireOwnership();
        return kind.deleteExpired(kind.mostAtOnce());
    }
}
