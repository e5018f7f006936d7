package io.sluice.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.audit.AuditLog;
import io.sluice.audit.AuditQuery;
import io.sluice.audit.NewAuditEntry;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.TransactionalException;
import jakarta.transaction.UserTransaction;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

@ArquillianTest
class AuditInTransactionIT {
    @Inject
    AuditLog audit;

    @Resource
    UserTransaction transaction;

    @PersistenceContext
    EntityManager entityManager;

    @Deployment
    static WebArchive deployment() {
        return SluiceArchive.packaged();
    }

    @Test
    void anEntryStaysWithTheCommitOfItsChange() throws Exception {
        transaction.begin();
        audit.record(entry("kept"));
        transaction.commit();

        assertEquals(1, entriesAbout("kept"));
    }

    @Test
    void anEntryGoesWithTheRollbackOfItsChange() throws Exception {
        transaction.begin();
        audit.record(entry("rolled-back"));
        transaction.rollback();

        assertEquals(0, entriesAbout("rolled-back"));
    }

    @Test
    void anEntryWithoutATransactionIsRefused() {
        assertThrows(TransactionalException.class, () -> audit.record(entry("nowhere")));
    }

    @Test
    void anEntryCannotBeChanged() throws Exception {
        transaction.begin();
        audit.record(entry("final"));
        transaction.commit();

        transaction.begin();
        try {
            assertThrows(
                    PersistenceException.class,
                    () -> entityManager
                            .createNativeQuery("update audit_entries set actor_id = 'somebody else'")
                            .executeUpdate());
        } finally {
            transaction.rollback();
        }
    }

    private int entriesAbout(String target) {
        AuditQuery query = new AuditQuery(null, null, "thing:" + target, null, null, null);
        return audit.list(query, 10, null).items().size();
    }

    private static NewAuditEntry entry(String target) {
        return new NewAuditEntry("thing.done", "thing", target, null, null, Map.of("colour", "blue"));
    }
}
