package io.sluice.backups.restore;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;

@ApplicationScoped
class ReachRepository {
    /**
     * PostgreSQL's own accounts of this transaction: its counts of rows by table, its locks, and the rows of the catalogs
     * that it wrote, which nobody else can see yet.
     */
    private static final String REACH = """
            with others as materialized (
                select oid, nspname = :own as own
                from pg_namespace
                where nspname <> :tenant and nspname !~ '^pg_' and nspname <> 'information_schema'),
            mine as materialized (
                select pg_current_xact_id() as id, cast(cast(pg_current_xact_id() as text) as bigint) as number),
            touched as materialized (
                select others.own, counts.seq_scan + coalesce(counts.idx_scan, 0) as scans,
                    counts.n_tup_ins + counts.n_tup_upd + counts.n_tup_del as changes
                from pg_stat_xact_all_tables counts
                    join pg_class c on c.oid = counts.relid
                    join others on others.oid = c.relnamespace),
            locked as (
                select 1
                from pg_locks l
                    join pg_class c on c.oid = l.relation
                    join others on others.oid = c.relnamespace
                where l.pid = pg_backend_pid() and l.locktype = 'relation'
                    and (l.mode = 'AccessExclusiveLock'
                        or others.own and l.mode not in ('AccessShareLock', 'RowShareLock'))),
            written as (
                select xmin from pg_proc where pronamespace in (select oid from others)
                union all
                select xmin from pg_class where relnamespace in (select oid from others)
                union all
                select xmin from pg_namespace where oid in (select oid from others)
                union all
                select xmin from pg_auth_members
                union all
                select xmin from pg_db_role_setting)
            select
                cast((select coalesce(sum(changes), 0) from touched) as bigint) as written,
                cast((select coalesce(sum(scans), 0) from touched where own) as bigint) as read,
                (select count(*) from locked) as locked,
                (select count(*)
                 from written, mine
                 where case when age(written.xmin) <= age(cast(mine.id as xid)) then
                     pg_xact_status(cast(cast(mine.number + cast(age(cast(mine.id as xid)) - age(written.xmin) as bigint)
                         as text) as xid8)) = 'in progress' end) as defined
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** Where our own tables lie. */
    String ownSchema() {
        return (String)
                entityManager.createNativeQuery("select current_schema()").getSingleResult();
    }

    /** What this transaction has done outside the tenant's schema so far. */
    Reach outside(String tenantSchema, String ownSchema) {
        // Code of the tenant that waits for the end of the transaction runs now, where it is seen.
        entityManager.createNativeQuery("set constraints all immediate").executeUpdate();
        Tuple row = (Tuple) entityManager
                .createNativeQuery(REACH, Tuple.class)
                .setParameter("tenant", tenantSchema)
                .setParameter("own", ownSchema)
                .getSingleResult();
        return new Reach(
                row.get("written", Long.class),
                row.get("read", Long.class),
                row.get("locked", Long.class),
                row.get("defined", Long.class));
    }
}
