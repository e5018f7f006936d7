-- What projects may use: plans, quotas of single projects, the warnings given, and what each check did.
-- Creates small tables and one foreign key on projects, which is validated in one scan.

-- Warnings fall at whole percents of the limit, ascending, each once.
create function sluice_are_bands(bands integer[]) returns boolean
    language sql immutable parallel safe
    return cardinality(bands) <= 10
        and 1 <= all (bands)
        and 1000 >= all (bands)
        and bands = array(select distinct band from unnest(bands) band order by band);

-- Versions of plans and quotas: a number is never given twice, not even after a deletion.
create sequence quota_versions;

create table plans (
    name       text primary key check (name ~ '^[A-Za-z0-9_-]{1,64}$'),
    version    bigint      not null default nextval('quota_versions'),
    created_at timestamptz not null default sluice_now(),
    updated_at timestamptz not null default sluice_now()
);

-- A limit or cap of null is none at all, 0 allows nothing.
create table plan_quotas (
    plan        text      not null references plans on delete cascade,
    metric      text      not null references metrics,
    unit        text      not null check (unit in ('day', 'month')),
    quota_limit bigint check (quota_limit between 0 and 9007199254740991),
    hard_cap    bigint check (hard_cap between 0 and 9007199254740991),
    warn_at     integer[] not null default '{80,90,100}' check (sluice_are_bands(warn_at)),
    primary key (plan, metric, unit),
    constraint plan_quotas_cap_is_not_below_limit check (hard_cap >= quota_limit)
);

create table project_quotas (
    project_id  text        not null references projects on delete cascade,
    metric      text        not null references metrics,
    unit        text        not null check (unit in ('day', 'month')),
    quota_limit bigint check (quota_limit between 0 and 9007199254740991),
    hard_cap    bigint check (hard_cap between 0 and 9007199254740991),
    warn_at     integer[]   not null default '{80,90,100}' check (sluice_are_bands(warn_at)),
    -- observe: warned like the others, never suspended
    mode        text        not null default 'enforce' check (mode in ('enforce', 'observe')),
    version     bigint      not null default nextval('quota_versions'),
    created_at  timestamptz not null default sluice_now(),
    updated_at  timestamptz not null default sluice_now(),
    primary key (project_id, metric, unit),
    constraint project_quotas_cap_is_not_below_limit check (hard_cap >= quota_limit)
);

-- The plan of every project without one, and what other plans leave out.
insert into plans (name) values ('default');
insert into plan_quotas (plan, metric, unit, quota_limit, hard_cap)
values ('default', 'db_queries', 'month', 1000000, 2000000),
       ('default', 'storage_mb', 'month', 5000, 10000),
       ('default', 'realtime_connections', 'month', 100, 200),
       ('default', 'function_invocations', 'month', 100000, 200000),
       ('default', 'auth_users', 'month', 1000, 2000);

alter table projects add constraint projects_plan_exists foreign key (plan) references plans;

-- One row per notice. The same band is given again in a period only under another limit.
create table warnings (
    id           uuid primary key     default sluice_uuid(),
    project_id   text        not null references projects,
    metric       text        not null,
    unit         text        not null,
    period_start timestamptz not null,
    threshold    integer     not null,
    quota_limit  bigint      not null,
    usage        bigint      not null,
    sent_at      timestamptz not null default sluice_now(),
    job_id       uuid,
    constraint warnings_once unique (project_id, metric, unit, period_start, threshold, quota_limit)
);

create index warnings_by_project on warnings (project_id, id desc);

-- How far a check has come: written in the transaction of each page, so that an attempt goes on where the last one ended.
create table job_check_runs (
    job_id             uuid primary key,
    started_at         timestamptz not null default clock_timestamp(),
    last_project_id    text        not null default '',
    projects_checked   bigint      not null default 0,
    projects_suspended bigint      not null default 0,
    warnings_sent      bigint      not null default 0,
    actions_total      bigint      not null default 0,
    failed             text[]      not null default '{}'
);

-- What a check did or, in a dry run, would have done. Part of the job's record, like its result.
create table job_actions (
    job_id      uuid        not null,
    project_id  text        not null,
    metric      text        not null,
    unit        text        not null,
    action      text        not null check (action in
        ('project_suspended', 'would_suspend', 'warning_sent', 'would_warn')),
    usage       bigint      not null,
    quota_limit bigint,
    hard_cap    bigint,
    source      text        not null,
    primary key (job_id, project_id, metric, unit)
);

-- The two comparisons of every decision, exact for any quantity: nothing is divided or rounded.
create function sluice_reaches_cap(used bigint, hard_cap bigint) returns boolean
    language sql immutable parallel safe
    return used > 0 and used >= hard_cap;

-- The highest band that is reached; null below the first, and always without a limit or with one of 0.
create function sluice_band_reached(used bigint, quota_limit bigint, bands integer[]) returns integer
    language sql immutable parallel safe
    return (select max(band) from unnest(bands) band
            where quota_limit > 0 and used::numeric * 100 >= quota_limit::numeric * band);

-- What each plan grants, with what it leaves to the default plan.
create view plan_limits as
select plan, metric, unit, quota_limit, hard_cap, warn_at, case plan when 'default' then 'default' else 'plan' end as source
from plan_quotas
union all
select plans.name, given.metric, given.unit, given.quota_limit, given.hard_cap, given.warn_at, 'default'
from plans
    join plan_quotas given on given.plan = 'default'
where plans.name <> 'default'
    and not exists (
        select from plan_quotas own
        where own.plan = plans.name and own.metric = given.metric and own.unit = given.unit);

-- The limits that hold for projects: the project's own, else the plan's, else the default plan's. The only place that
-- says so; check, API and tracking all read it. Tables are read by look-ups of primary keys on purpose: ten thousand
-- projects cost the same whatever else the tables hold. The planner sees only that there is a list of projects, not how
-- long it is: so it is told to hash whatever is not a look-up, to do so in memory, and not to compile, which would cost
-- more than it saves.
create function sluice_effective_limits(project_ids text[])
    returns table (project_id text, metric text, unit text, quota_limit bigint, hard_cap bigint, warn_at integer[],
        mode text, source text, version bigint)
    language sql stable parallel safe
    set jit = off
    set enable_nestloop = off
    set enable_mergejoin = off
    set work_mem = '64MB'
as
$$
with own as materialized (
    select quotas.*
    from unnest(project_ids) as wanted (id)
        cross join lateral (select * from project_quotas where project_quotas.project_id = wanted.id offset 0) quotas),
planned as materialized (
    select ids.id, coalesce((select projects.plan from projects where projects.id = ids.id), 'default') as plan
    from unnest(project_ids) as ids (id))
select own.project_id, own.metric, own.unit, own.quota_limit, own.hard_cap, own.warn_at, own.mode, 'project',
    own.version
from own
union all
select planned.id, given.metric, given.unit, given.quota_limit, given.hard_cap, given.warn_at, 'enforce', given.source, 0
from planned
    join plan_limits given on given.plan = planned.plan
    left join own on own.project_id = planned.id and own.metric = given.metric and own.unit = given.unit
where own.project_id is null
$$;

-- Effective limits together with what is used of them in the present period. A metric that keeps its latest value keeps
-- it across the turn of a period.
create function sluice_quota_states(project_ids text[])
    returns table (project_id text, metric text, unit text, quota_limit bigint, hard_cap bigint, warn_at integer[],
        mode text, source text, version bigint, period_start timestamptz, period_end timestamptz, used bigint)
    language sql stable parallel safe
    set jit = off
    set enable_nestloop = off
    set enable_mergejoin = off
    set work_mem = '64MB'
as
$$
with wanted as materialized (
    select found.id, found.anchor_day, found.time_zone
    from unnest(project_ids) as ids (id)
        cross join lateral (select * from projects where projects.id = ids.id offset 0) found),
calendars as materialized (
    select kind.anchor_day, kind.time_zone, units.unit,
        sluice_period_start(units.unit, kind.anchor_day, kind.time_zone, sluice_now()) as starts,
        sluice_period_end(units.unit, kind.anchor_day, kind.time_zone, sluice_now()) as ends
    from (select distinct anchor_day, time_zone from wanted) kind
        cross join (values ('day'), ('month')) units (unit)),
dated as materialized (
    select wanted.id, calendars.unit, calendars.starts, calendars.ends
    from wanted
        join calendars using (anchor_day, time_zone)),
counted as materialized (
    select counters.project_id, counters.metric, counters.unit, counters.quantity
    from dated
        cross join lateral (
            select *
            from usage_counters
            where usage_counters.project_id = dated.id
                and usage_counters.unit = dated.unit
                and usage_counters.period_start = dated.starts
            offset 0) counters)
select limits.project_id, limits.metric, limits.unit, limits.quota_limit, limits.hard_cap, limits.warn_at,
    limits.mode, limits.source, limits.version, dated.starts, dated.ends,
    coalesce(
        case
            when limits.metric = any (array(select name from metrics where aggregation = 'last')) then
                (select quantity
                 from usage_latest latest
                 where latest.project_id = limits.project_id and latest.metric = limits.metric)
            else counted.quantity
        end,
        0)
from sluice_effective_limits(project_ids) limits
    join dated on dated.id = limits.project_id and dated.unit = limits.unit
    left join counted on counted.project_id = limits.project_id and counted.metric = limits.metric
        and counted.unit = limits.unit
$$;
