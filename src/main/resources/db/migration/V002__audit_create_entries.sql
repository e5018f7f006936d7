-- Who did what to which thing, written in the transaction of the change.
create table audit_entries (
    id          uuid primary key     default sluice_uuid(),
    at          timestamptz not null default sluice_now(),
    actor_kind  text        not null check (actor_kind in ('token', 'job', 'system')),
    actor_id    text        not null,
    action      text        not null,
    target_type text        not null,
    target_id   text        not null,
    project_id  text,
    request_id  text,
    before      jsonb,
    after       jsonb
);

create index audit_entries_by_project on audit_entries (project_id, id desc);
create index audit_entries_by_target on audit_entries (target_type, target_id, id desc);

-- Entries are facts: nobody changes or removes one through this database, whatever role is used.
create function audit_entries_are_final() returns trigger
    language plpgsql
as
$$
begin
    raise exception 'audit entries can be neither changed nor removed';
end
$$;

create trigger audit_entries_are_final
    before update or delete or truncate
    on audit_entries
    for each statement
execute function audit_entries_are_final();
