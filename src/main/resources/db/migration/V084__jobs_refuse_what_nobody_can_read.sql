-- Refuses what would have to be guessed at when it is read: scopes of another form than those that are made here, needs
-- that name nothing, nested arrays, payloads of schedules that are no objects. Rows that are there already are left as
-- they are. Notes which jobs of a batch were there before it. Costs nothing.
create or replace function jobs_check() returns trigger
    language plpgsql
as
$$
declare
    broken text := case
        when new.type ~ '[^A-Za-z0-9_-]' or length(new.type) not between 1 and 100 then 'jobs_type_check'
        when octet_length(new.payload::text) > 1048576 then 'jobs_payload_check'
        when new.priority not between 0 and 1000 then 'jobs_priority_check'
        when not isfinite(new.scheduled_at) then 'jobs_scheduled_at_check'
        when not isfinite(new.created_at) then 'jobs_created_at_check'
        when new.rescues not between 0 and 1000000 then 'jobs_rescues_check'
        when num_nonnulls(new.project_id, new.unique_key, new.pending_key, new.concurrency_key, new.concurrency_limit,
                          new.depends_on, new.run_if, new.unique_scope, new.unique_states, new.traceparent) = 0 then null
        when length(new.project_id) not between 1 and 64 then 'jobs_project_id_check'
        when length(new.unique_key) not between 1 and 200 then 'jobs_unique_key_check'
        when length(new.pending_key) not between 1 and 200 then 'jobs_pending_key_check'
        when length(new.concurrency_key) not between 1 and 200 then 'jobs_concurrency_key_check'
        when new.concurrency_limit not between 1 and 100000 then 'jobs_concurrency_limit_check'
        when (new.concurrency_key is null) <> (new.concurrency_limit is null) then 'jobs_concurrency_key_has_limit'
        when (new.depends_on is null) <> (new.run_if is null) then 'jobs_dependencies_have_a_condition'
        when new.run_if not in ('all_completed', 'all_ended', 'any_failed') then 'jobs_run_if_check'
        when array_ndims(new.depends_on) > 1 or array_position(new.depends_on, null) is not null
            then 'jobs_depends_on_check'
        when length(new.unique_scope) not between 2 and 260 or new.unique_scope !~ '^([0-9]+/[0-9]+)?:.'
            then 'jobs_unique_scope_check'
        when (new.unique_scope is null) <> (new.unique_states is null) then 'jobs_unique_scope_has_states'
        when array_ndims(new.unique_states) > 1
             or not (new.unique_states @> '{pending,running}'
                     and new.unique_states <@ '{pending,running,completed,failed,cancelled}') then 'jobs_unique_states_check'
        when length(new.traceparent) <> 55 or new.traceparent !~ '^00-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$'
             or substr(new.traceparent, 36, 1) <> '-' or substr(new.traceparent, 53, 1) <> '-'
            then 'jobs_traceparent_check'
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

alter table schedules
    add constraint schedules_payload_is_object check (jsonb_typeof(payload) = 'object') not valid;

-- jobs that the call named and that held a key before it; they have no batch_id of it
alter table job_batches
    add column others uuid[];
