package io.sluice.backups.restore;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Looks at tenants' schemas, and notes what was restored. */
@ApplicationScoped
class TenantRepository {
    private static final String TRY_LOCK =
            "select pg_try_advisory_xact_lock(hashtextextended('sluice restore ' || cast(:project as text), 0))";

    private static final String EXISTS = "select count(*) from pg_namespace where nspname = :schema";

    private static final String OBJECTS = """
            select (select count(*) from pg_class where relnamespace = n.oid)
                + (select count(*) from pg_proc where pronamespace = n.oid)
                + (select count(*) from pg_type where typnamespace = n.oid)
            from pg_namespace n
            where n.nspname = :schema
            """;

    /** Views, foreign keys and children outside the schema that would go with it. */
    private static final String DEPENDENTS = """
            with inside as (
                select c.oid
                from pg_class c
                    join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = :schema),
            users as (
                select r.ev_class as oid
                from pg_depend d
                    join pg_rewrite r on d.classid = cast('pg_rewrite' as regclass) and d.objid = r.oid
                where d.refclassid = cast('pg_class' as regclass) and d.refobjid in (select oid from inside)
                union
                select conrelid from pg_constraint where contype = 'f' and confrelid in (select oid from inside)
                union
                select inhrelid from pg_inherits where inhparent in (select oid from inside))
            select cast(cast(cast(users.oid as regclass) as text) as text)
            from users
                join pg_class c on c.oid = users.oid
                join pg_namespace n on n.oid = c.relnamespace
            where n.nspname <> :schema
            order by 1
            limit 1
            """;

    private static final String MENTIONS = """
            select count(*)
            from pg_proc p
                join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = :schema and p.prosrc ~ ('\\m' || cast(:name as text) || '\\M')
            """;

    private static final String TABLES = """
            select c.relname
            from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = :schema and c.relkind = 'r'
            order by c.relname collate "C"
            """;

    private static final String KNOWS_SETTING = "select count(*) from pg_settings where name = :name";

    private static final String RESTORED = "update backups set restored_at = sluice_now() where id = :id";

    @PersistenceContext
    EntityManager entityManager;

    /** Whether no other restore of the project is open; keeps others out until the transaction ends. */
    boolean tryLock(String projectId) {
        return (Boolean) entityManager
                .createNativeQuery(TRY_LOCK)
                .setParameter("project", projectId)
                .getSingleResult();
    }

    boolean exists(String schema) {
        return number(EXISTS, schema) > 0;
    }

    /** Whether nothing is in the schema. */
    boolean isEmpty(String schema) {
        return number(OBJECTS, schema) == 0;
    }

    /** Something outside the schema that hangs on something in it. */
    @SuppressWarnings("unchecked")
    Optional<String> dependent(String schema) {
        return entityManager
                .createNativeQuery(DEPENDENTS, String.class)
                .setParameter("schema", schema)
                .getResultStream()
                .findFirst();
    }

    /** Whether the text of a function in the schema names another schema. */
    boolean mentions(String schema, String name) {
        Number found = (Number) entityManager
                .createNativeQuery(MENTIONS)
                .setParameter("schema", schema)
                .setParameter("name", name)
                .getSingleResult();
        return found.longValue() > 0;
    }

    @SuppressWarnings("unchecked")
    List<String> tables(String schema) {
        return entityManager
                .createNativeQuery(TABLES, String.class)
                .setParameter("schema", schema)
                .getResultList();
    }

    long rows(String schema, String table) {
        String name = '"' + schema + "\".\"" + table.replace("\"", "\"\"") + '"';
        return ((Number) entityManager
                        .createNativeQuery("select count(*) from only " + name)
                        .getSingleResult())
                .longValue();
    }

    boolean knowsSetting(String name) {
        Query query = entityManager.createNativeQuery(KNOWS_SETTING).setParameter("name", name);
        return ((Number) query.getSingleResult()).longValue() > 0;
    }

    String setting(String name) {
        return (String) entityManager
                .createNativeQuery("select current_setting(:name)")
                .setParameter("name", name)
                .getSingleResult();
    }

    /** Until the end of the transaction. */
    void set(String name, String value) {
        entityManager
                .createNativeQuery("select set_config(:name, :value, true)")
                .setParameter("name", name)
                .setParameter("value", value)
                .getSingleResult();
    }

    void restored(UUID backupId) {
        entityManager.createNativeQuery(RESTORED).setParameter("id", backupId).executeUpdate();
    }

    private long number(String sql, String schema) {
        return ((Number) entityManager
                        .createNativeQuery(sql)
                        .setParameter("schema", schema)
                        .getSingleResult())
                .longValue();
    }
}
