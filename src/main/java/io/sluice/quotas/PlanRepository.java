package io.sluice.quotas;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class PlanRepository {
    private static final String INSERT = "insert into plans (name) values (:plan) on conflict do nothing";

    /** Against projects that take the plan at this moment, too. */
    private static final String LOCK = "select name from plans where name = :plan for update";

    private static final String TOUCH = """
            update plans
            set version = nextval('quota_versions'), updated_at = sluice_now()
            where name = :plan and (:expected < 0 or version = :expected)
            """;

    private static final String CLEAR = "delete from plan_quotas where plan = :plan";

    private static final String FILL = """
            insert into plan_quotas (plan, metric, unit, quota_limit, hard_cap, warn_at)
            select :plan, metric, period, "limit", hard_cap, warn_at
            from jsonb_to_recordset(cast(:quotas as jsonb)) as given
                (metric text, period text, "limit" bigint, hard_cap bigint, warn_at integer[])
            """;

    private static final String DELETE = """
            delete from plans
            where name = :plan and (:expected < 0 or version = :expected)
            """;

    private static final String USED = "select exists (select from projects where plan = :plan)";

    @PersistenceContext
    EntityManager entityManager;

    Optional<Plan> find(String name) {
        return Optional.ofNullable(entityManager.find(Plan.class, name));
    }

    Page<Plan> list(int limit, @Nullable String cursor) {
        List<String> after = Cursor.parse(cursor, 1);
        TypedQuery<Plan> query = entityManager
                .createQuery(
                        "select p from Plan p" + (after.isEmpty() ? "" : " where p.name > :after") + " order by p.name",
                        Plan.class)
                .setMaxResults(limit + 1);
        if (!after.isEmpty()) {
            query.setParameter("after", after.get(0));
        }
        return Page.cut(query.getResultList(), limit, plan -> Cursor.of(plan.name()));
    }

    /** Whether the name was free. */
    boolean insert(String plan) {
        return entityManager
                        .createNativeQuery(INSERT)
                        .setParameter("plan", plan)
                        .executeUpdate()
                == 1;
    }

    /** Locks the plan for its change; whether it exists in the expected version. */
    boolean touch(String plan, OptionalLong expected) {
        return entityManager
                        .createNativeQuery(TOUCH)
                        .setParameter("plan", plan)
                        .setParameter("expected", expected.orElse(-1))
                        .executeUpdate()
                == 1;
    }

    void replaceQuotas(String plan, List<QuotaTerms> quotas) {
        entityManager.createNativeQuery(CLEAR).setParameter("plan", plan).executeUpdate();
        if (!quotas.isEmpty()) {
            entityManager
                    .createNativeQuery(FILL)
                    .setParameter("plan", plan)
                    .setParameter("quotas", Json.write(quotas))
                    .executeUpdate();
        }
        entityManager.clear(); // what was read before is out of date
    }

    /** Locks the plan; whether it exists. */
    boolean lock(String plan) {
        return !entityManager
                .createNativeQuery(LOCK, String.class)
                .setParameter("plan", plan)
                .getResultList()
                .isEmpty();
    }

    /** Whether it was there in the expected version. */
    boolean delete(String plan, OptionalLong expected) {
        return entityManager
                        .createNativeQuery(DELETE)
                        .setParameter("plan", plan)
                        .setParameter("expected", expected.orElse(-1))
                        .executeUpdate()
                == 1;
    }

    boolean isUsed(String plan) {
        return (Boolean) entityManager
                .createNativeQuery(USED, Boolean.class)
                .setParameter("plan", plan)
                .getSingleResult();
    }
}
