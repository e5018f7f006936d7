package io.sluice.notifications.email;

import io.sluice.logging.EventLog;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** Says at the start whether mail is sent, so that nobody finds out by waiting for one. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class MailStart {
    private static final EventLog LOG = EventLog.of(MailStart.class);

    @Inject
    MailChannel mail;

    @PostConstruct
    void start() {
        mail.say(LOG);
    }
}
