-- A project is a tenant. Rows are never removed: a deleted project keeps its id, so that nobody inherits its history.
create table projects (
    id          text primary key check (id ~ '^[a-zA-Z0-9_-]{1,64}$'),
    name        text        not null,
    owner_email text,
    plan        text,
    environment text        not null default 'prod' check (environment in ('prod', 'staging', 'dev')),
    time_zone   text        not null default 'UTC',
    anchor_day  smallint    not null default 1 check (anchor_day between 1 and 31),
    status      text        not null default 'active'
        check (status in ('created', 'active', 'suspended', 'archived', 'deleted')),
    version     bigint      not null default 1,
    created_at  timestamptz not null default sluice_now(),
    updated_at  timestamptz not null default sluice_now(),
    constraint projects_forget_addresses check (status <> 'deleted' or owner_email is null)
);

create index projects_by_creation on projects (created_at desc, id desc);
create index projects_by_plan on projects (plan);
-- The check walks the active projects in the order of their ids, page by page.
create index projects_active on projects (id) where status = 'active';
