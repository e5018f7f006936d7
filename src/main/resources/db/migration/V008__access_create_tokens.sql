-- Access tokens: what a token may do, and the hash it is recognised by; the token itself is kept nowhere.
-- A token is 32 random bytes, so a plain SHA-256 can neither be guessed back nor looked up in a prepared list.
create table access_tokens (
    id           uuid primary key     default sluice_uuid(),
    name         text        not null,
    role         text        not null check (role in ('operator', 'viewer', 'service', 'owner')),
    projects     text[],
    hash         bytea       not null unique check (length(hash) = 32),
    created_at   timestamptz not null default sluice_now(),
    created_by   text        not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    check (role <> 'owner' or cardinality(projects) > 0)
);
