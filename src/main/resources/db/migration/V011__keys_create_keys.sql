-- API keys of projects: what the callers of a project's API prove themselves with. A key's text is kept nowhere, only a
-- hash under the master key, which lies outside of the database.
-- Creates empty tables; costs nothing.
create table api_keys (
    id              uuid primary key     default sluice_uuid(),
    project_id      text        not null references projects,
    -- the first key of a row of rotations; its own id for a key that replaced none
    family          uuid        not null,
    name            text        not null check (length(name) between 1 and 100),
    environment     text        not null check (environment in ('prod', 'staging', 'dev')),
    scopes          text[]      not null check (cardinality(scopes) <= 50),
    -- the beginning of the text, for people to recognise it by
    prefix          text        not null check (length(prefix) <= 20),
    hash            bytea       not null unique check (length(hash) = 32),
    master_key_id   text        not null,
    created_at      timestamptz not null default sluice_now(),
    created_by      text        not null,
    -- from then on it is refused; null: never
    expires_at      timestamptz,
    -- when the end of its time was noticed and told
    expiry_told_at  timestamptz,
    rotated_at      timestamptz,
    replaced_by     uuid unique references api_keys,
    revoked_at      timestamptz,
    revoked_by      text,
    leaked_at       timestamptz,
    last_used_at    timestamptz,
    constraint api_keys_rotation_is_whole check ((rotated_at is null) = (replaced_by is null)
        and (rotated_at is null or expires_at is not null)),
    constraint api_keys_revocation_is_whole check ((revoked_at is null) = (revoked_by is null)),
    constraint api_keys_is_not_its_own_successor check (replaced_by <> id)
) with (fillfactor = 80);

create index api_keys_by_project on api_keys (project_id, id desc);
create index api_keys_by_family on api_keys (family);
create index api_keys_expiring on api_keys (expires_at) where expiry_told_at is null and revoked_at is null;

-- How often a key was shown, by hours of UTC: written every few seconds for all keys at once.
create table api_key_uses (
    key_id       uuid        not null references api_keys on delete cascade,
    bucket_start timestamptz not null,
    success      bigint      not null check (success >= 0),
    error        bigint      not null check (error >= 0),
    primary key (key_id, bucket_start)
);

create index api_key_uses_by_time on api_key_uses (bucket_start);

-- The secret of a key that a job made, encrypted under the master key until its owner has fetched it or its time is over.
create table api_key_handovers (
    key_id        uuid primary key references api_keys on delete cascade,
    sealed        bytea       not null,
    master_key_id text        not null,
    created_at    timestamptz not null default sluice_now(),
    expires_at    timestamptz not null
);

create index api_key_handovers_by_expiry on api_key_handovers (expires_at);

-- Keys as they are shown: everything but the hash, with the state that they are in at this moment.
create view api_key_states as
select keys.id, keys.project_id, keys.name, keys.environment, keys.scopes, keys.prefix, keys.created_at, keys.created_by,
    keys.expires_at, keys.rotated_at, keys.replaced_by, keys.revoked_at, keys.leaked_at, keys.last_used_at,
    case
        when keys.revoked_at is not null then 'revoked'
        when keys.expires_at <= sluice_now() then 'expired'
        when keys.replaced_by is not null then 'rotated'
        else 'active'
    end as status,
    (select before.id from api_keys before where before.replaced_by = keys.id) as replaces,
    (select handovers.expires_at
     from api_key_handovers handovers
     where handovers.key_id = keys.id and handovers.expires_at > sluice_now()) as secret_until
from api_keys keys;
