package io.sluice.keys.checks;

import io.sluice.logging.EventLog;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/**
 * Writes the uses of keys down every few seconds and when the node stops, in one statement for all of them instead of one
 * a request. What a killed node had not written is lost; what could not be written is kept for the next time.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class KeyUseTimer {
    private static final EventLog LOG = EventLog.of(KeyUseTimer.class);

    @Inject
    KeyUses uses;

    @Inject
    StoredKeyChecks checks;

    @PreDestroy
    @Schedule(hour = "*", minute = "*", second = "*/5", timezone = "UTC", persistent = false)
    void write() {
        KeyUses.Taken taken = uses.take();
        if (taken.isEmpty()) {
            return;
        }
        try {
            checks.write(taken);
        } catch (RuntimeException databaseAway) {
            uses.putBack(taken);
            LOG.warning("key uses not written", "keys", taken.uses().size());
        }
    }
}
