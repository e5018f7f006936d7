-- Jobs that wait for other jobs, and batches of jobs that are counted together.
-- Adds columns without rewriting jobs; costs nothing.

alter table jobs
    -- the jobs that it was enqueued to wait for, and what has to have become of them
    add column depends_on uuid[],
    add column run_if     text check (run_if in ('all_completed', 'all_ended', 'any_failed')),
    -- whether a job waits for this one: the end of any other is not looked at
    add column awaited    boolean not null default false,
    add column batch_id   uuid,
    add constraint jobs_dependencies_have_a_condition check ((depends_on is null) = (run_if is null));

create index jobs_by_batch on jobs (batch_id, status) where batch_id is not null;

-- What is still waited for. A row goes when the job that is needed ends. The job that waits is marked with
-- blocked_by = 'jobs', a word that sorts before the names of all limits.
create table job_dependencies (
    job_id uuid not null,
    needs  uuid not null,
    primary key (needs, job_id)
);

create index job_dependencies_by_job on job_dependencies (job_id);

-- Awaited jobs that ended in transactions that are under way; empty for everybody else.
create unlogged table job_ends (
    job_id uuid not null
);

-- Jobs that were enqueued together and are counted together.
create table job_batches (
    id                uuid primary key     default sluice_uuid(),
    name              text check (length(name) between 1 and 200),
    jobs              integer     not null check (jobs > 0),
    completion_job_id uuid,
    created_at        timestamptz not null default sluice_now()
);

-- What becomes of a job that waits: wait, run or cancel.
create function sluice_dependency_verdict(run_if text, open boolean, failed boolean) returns text
    language sql immutable parallel safe
    return case run_if
        when 'all_completed' then case when failed then 'cancel' when open then 'wait' else 'run' end
        when 'all_ended' then case when open then 'wait' else 'run' end
        else case when failed then 'run' when open then 'wait' else 'cancel' end
    end;

-- What a job says that was cancelled because of the jobs it waited for.
create function sluice_dependency_reason(failed text) returns text
    language sql immutable parallel safe
    return case when failed is null then 'All jobs that it waited for completed; it was to run if one failed.'
                else 'Job ' || failed || ', which it waited for, did not complete.' end;

create function jobs_note_end() returns trigger
    language plpgsql
    set search_path from current
as
$$
begin
    insert into job_ends (job_id) values (old.id);
    return null;
end
$$;

-- Whatever statement ends a job: a worker's, an operator's, a rescue's, or one written by hand.
create trigger jobs_note_end
    after update of status on jobs
    for each row
    when (new.awaited and old.status in ('pending', 'running') and new.status not in ('pending', 'running'))
execute function jobs_note_end();

create trigger jobs_note_removal
    after delete on jobs
    for each row
    when (old.awaited and old.status in ('pending', 'running'))
execute function jobs_note_end();

-- Runs once at the end of a transaction in which awaited jobs ended, for all of them together. Those who wait are locked
-- in the order of their ids before their other needs are looked at: of two transactions that end the last two needs, the
-- second one waits here and then sees what the first one did.
create function job_ends_settle() returns trigger
    language plpgsql
    set search_path from current
as
$$
declare
    ended    uuid[];
    settled  uuid[];
    released boolean := false;
    freed    boolean;
begin
    loop
        with taken as (delete from job_ends returning job_id)
        select array_agg(job_id) into ended from taken;
        exit when ended is null;

        perform d.id
        from jobs d
        where d.id in (select e.job_id from job_dependencies e where e.needs = any (ended))
          and d.status = 'pending' and d.blocked_by = 'jobs'
        order by d.id
        for no key update;

        with gone as materialized (
            delete from job_dependencies e where e.needs = any (ended) returning e.job_id, e.needs
        ),
        news as materialized (
            select g.job_id,
                   min(g.needs::text) filter (where p.status is distinct from 'completed') as failed,
                   exists (select from job_dependencies r where r.job_id = g.job_id and r.needs <> all (ended)) as open
            from gone g
            left join jobs p on p.id = g.needs
            group by g.job_id
        ),
        changed as (
            update jobs d
            set blocked_by = null,
                status = case v.verdict when 'cancel' then 'cancelled' else d.status end,
                completed_at = case v.verdict when 'cancel' then sluice_now() end,
                last_error = case v.verdict when 'cancel' then sluice_dependency_reason(v.failed) else d.last_error end
            from (select n.*, sluice_dependency_verdict(j.run_if, n.open, n.failed is not null) as verdict
                  from news n join jobs j on j.id = n.job_id) v
            where d.id = v.job_id and d.status = 'pending' and d.blocked_by = 'jobs' and v.verdict <> 'wait'
            returning d.id, d.status
        )
        select array_agg(id), coalesce(bool_or(status = 'pending'), false) into settled, freed from changed;

        delete from job_dependencies where job_id = any (settled);
        released := released or freed;
    end loop;
    if released then
        perform pg_notify('sluice_jobs', 'limited');
    end if;
    return null;
end
$$;

create constraint trigger job_ends_settle
    after insert on job_ends
    deferrable initially deferred
    for each row
execute function job_ends_settle();

-- A job that is tried again waits again for those of its needs that are pending or running, and for no other.
create function jobs_wait_again() returns trigger
    language plpgsql
    set search_path from current
as
$$
declare
    waits boolean;
begin
    perform p.id
    from jobs p
    where p.id = any (new.depends_on) and p.status in ('pending', 'running')
    order by p.id
    for no key update;

    with live as (
        update jobs p set awaited = true
        where p.id = any (new.depends_on) and p.status in ('pending', 'running')
        returning p.id
    ),
    edges as (
        insert into job_dependencies (job_id, needs) select new.id, id from live on conflict do nothing
    )
    select count(*) > 0 into waits from live;
    if waits then
        update jobs set blocked_by = 'jobs' where id = new.id;
    end if;
    return null;
end
$$;

create trigger jobs_wait_again
    after update of status on jobs
    for each row
    when (new.depends_on is not null and new.status = 'pending' and old.status in ('failed', 'cancelled'))
execute function jobs_wait_again();
