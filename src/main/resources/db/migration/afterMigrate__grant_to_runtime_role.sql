-- When one role migrates and another one runs, the running one reads and writes every table, but can neither change what
-- is written in the audit nor what has been migrated. With a single role there is nothing to grant.
do
$$
declare
    runtime text := '${runtime_role}';
begin
    if runtime = current_user then
        return;
    end if;
    execute format('grant usage on schema %I to %I', current_schema, runtime);
    execute format('grant select, insert, update, delete on all tables in schema %I to %I', current_schema, runtime);
    execute format('grant usage, select, update on all sequences in schema %I to %I', current_schema, runtime);
    execute format('revoke update, delete, truncate on audit_entries from %I', runtime);
    execute format('revoke insert, update, delete on flyway_schema_history from %I', runtime);
end
$$;
