-- How old rows go: the daily job, and what it needs to drop partitions of the ledger.
-- Costs nothing.

-- The least id that a row made at an instant or later can have (see sluice_uuid).
create function sluice_uuid_floor(at timestamptz) returns uuid
    language sql stable parallel safe
    return cast(lpad(to_hex(cast(floor(extract(epoch from at) * 1000) as bigint)), 12, '0')
        || '00000000000000000000' as uuid);

-- Drops partitions of the ledger whose months ended before an instant, oldest first and at most so many, or only counts
-- them. Gives up rather than wait for a lock, because everybody who counts would wait behind it. Runs with the rights of
-- the migrating role. Never drops what the recognition of repeated events may still need.
create function sluice_drop_usage_months(parent text, before timestamptz, most integer, only_count boolean) returns integer
    language plpgsql security definer
    set search_path from current
    set timezone = 'UTC'
    set lock_timeout = '2s'
as
$$
declare
    ended timestamptz := least(before, sluice_now() - interval '67 days');
    partition record;
    found integer := 0;
begin
    if parent not in ('usage_events', 'usage_buckets') then
        raise exception 'not a table of the ledger: %', parent;
    end if;
    for partition in
        select child.relname
        from pg_inherits i
        join pg_class child on child.oid = i.inhrelid
        where i.inhparent = to_regclass(parent)
          and child.relname ~ ('^' || parent || '_[0-9]{6}$')
          and to_date(right(child.relname, 6), 'YYYYMM') + interval '1 month' <= ended
        order by child.relname
        limit most
    loop
        found := found + 1;
        if not only_count then
            execute format('drop table %I', partition.relname);
        end if;
    end loop;
    return found;
end
$$;

insert into schedules (name, job_type, cron, payload)
values ('daily-purge', 'purge', '17 3 * * *', '{}');
