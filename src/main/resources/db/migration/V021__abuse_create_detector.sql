-- The detector: what is usual, and what is found. The only place that decides; the hourly detection, the decision to
-- suspend, the tests and the benchmark all call it. Both functions read the buckets of usage by look-ups of the key.

create function sluice_abuse_quarter(at timestamptz) returns timestamptz
    language sql immutable strict parallel safe
    return to_timestamp(floor(extract(epoch from at) / 900) * 900);

-- The usual busiest hour at a moment: a peak fades by half in 28 days.
create function sluice_abuse_usual(peak bigint, peak_at timestamptz, at timestamptz) returns bigint
    language sql immutable strict parallel safe
    return ceil(peak * power(0.5::double precision,
        greatest(0, floor(extract(epoch from at - peak_at) / 86400))::double precision / 28))::bigint;

-- Which threshold an amount reaches: 3 severe, 2 critical, 1 warning, 0 none. Exact: nothing is divided.
create function sluice_abuse_level(amount numeric, base numeric, warning numeric, critical numeric, severe numeric)
    returns integer
    language sql immutable parallel safe
    return case
        when amount >= severe * base then 3
        when amount >= critical * base then 2
        when amount >= warning * base then 1
        else 0
    end;

-- Takes into the baselines the whole hours that lie before both windows that may be judged at this moment. The first
-- seven days are learned as they are; afterwards the usual busiest hour grows by at most 5 % for each hour that went by,
-- and at most a day's worth at once, so that what should be noticed isn't learned first. Again changes nothing.
create function sluice_abuse_learn(project_ids text[], at timestamptz) returns bigint
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

-- Everything that the rules find about the projects at a moment: the window that ended last, the one before it, and
-- whether both together suspend. A project named '' is the whole installation. With ahead of 15 minutes the windows of
-- usage reach to the end of the present quarter of an hour: what is counted of it so far is the least that it can be.
create function sluice_abuse_findings(project_ids text[], at timestamptz, enforced_environments text[],
        ahead interval default '0')
    returns table (project_id text, rule text, metric text, mode text, unit text, level integer, value numeric,
        observed bigint, previous bigint, baseline bigint, window_start timestamptz, window_end timestamptz,
        suspends boolean, withheld text)
    language sql stable
    set jit = off
    set enable_seqscan = off
    set enable_nestloop = off
    set enable_mergejoin = off
    set work_mem = '64MB'
as
$$
with clock as materialized (
    select sluice_abuse_quarter(at + ahead) as quarter, to_timestamp(floor(extract(epoch from at) / 300) * 300) as five),
wanted as materialized (
    select found.id, found.environment, found.status
    from unnest(project_ids) as ids (id)
        cross join lateral (select * from projects where projects.id = ids.id offset 0) found),
used as materialized (
    select wanted.id, metrics.name as metric,
        sum(bucket.quantity) filter (where bucket.bucket_start >= clock.quarter - interval '1 hour') as hour,
        sum(bucket.quantity) filter (where bucket.bucket_start < clock.quarter - interval '1 hour') as hour_before,
        sum(bucket.quantity) filter (where bucket.bucket_start >= clock.quarter - interval '15 minutes') as part,
        sum(bucket.quantity) filter (where bucket.bucket_start < clock.quarter - interval '15 minutes'
            and bucket.bucket_start >= clock.quarter - interval '30 minutes') as part_before
    from clock
        cross join wanted
        cross join (select name from metrics where aggregation = 'sum') metrics
        cross join lateral (
            select bucket_start, quantity
            from usage_buckets
            where usage_buckets.project_id = wanted.id and usage_buckets.metric = metrics.name
                and bucket_start >= clock.quarter - interval '2 hours' and bucket_start < clock.quarter
            offset 0) bucket
    group by wanted.id, metrics.name),
keys_used as materialized (
    select ids.id, activity.kind,
        sum(activity.quantity) filter (where activity.bucket_start >= ends - length) as amount,
        sum(activity.quantity) filter (where activity.bucket_start < ends - length) as amount_before,
        ends, length
    from clock
        cross join unnest(project_ids) as ids (id)
        cross join lateral (values
            ('created', clock.five, interval '5 minutes'),
            ('refused', clock.quarter, interval '15 minutes')) kinds (kind, ends, length)
        cross join lateral (
            select abuse_key_activity.kind, bucket_start, quantity
            from abuse_key_activity
            where abuse_key_activity.project_id = ids.id and abuse_key_activity.kind = kinds.kind
                and bucket_start >= ends - 2 * length and bucket_start < ends
            offset 0) activity
    group by ids.id, activity.kind, ends, length),
terms as materialized (
    select subject.id, rules.name as rule, rules.unit, rules.window_minutes, rules.metrics,
        coalesce(own.mode, rules.mode) as mode,
        coalesce(own.warning, rules.warning) as warning,
        coalesce(own.critical, rules.critical) as critical,
        coalesce(own.severe, rules.severe) as severe,
        array_position(array['warning', 'critical', 'severe'], coalesce(own.suspend_at, rules.suspend_at)) as suspend_at,
        coalesce(own.minimum, rules.minimum) as minimum,
        coalesce(own.suspend_rate, rules.suspend_rate) as suspend_rate,
        coalesce(own.suspend_growth, rules.suspend_growth) as suspend_growth
    from (select id from used union select id from keys_used) subject
        cross join abuse_rules rules
        left join abuse_project_rules own on own.project_id = subject.id and own.rule = rules.name),
based as materialized (
    select used.id, used.metric, coalesce(used.hour, 0) as hour, coalesce(used.hour_before, 0) as hour_before,
        coalesce(used.part, 0) as part, coalesce(used.part_before, 0) as part_before,
        case
            when base.first_at <= clock.quarter - interval '7 days'
                and sluice_abuse_usual(base.peak, base.peak_at, clock.quarter) >= spike.minimum
            then sluice_abuse_usual(base.peak, base.peak_at, clock.quarter)
        end as usual
    from clock
        cross join used
        join terms spike on spike.id = used.id and spike.rule = 'usage_spike'
        left join abuse_baselines base on base.project_id = used.id and base.metric = used.metric),
measured as (
    select terms.*, based.metric, based.hour as observed, based.hour_before as previous, based.hour::numeric as amount,
        based.hour_before::numeric as amount_before, based.usual::numeric as base, based.usual::numeric as base_before,
        true as judged_before, true as grown, true as grown_before, based.usual, clock.quarter as window_end
    from clock
        cross join based
        join terms on terms.id = based.id and terms.rule = 'usage_spike' and based.metric = any(terms.metrics)
    where based.usual > 0
    union all
    select terms.*, based.metric, based.part, based.part_before, based.part, based.part_before, 15, 15, true, true, true,
        null, clock.quarter
    from clock
        cross join based
        join terms on terms.id = based.id and terms.rule = 'absolute_rate' and based.metric = any(terms.metrics)
    where based.usual is null
    union all
    select terms.*, errors.metric, errors.hour, errors.hour_before, errors.hour * 100, errors.hour_before * 100,
        requests.hour, requests.hour_before, requests.hour_before >= greatest(terms.minimum, 1),
        requests.usual is null or requests.hour >= terms.suspend_growth * requests.usual,
        requests.usual is null or requests.hour_before >= terms.suspend_growth * requests.usual,
        requests.usual, clock.quarter
    from clock
        cross join based errors
        join based requests on requests.id = errors.id and requests.metric = 'requests'
        join terms on terms.id = errors.id and terms.rule = 'error_rate' and errors.metric = any(terms.metrics)
    where requests.hour >= greatest(terms.minimum, 1)
    union all
    select terms.*, '', coalesce(amount, 0), coalesce(amount_before, 0), coalesce(amount, 0), coalesce(amount_before, 0),
        1, 1, true, true, true, null, keys_used.ends
    from keys_used
        join terms on terms.id = keys_used.id
            and terms.rule = case keys_used.kind when 'created' then 'key_creation' else 'key_bruteforce' end),
judged as (
    select measured.*, sluice_abuse_level(amount, base, warning, critical, severe) as level,
        case when judged_before then sluice_abuse_level(amount_before, base_before, warning, critical, severe) else 0 end
            as level_before
    from measured
    where mode <> 'off' and amount >= warning * base and amount > 0),
weighed as (
    select judged.*,
        coalesce(level >= suspend_at, false) and grown and observed >= suspend_rate * window_minutes as strong,
        coalesce(level_before >= suspend_at, false) and grown_before and previous >= suspend_rate * window_minutes
            as strong_before
    from judged)
select weighed.id, weighed.rule, weighed.metric, weighed.mode, weighed.unit, weighed.level,
    trunc(amount / base, 2), weighed.observed::bigint, weighed.previous::bigint, weighed.usual,
    window_end - make_interval(mins => window_minutes), window_end,
    strong and strong_before and held.back is null,
    case
        when not strong then 'below_level'
        when not strong_before then 'first_window'
        else held.back
    end
from weighed
    left join wanted on wanted.id = weighed.id
    cross join lateral (
        select case
            when not (strong and strong_before) then null
            when wanted.id is null then 'installation'
            when wanted.status <> 'active' then 'not_active'
            when not wanted.environment = any(enforced_environments) then 'environment'
            when exists (
                select from abuse_exemptions exempt
                where exempt.project_id = weighed.id and exempt.kind = 'exemption'
                    and (exempt.rule is null or exempt.rule = weighed.rule)
                    and exempt.starts_at <= at and (exempt.ends_at is null or exempt.ends_at > at)) then 'exempt'
            when weighed.rule in ('usage_spike', 'absolute_rate') and exists (
                select from abuse_exemptions planned
                where planned.project_id = weighed.id and planned.kind = 'planned_spike'
                    and (planned.rule is null or planned.rule = weighed.rule)
                    and planned.starts_at < window_end
                    and planned.ends_at > window_end - make_interval(mins => 2 * window_minutes)) then 'planned_spike'
            when exists (
                select from abuse_term_changes changed
                where changed.project_id = weighed.id and changed.changed_at > at - interval '1 hour') then 'plan_changed'
            when (select keep_active_until > at
                  from suspensions
                  where suspensions.project_id = weighed.id
                  order by suspensions.id desc
                  limit 1) then 'protected'
            when exists (
                select from suspensions
                where suspensions.project_id = weighed.id and suspensions.cause = 'abuse'
                    and suspensions.resolved_at > at - interval '24 hours') then 'recently_resolved'
        end as back) held
$$;
