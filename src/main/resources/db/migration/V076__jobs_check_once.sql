-- A single job is put in at half of the price: PostgreSQL reads the text of each check of a table and of each trigger's
-- condition again for every statement, and two dozen of them cost more than all the rest of an INSERT. What no claim and no
-- end changes is checked by one function, which a session prepares once. What they change stays a check of the table.
-- Reads jobs once; nothing may write to it meanwhile.
alter table jobs
    drop constraint jobs_attempts_check,
    drop constraint jobs_attempts_within_limit,
    drop constraint jobs_concurrency_key_check,
    drop constraint jobs_concurrency_key_has_limit,
    drop constraint jobs_concurrency_limit_check,
    drop constraint jobs_created_at_check,
    drop constraint jobs_dependencies_have_a_condition,
    drop constraint jobs_max_attempts_check,
    drop constraint jobs_pending_key_check,
    drop constraint jobs_priority_check,
    drop constraint jobs_project_id_check,
    drop constraint jobs_rescues_can_grow,
    drop constraint jobs_rescues_check,
    drop constraint jobs_run_if_check,
    drop constraint jobs_scheduled_at_check,
    drop constraint jobs_unique_key_check,
    drop constraint jobs_unique_scope_check,
    drop constraint jobs_unique_scope_has_states,
    drop constraint jobs_unique_states_check,
    add constraint jobs_attempts_within_limit
        check (attempts >= 0 and attempts <= max_attempts and max_attempts between 1 and 1000);
drop trigger jobs_payload_check on jobs;
drop trigger jobs_type_check on jobs;
drop trigger jobs_traceparent_check on jobs;
drop function jobs_refuse();

create function jobs_check() returns trigger
    language plpgsql
as
$$
declare
    broken text := case
        when not new.type ~ '^[A-Za-z0-9_-]{1,100}$' then 'jobs_type_check'
        when octet_length(new.payload::text) > 1048576 then 'jobs_payload_check'
        when new.priority not between 0 and 1000 then 'jobs_priority_check'
        when not isfinite(new.scheduled_at) then 'jobs_scheduled_at_check'
        when not isfinite(new.created_at) then 'jobs_created_at_check'
        when new.rescues not between 0 and 1000000 then 'jobs_rescues_check'
        when length(new.project_id) not between 1 and 64 then 'jobs_project_id_check'
        when length(new.unique_key) not between 1 and 200 then 'jobs_unique_key_check'
        when length(new.pending_key) not between 1 and 200 then 'jobs_pending_key_check'
        when length(new.concurrency_key) not between 1 and 200 then 'jobs_concurrency_key_check'
        when new.concurrency_limit not between 1 and 100000 then 'jobs_concurrency_limit_check'
        when (new.concurrency_key is null) <> (new.concurrency_limit is null) then 'jobs_concurrency_key_has_limit'
        when (new.depends_on is null) <> (new.run_if is null) then 'jobs_dependencies_have_a_condition'
        when new.run_if not in ('all_completed', 'all_ended', 'any_failed') then 'jobs_run_if_check'
        when length(new.unique_scope) not between 2 and 260 then 'jobs_unique_scope_check'
        when (new.unique_scope is null) <> (new.unique_states is null) then 'jobs_unique_scope_has_states'
        when not (new.unique_states @> '{pending,running}'
                  and new.unique_states <@ '{pending,running,completed,failed,cancelled}') then 'jobs_unique_states_check'
        when not new.traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' then 'jobs_traceparent_check'
        end;
begin
    if broken is not null then
        raise exception using
            errcode = 'check_violation',
            message = 'new row for relation "jobs" violates check constraint "' || broken || '"',
            constraint = broken,
            table = 'jobs',
            schema = tg_table_schema;
    end if;
    return new;
end
$$;

create trigger jobs_check_new
    before insert on jobs
    for each row
execute function jobs_check();

-- After, not before: with a trigger before updates PostgreSQL computes rank anew at each of them. A pending key is only
-- ever emptied.
create trigger jobs_check_changed
    after update of type, payload, priority, scheduled_at, created_at, rescues, project_id, unique_key, concurrency_key,
        concurrency_limit, depends_on, run_if, unique_scope, unique_states, traceparent on jobs
    for each row
execute function jobs_check();
