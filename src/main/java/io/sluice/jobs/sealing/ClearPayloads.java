package io.sluice.jobs.sealing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.UUID;

/** Rows that somebody inserted by hand, with a secret in clear. */
@ApplicationScoped
public class ClearPayloads {
    private static final String SEAL = """
            update jobs set payload = cast(:payload as jsonb)
            where id = :id and fencing_token = :token and status = 'running'
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** Puts the sealed payload in the place of the clear one, if the job is still held. */
    @Transactional(TxType.REQUIRES_NEW)
    public void seal(UUID jobId, long fencingToken, String sealed) {
        entityManager
                .createNativeQuery(SEAL)
                .setParameter("payload", sealed)
                .setParameter("id", jobId)
                .setParameter("token", fencingToken)
                .executeUpdate();
    }
}
