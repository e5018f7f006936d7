-- What operators can set per job type beside pause and slots; null: as the handler says, or no limit. The row of the type
-- * holds for all types: only its pause counts.
-- Adds nullable columns; costs nothing.
alter table job_types
    add column max_attempts    integer check (max_attempts between 1 and 1000),
    add column backoff_ms      bigint check (backoff_ms >= 0),
    add column backoff_cap_ms  bigint check (backoff_cap_ms >= 0),
    add column jitter          double precision check (jitter between 0 and 1),
    add column timeout_ms      bigint check (timeout_ms >= 1),
    -- on all nodes together: most running jobs of the type, and of the type for one project
    add column cluster_limit   integer check (cluster_limit between 1 and 100000),
    add column project_limit   integer check (project_limit between 1 and 100000),
    -- token bucket: rate_jobs starts per rate_ms, up to rate_jobs of them at once
    add column rate_jobs       integer check (rate_jobs between 1 and 1000000),
    add column rate_ms         bigint check (rate_ms between 1 and 86400000),
    -- what was left in the bucket at an instant of the real clock; null: it is full
    add column rate_tokens     double precision,
    add column rate_at         timestamptz,
    add constraint job_types_rate_is_whole check ((rate_jobs is null) = (rate_ms is null));
