-- A job of high priority has its rank long before it is due. Claims pass such jobs by; with their time in the index they
-- need not read their rows for it.
-- Rebuilds two indexes of jobs; nothing may be written to it meanwhile.
drop index jobs_claimable;
create index jobs_claimable on jobs (type, rank, id, scheduled_at)
    where status = 'pending' and blocked_by is null and concurrency_key is null;
drop index jobs_keyed;
create index jobs_keyed on jobs (type, rank, id, scheduled_at)
    where status = 'pending' and blocked_by is null and concurrency_key is not null;
