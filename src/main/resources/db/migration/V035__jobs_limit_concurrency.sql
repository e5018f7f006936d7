-- Jobs that share a limit, and the order in which jobs are claimed: by type, and within a type by rank.
-- Rewrites jobs for the new column and rebuilds its claim index; nothing may claim meanwhile.

alter table jobs
    -- When a job is due, moved forward by 3.6 s per point of priority: a job of priority 1000 passes all of priority 0
    -- that became due up to an hour before it, and no job waits for ever.
    add column rank timestamp not null
        generated always as ((scheduled_at at time zone 'UTC') - priority * interval '3.6 seconds') stored,
    -- at most concurrency_limit jobs with this key run at once on all nodes together
    add column concurrency_key text check (length(concurrency_key) between 1 and 200),
    add column concurrency_limit integer check (concurrency_limit between 1 and 100000),
    -- The limit that the job was found to wait for while it was due. Kept out of the claim's way until it has room.
    add column blocked_by text,
    add constraint jobs_concurrency_key_has_limit check ((concurrency_key is null) = (concurrency_limit is null));

drop index jobs_claimable;

create index jobs_claimable on jobs (type, rank, id)
    where status = 'pending' and blocked_by is null and concurrency_key is null;
create index jobs_keyed on jobs (type, rank, id)
    where status = 'pending' and blocked_by is null and concurrency_key is not null;
create index jobs_blocked on jobs (blocked_by, rank, id) where status = 'pending' and blocked_by is not null;
create index jobs_running_by_key on jobs (concurrency_key) where status = 'running' and concurrency_key is not null;
