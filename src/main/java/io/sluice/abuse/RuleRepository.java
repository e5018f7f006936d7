package io.sluice.abuse;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@ApplicationScoped
class RuleRepository {
    private static final String LIST = "select abuse_rules.*, 'rule' as source from abuse_rules order by name";

    private static final String LIST_FOR = """
            select rules.name, rules.description, coalesce(own.mode, rules.mode) as mode, rules.unit,
                rules.window_minutes, rules.metrics, coalesce(own.warning, rules.warning) as warning,
                coalesce(own.critical, rules.critical) as critical, coalesce(own.severe, rules.severe) as severe,
                coalesce(own.suspend_at, rules.suspend_at) as suspend_at, coalesce(own.minimum, rules.minimum) as minimum,
                coalesce(own.suspend_rate, rules.suspend_rate) as suspend_rate,
                coalesce(own.suspend_growth, rules.suspend_growth) as suspend_growth,
                case when own.rule is null then 'rule' else 'project' end as source,
                coalesce(own.updated_at, rules.updated_at) as updated_at
            from abuse_rules rules
                left join abuse_project_rules own on own.rule = rules.name and own.project_id = :project
            order by rules.name
            """;

    private static final String LOCK = "select name from abuse_rules order by name for update";

    private static final String UPDATE = """
            update abuse_rules
            set mode = coalesce(given.mode, abuse_rules.mode), warning = coalesce(given.warning, abuse_rules.warning),
                critical = coalesce(given.critical, abuse_rules.critical),
                severe = coalesce(given.severe, abuse_rules.severe),
                suspend_at = coalesce(given.suspend_at, abuse_rules.suspend_at),
                minimum = coalesce(given.minimum, abuse_rules.minimum),
                suspend_rate = coalesce(given.suspend_rate, abuse_rules.suspend_rate),
                suspend_growth = coalesce(given.suspend_growth, abuse_rules.suspend_growth), updated_at = sluice_now()
            from jsonb_to_recordset(cast(:changes as jsonb)) as given
                (name text, mode text, warning numeric, critical numeric, severe numeric, suspend_at text,
                 minimum bigint, suspend_rate bigint, suspend_growth numeric)
            where abuse_rules.name = given.name
            """;

    private static final String PUT = """
            insert into abuse_project_rules (project_id, rule, mode, warning, critical, severe, suspend_at, minimum,
                suspend_rate, suspend_growth)
            select :project, name, mode, warning, critical, severe, suspend_at, minimum, suspend_rate, suspend_growth
            from jsonb_to_record(cast(:change as jsonb)) as given
                (name text, mode text, warning numeric, critical numeric, severe numeric, suspend_at text,
                 minimum bigint, suspend_rate bigint, suspend_growth numeric)
            on conflict (project_id, rule) do update
            set (mode, warning, critical, severe, suspend_at, minimum, suspend_rate, suspend_growth, updated_at)
                = (excluded.mode, excluded.warning, excluded.critical, excluded.severe, excluded.suspend_at,
                   excluded.minimum, excluded.suspend_rate, excluded.suspend_growth, sluice_now())
            """;

    private static final String DELETE = "delete from abuse_project_rules where project_id = :project and rule = :rule";

    private static final String LOCK_PROJECT = "select status from projects where id = :project for no key update";

    private static final String STATUS = "select status from projects where id = :project";

    @PersistenceContext
    EntityManager entityManager;

    List<AbuseRule> list() {
        return Rows.read(entityManager, LIST, Map.of(), AbuseRule.class);
    }

    /** What holds for a project. */
    List<AbuseRule> listFor(String projectId) {
        return Rows.read(entityManager, LIST_FOR, Map.of("project", projectId), AbuseRule.class);
    }

    /** Keeps others from changing rules until the transaction ends. */
    void lock() {
        entityManager.createNativeQuery(LOCK, String.class).getResultList();
    }

    void update(List<AbuseRules.Change> changes) {
        Rows.execute(entityManager, UPDATE, Map.of("changes", Json.write(changes)));
    }

    void put(String projectId, AbuseRules.Change change) {
        Rows.execute(entityManager, PUT, Map.of("project", projectId, "change", Json.write(change)));
    }

    boolean delete(String projectId, String rule) {
        return Rows.execute(entityManager, DELETE, Map.of("project", projectId, "rule", rule)) == 1;
    }

    /** The project's status, which nobody changes until the transaction ends; empty for one that does not exist. */
    Optional<String> lockProject(String projectId) {
        return one(LOCK_PROJECT, projectId);
    }

    /** Empty for a project that does not exist. */
    Optional<String> status(String projectId) {
        return one(STATUS, projectId);
    }

    @SuppressWarnings("unchecked")
    private Optional<String> one(String sql, String projectId) {
        return entityManager
                .createNativeQuery(sql, String.class)
                .setParameter("project", projectId)
                .getResultStream()
                .findFirst();
    }
}
