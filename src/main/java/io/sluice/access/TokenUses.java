package io.sluice.access;

import io.sluice.logging.EventLog;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.util.Set;

/** Writes down every few seconds which tokens were used, in one statement for all of them instead of one a request. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class TokenUses {
    private static final EventLog LOG = EventLog.of(TokenUses.class);

    @Inject
    TokenMemory memory;

    @Inject
    Tokens tokens;

    @Schedule(hour = "*", minute = "*", second = "*/10", timezone = "UTC", persistent = false)
    void write() {
        Set<String> used = memory.takeUsed();
        try {
            tokens.markUsed(used);
        } catch (RuntimeException databaseAway) {
            LOG.warning("token use not written", "tokens", used.size());
        }
    }
}
