-- An hour of which usage is reported as 0 is no history. A baseline of 0 would stay there for ever, because it grows by a
-- part of itself: nothing would be usual for the project, and spikes of its usage were never judged.
-- Deletes the baselines of 0: the next detection learns those projects' last seven days anew.
delete from abuse_baselines where peak = 0;

-- Takes into the baselines the whole hours that lie before both windows that may be judged at this moment. The first
-- seven days are learned as they are; afterwards the usual busiest hour grows by at most 5 % for each hour that went by,
-- and at most a day's worth at once, so that what should be noticed isn't learned first. Again changes nothing.
create or replace function sluice_abuse_learn(project_ids text[], at timestamptz) returns bigint
    language sql volatile
    set jit = off
    set enable_seqscan = off
    set enable_nestloop = off
    set enable_mergejoin = off
    set work_mem = '64MB'
as
$$
with clock as materialized (
    select date_trunc('hour', sluice_abuse_quarter(at), 'UTC') - interval '2 hours' as until),
known as materialized (
    select ids.id, metrics.name as metric,
        greatest((select learned_until from abuse_baselines base
                  where base.project_id = ids.id and base.metric = metrics.name),
            clock.until - interval '7 days') as since,
        clock.until
    from clock
        cross join unnest(project_ids) as ids (id)
        cross join (select name from metrics where aggregation = 'sum') metrics),
hours as (
    select known.id, known.metric, known.until, min(hour.start) as first_hour, max(hour.total) as busiest
    from known
        cross join lateral (
            select date_trunc('hour', bucket.bucket_start, 'UTC') as start,
                least(sum(bucket.quantity), 9007199254740991)::bigint as total
            from usage_buckets bucket
            where bucket.project_id = known.id and bucket.metric = known.metric
                and bucket.bucket_start >= known.since and bucket.bucket_start < known.until
                and bucket.quantity > 0
            group by 1) hour
    where known.since < known.until
    group by known.id, known.metric, known.until),
learned as (
    insert into abuse_baselines as kept (project_id, metric, peak, peak_at, first_at, learned_until)
    select id, metric, busiest, until, first_hour, until
    from hours
    order by id, metric
    on conflict (project_id, metric) do update
    set (peak, peak_at, learned_until) = (
        select
            greatest(now_usual, taken),
            case
                when taken >= now_usual then excluded.learned_until
                else kept.peak_at + make_interval(
                    days => floor(extract(epoch from excluded.learned_until - kept.peak_at) / 86400)::int)
            end,
            excluded.learned_until
        from (
            select now_usual,
                case
                    when kept.first_at > excluded.learned_until - interval '7 days' then excluded.peak
                    else least(excluded.peak::numeric, ceil(now_usual::numeric * power(1.05, least(24, extract(
                        epoch from excluded.learned_until - kept.learned_until) / 3600))))::bigint
                end as taken
            from (select sluice_abuse_usual(kept.peak, kept.peak_at, excluded.learned_until) as now_usual) u) t)
    where kept.learned_until < excluded.learned_until
    returning 1)
select count(*) from learned
$$;
