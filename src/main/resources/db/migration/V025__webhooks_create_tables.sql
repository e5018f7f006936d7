-- Who wants to hear of events, what each of them was sent, and how every try ended.
-- Creates empty tables; costs nothing.
create table webhooks (
    id              uuid primary key     default sluice_uuid(),
    -- null: hears of the whole installation
    project_id      text references projects,
    url             text        not null check (length(url) between 1 and 2048),
    -- names of kinds of event, 'quota.*' or '*'
    events          text[]      not null check (cardinality(events) between 1 and 50),
    description     text check (length(description) <= 500),
    status          text        not null default 'enabled' check (status in ('enabled', 'disabled')),
    disabled_reason text check (disabled_reason in ('user', 'exhausted', 'gone')),
    disabled_at     timestamptz,
    -- what the last answer says about the receiver; those that fail share few slots
    standing        text        not null default 'new' check (standing in ('new', 'good', 'failing')),
    -- deliveries in a row that were given up
    exhausted       integer     not null default 0,
    -- tries of a disabled webhook to find its receiver well again
    probes          integer     not null default 0,
    probe_at        timestamptz,
    version         bigint      not null default 1,
    created_at      timestamptz not null default sluice_now(),
    updated_at      timestamptz not null default sluice_now(),
    constraint webhooks_disabled_for_a_reason check (
        (status = 'disabled') = (disabled_reason is not null and disabled_at is not null))
);

create index webhooks_by_project on webhooks (project_id, id desc);

create table webhook_secrets (
    id            uuid primary key     default sluice_uuid(),
    webhook_id    uuid        not null references webhooks on delete cascade,
    master_key_id text        not null,
    sealed        bytea       not null,
    created_at    timestamptz not null default sluice_now(),
    -- null: the present one; a replaced one signs beside it until then
    expires_at    timestamptz
);

create unique index webhook_secrets_one_present on webhook_secrets (webhook_id) where expires_at is null;
create index webhook_secrets_by_webhook on webhook_secrets (webhook_id, created_at desc);

create table webhook_deliveries (
    id              uuid primary key     default sluice_uuid(),
    webhook_id      uuid        not null references webhooks on delete cascade,
    -- null: a test
    event_id        uuid,
    event_type      text        not null,
    project_id      text,
    -- the very text that is signed and sent, at every try
    body            text        not null,
    -- skipped: its webhook was disabled when it was due
    status          text        not null check (status in ('pending', 'delivered', 'failed', 'skipped')),
    attempts        integer     not null default 0,
    -- in this round; a redelivery begins a new one
    tries           integer     not null default 0,
    most_tries      integer     not null,
    next_attempt_at timestamptz,
    request_id      text,
    created_at      timestamptz not null default sluice_now(),
    completed_at    timestamptz,
    constraint webhook_deliveries_end check ((status = 'pending') = (completed_at is null))
);

create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_pending on webhook_deliveries (webhook_id) where status = 'pending';
create index webhook_deliveries_by_end on webhook_deliveries (completed_at) where completed_at is not null;

create table webhook_attempts (
    delivery_id uuid        not null references webhook_deliveries on delete cascade,
    attempt     integer     not null,
    job_id      uuid        not null,
    started_at  timestamptz not null,
    duration_ms integer     not null,
    -- null: no answer came, and failure says why
    http_status integer,
    failure     text,
    detail      text,
    -- the beginning of what the receiver answered
    response    text        not null default '',
    primary key (delivery_id, attempt)
);
