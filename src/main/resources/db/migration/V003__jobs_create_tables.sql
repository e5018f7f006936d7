-- Background jobs: what is to be done, who is doing it, what became of each attempt. A row inserted by hand with only a
-- type and a payload is a job like any other.
-- Creates empty tables; costs nothing.

-- A token handed out at each claim. It only grows, so whoever holds an older one has lost the job.
create sequence job_fencing_tokens;

create table jobs (
    id                  uuid primary key     default sluice_uuid(),
    type                text        not null check (type ~ '^[A-Za-z0-9_-]{1,100}$'),
    payload             jsonb       not null default '{}' check (octet_length(payload::text) <= 1048576),
    status              text        not null default 'pending'
        check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
    priority            integer     not null default 0 check (priority between 0 and 1000),
    attempts            integer     not null default 0 check (attempts >= 0),
    -- null: what the type's policy says, filled in by the first claim
    max_attempts        integer check (max_attempts between 1 and 1000),
    scheduled_at        timestamptz not null default sluice_now() check (isfinite(scheduled_at)),
    created_at          timestamptz not null default sluice_now() check (isfinite(created_at)),
    started_at          timestamptz,
    completed_at        timestamptz,
    project_id          text check (length(project_id) between 1 and 64),
    -- no second job with this key while one is pending or running
    unique_key          text check (length(unique_key) between 1 and 200),
    -- no second job with this key while one is pending; the claim takes it away
    pending_key         text check (length(pending_key) between 1 and 200),
    schedule            text,
    slot                timestamptz,
    result              jsonb,
    last_error          text,
    progress_percent    smallint check (progress_percent between 0 and 100),
    progress_message    text,
    request_id          text,
    -- who runs it: set while it is running
    node_id             uuid,
    -- of the latest claim; kept afterwards
    fencing_token       bigint,
    -- on the real clock: when the attempt has to be over
    deadline_at         timestamptz,
    cancel_requested_at timestamptz,
    -- how often its node died under it
    rescues             integer     not null default 0 check (rescues >= 0),
    constraint jobs_attempts_within_limit check (attempts <= max_attempts),
    constraint jobs_running_is_owned check ((status = 'running')
        = (node_id is not null and fencing_token is not null and started_at is not null and deadline_at is not null)),
    constraint jobs_end_is_dated check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

create index jobs_claimable on jobs (priority desc, scheduled_at, id) where status = 'pending';
create index jobs_running on jobs (node_id) where status = 'running';
create unique index jobs_live_unique_key on jobs (unique_key) where status in ('pending', 'running');
create unique index jobs_pending_key on jobs (pending_key) where status = 'pending';
create unique index jobs_schedule_slot on jobs (schedule, slot) where slot is not null;
create index jobs_by_project on jobs (project_id, id desc) where project_id is not null;
create index jobs_by_type on jobs (type, status, id desc);

-- One row per attempt that ended, written by the statement that ends it.
create table job_attempts (
    job_id        uuid        not null references jobs on delete cascade,
    fencing_token bigint      not null,
    attempt       integer     not null,
    worker        text        not null,
    started_at    timestamptz not null,
    ended_at      timestamptz not null default sluice_now(),
    outcome       text        not null check (outcome in
        ('completed', 'failed', 'snoozed', 'cancelled', 'timed_out', 'interrupted', 'lost')),
    error         text,
    primary key (job_id, fencing_token)
);

create index job_attempts_by_end on job_attempts (ended_at);

-- One row per process start; times on the real clock. A row is history once the state is stopped or dead.
create table nodes (
    id               uuid primary key     default sluice_uuid(),
    name             text        not null,
    started_at       timestamptz not null default clock_timestamp(),
    heartbeat_at     timestamptz not null default clock_timestamp(),
    state            text        not null default 'active' check (state in ('active', 'draining', 'stopped', 'dead')),
    types            text[]      not null,
    slots            integer     not null,
    running          integer     not null default 0,
    drain_started_at timestamptz,
    ended_at         timestamptz
) with (fillfactor = 50);

-- What operators changed at run time; a type without a row has the defaults of its handler.
create table job_types (
    type        text primary key,
    paused      boolean     not null default false,
    concurrency integer check (concurrency between 1 and 1000),
    updated_at  timestamptz not null default sluice_now()
);

create table schedules (
    name            text primary key check (name ~ '^[A-Za-z0-9_-]{1,100}$'),
    job_type        text        not null,
    payload         jsonb       not null default '{}',
    cron            text        not null,
    time_zone       text        not null default 'UTC',
    enabled         boolean     not null default true,
    overlap         text        not null default 'skip' check (overlap in ('skip', 'queue')),
    -- whether the latest missed slot is made up for
    catch_up        boolean     not null default true,
    -- the first slot that has not been dealt with; null: the next one from now
    next_run_at     timestamptz,
    last_job_id     uuid,
    last_run_at     timestamptz,
    skipped         bigint      not null default 0,
    last_skipped_at timestamptz,
    updated_at      timestamptz not null default sluice_now()
);

insert into schedules (name, job_type, cron, payload)
values ('hourly-usage-check', 'check_usage_limits', '0 * * * *', '{"check_all": true, "enforce_limits": true}');
