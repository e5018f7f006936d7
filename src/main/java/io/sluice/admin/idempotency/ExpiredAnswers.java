package io.sluice.admin.idempotency;

import io.sluice.logging.EventLog;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.transaction.RollbackException;

/** Deletes answers that nobody can ask for any more. Every node does; they leave each other's rows alone. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class ExpiredAnswers {
    private static final EventLog LOG = EventLog.of(ExpiredAnswers.class);

    @Inject
    IdempotencyKeys keys;

    @Schedule(hour = "*", minute = "*/5", timezone = "UTC", persistent = false)
    void delete() {
        try {
            keys.deleteExpired();
        } catch (RollbackException | RuntimeException databaseAway) {
            LOG.warning("expired answers not deleted");
        }
    }
}
