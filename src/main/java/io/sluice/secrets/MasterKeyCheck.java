package io.sluice.secrets;

import io.sluice.logging.EventLog;
import io.sluice.startup.StartupFailure;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.util.Optional;

/**
 * Ends the start when the database was last used under another master key: such a node would take every key for unknown and
 * could open nothing that is sealed.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class MasterKeyCheck {
    private static final EventLog LOG = EventLog.of(MasterKeyCheck.class);

    @Inject
    SecretsSettings settings;

    @Inject
    MasterKeyRepository keys;

    @Inject
    UserTransaction transaction;

    @PostConstruct
    void check() {
        String current = settings.current().id();
        Optional<String> previous = settings.previous().map(DerivedKeys::id);
        if (!register(current, previous)) {
            StartupFailure.end(
                    "SLUICE_MASTER_KEY (" + current + ") is not the key that this database was last used with;"
                            + " to replace that key, set SLUICE_MASTER_KEY_PREVIOUS to it.");
        }
        LOG.info("master key ready", "master_key_id", current, "previous_master_key_id", previous.orElse("none"));
    }

    private boolean register(String current, Optional<String> previous) {
        try {
            transaction.begin();
            boolean known = keys.register(current, previous.orElse(current));
            transaction.commit();
            return known;
        } catch (Exception failure) {
            throw new IllegalStateException("The master key cannot be compared with the database.", failure);
        }
    }
}
