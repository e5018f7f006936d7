-- What happened, written in the transaction in which it happened; and which master keys this database was used with.
-- Creates empty tables; costs nothing.
create table events (
    id          uuid primary key     default sluice_uuid(),
    type        text        not null check (length(type) between 1 and 100),
    -- null: it concerns the whole installation
    project_id  text,
    occurred_at timestamptz not null default sluice_now(),
    data        jsonb       not null check (jsonb_typeof(data) = 'object'),
    request_id  text
);

create index events_by_project on events (project_id, id desc) where project_id is not null;

-- Ids say which key a hash or a ciphertext was made with and nothing about the key.
create table master_keys (
    id            text primary key check (id ~ '^[0-9a-f]{8}$'),
    first_used_at timestamptz not null default sluice_now()
);
