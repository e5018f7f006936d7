-- Backups of projects: where a project's tenant data lies, what was backed up and where it is kept, and when to do it.
-- Creates empty tables and three schedules; costs nothing.

-- The PostgreSQL schema with a project's own data: named by an operator, never derived from the project's id, never
-- shared by two projects.
create table tenant_schemas (
    project_id  text primary key references projects,
    schema_name text        not null unique
        check (schema_name ~ '^[a-z_][a-z0-9_]{0,62}$' and schema_name !~ '^pg_'
            and schema_name not in ('public', 'information_schema')),
    updated_at  timestamptz not null default sluice_now()
);

-- One row per backup; it stays when the archive is gone.
create table backups (
    id            uuid primary key     default sluice_uuid(),
    project_id    text        not null references projects,
    job_id        uuid        not null unique,
    state         text        not null default 'pending'
        check (state in ('pending', 'running', 'completed', 'failed', 'expired', 'deleted')),
    -- the schema whose data the archive holds; null: the project had none
    tenant_schema text,
    -- name of the archive in the store
    object        text,
    bytes         bigint check (bytes > 0),
    sha256        text check (sha256 ~ '^[0-9a-f]{64}$'),
    tables        integer check (tables >= 0),
    table_rows    bigint check (table_rows >= 0),
    created_at    timestamptz not null default sluice_now(),
    completed_at  timestamptz,
    expires_at    timestamptz,
    -- when the notice of its expiry was given
    notified_at   timestamptz,
    removed_at    timestamptz,
    restored_at   timestamptz,
    -- why it failed, or why the archive could not be removed at the latest try
    error         text,
    constraint backups_completed_is_whole check (state <> 'completed'
        or (object is not null and bytes is not null and sha256 is not null and expires_at is not null)),
    constraint backups_removal_is_dated check ((state in ('expired', 'deleted')) = (removed_at is not null))
);

create index backups_by_project on backups (project_id, id desc);
create index backups_by_expiry on backups (expires_at) where state = 'completed';

-- Every archive that was ever begun and may still be in the store, so that none is left behind.
create table backup_objects (
    name       text primary key,
    backup_id  uuid        not null references backups,
    job_id     uuid        not null,
    created_at timestamptz not null default sluice_now()
);

create index backup_objects_by_backup on backup_objects (backup_id);

-- When a project is backed up by itself.
create table backup_schedules (
    project_id     text primary key references projects,
    interval_hours integer     not null check (interval_hours between 1 and 720),
    retention_days integer check (retention_days between 1 and 365),
    next_at        timestamptz not null,
    updated_at     timestamptz not null default sluice_now()
);

create index backup_schedules_by_next on backup_schedules (next_at);

insert into schedules (name, job_type, cron, payload)
values ('backup-start', 'start_scheduled_backups', '*/10 * * * *', '{}'),
       ('backup-cleanup', 'cleanup_expired_backups', '20 3 * * *', '{}'),
       ('backup-expiry-notice', 'notify_backup_expiration', '40 3 * * *', '{}');
