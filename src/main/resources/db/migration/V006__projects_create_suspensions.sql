-- Who was suspended, why, by whom, and how it ended. A project has at most one open suspension; its history stays.
-- Creates an empty table; costs nothing.
create table suspensions (
    id                uuid primary key     default sluice_uuid(),
    project_id        text        not null references projects,
    cause             text        not null check (cause in ('hard_cap', 'abuse', 'operator')),
    reason            text        not null,
    -- every cap that had been reached: [{metric, unit, period_start, period_end, usage, hard_cap, source}, ...]
    exceeded          jsonb       not null default '[]' check (jsonb_typeof(exceeded) = 'array'),
    suspended_at      timestamptz not null default sluice_now(),
    suspended_by      text        not null,
    -- the job that decided it; null for what a person did
    job_id            uuid,
    resolved_at       timestamptz,
    resolved_by       text,
    resolution        text,
    -- no cap suspends the project before then; says the suspension that was resolved last
    keep_active_until timestamptz,
    constraint suspensions_end_is_explained check (
        (resolved_at is not null) = (resolved_by is not null and resolution is not null)),
    constraint suspensions_only_resolved_ones_protect check (keep_active_until is null or resolved_at is not null)
);

create unique index suspensions_one_open on suspensions (project_id) where resolved_at is null;
create index suspensions_by_project on suspensions (project_id, id desc);
