-- Answers kept for 24 hours under the key that the caller chose, so that a repeated request gets the first answer.
-- A row becomes visible together with what its request did: both were written by one transaction.
create table idempotency_keys (
    caller      text        not null,
    key         text        not null,
    fingerprint bytea       not null,
    status      int         not null,
    headers     jsonb       not null,
    body        text        not null,
    expires_at  timestamptz not null,
    primary key (caller, key)
);

create index idempotency_keys_by_expiry on idempotency_keys (expires_at);
