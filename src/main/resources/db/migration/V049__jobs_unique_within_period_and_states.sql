-- Jobs that are the only ones of their key for a time, or while they are in one of several states.
-- Adds nullable columns and an index without entries; costs one scan of jobs.
alter table jobs
    -- the key, after its period in seconds and the number of that period since 1970: 3600/490921:key, or :key
    add column unique_scope  text check (length(unique_scope) between 2 and 260),
    -- in which states the job keeps others of its scope away; always while it is alive, so that no change of state of a
    -- live job can fail
    add column unique_states text[]
        check (unique_states @> '{pending,running}'
            and unique_states <@ '{pending,running,completed,failed,cancelled}'),
    add constraint jobs_unique_scope_has_states check ((unique_scope is null) = (unique_states is null));

create unique index jobs_unique_scope on jobs (unique_scope)
    where unique_scope is not null and status = any (unique_states);
