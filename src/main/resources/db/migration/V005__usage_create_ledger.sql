-- Usage: periods, metrics, the ledger of events, and the counters that every limit reads.

-- The first instant of a day in a time zone: of a midnight that occurs twice the earlier one; a midnight that a clock
-- change skips counts with the offset before the change. io.sluice.usage.Period computes the same in Java.
create function sluice_midnight(day date, time_zone text) returns timestamptz
    language plpgsql immutable strict parallel safe
as
$$
declare
    midnight timestamp := day::timestamp;
    as_utc timestamptz := midnight at time zone 'UTC';
    probe timestamptz := as_utc - interval '36 hours';
    earlier timestamptz := as_utc - ((probe at time zone time_zone) - (probe at time zone 'UTC'));
begin
    if (earlier at time zone time_zone) = midnight then
        return earlier;
    end if;
    return midnight at time zone time_zone;
end
$$;

-- The first day of the period that holds a day, moved by so many periods. A month begins on the anchor day, or on the
-- last day of a month that is too short for it.
create function sluice_period_day(unit text, anchor_day int, day date, shift int) returns date
    language plpgsql immutable strict parallel safe
as
$$
declare
    month timestamp := date_trunc('month', day::timestamp);
    start date;
begin
    if unit = 'day' then
        return day + shift;
    elsif unit <> 'month' then
        raise exception 'unknown unit of a period: %', unit;
    end if;
    start := least(month + make_interval(days => anchor_day - 1), month + interval '1 month' - interval '1 day')::date;
    if day < start then
        month := month - interval '1 month';
    end if;
    month := month + make_interval(months => shift);
    return least(month + make_interval(days => anchor_day - 1), month + interval '1 month' - interval '1 day')::date;
end
$$;

-- Periods are half-open and follow each other without a gap, whatever clocks do around midnight.
create function sluice_period_start(unit text, anchor_day int, time_zone text, at timestamptz) returns timestamptz
    language plpgsql immutable strict parallel safe
as
$$
declare
    today date := (at at time zone time_zone)::date;
    start timestamptz := sluice_midnight(sluice_period_day(unit, anchor_day, today, 0), time_zone);
    following timestamptz;
begin
    if at < start then
        return sluice_midnight(sluice_period_day(unit, anchor_day, today, -1), time_zone);
    end if;
    following := sluice_midnight(sluice_period_day(unit, anchor_day, today, 1), time_zone);
    return case when at >= following then following else start end;
end
$$;

create function sluice_period_end(unit text, anchor_day int, time_zone text, at timestamptz) returns timestamptz
    language plpgsql immutable strict parallel safe
as
$$
declare
    today date := (at at time zone time_zone)::date;
    finish timestamptz := sluice_midnight(sluice_period_day(unit, anchor_day, today, 1), time_zone);
    start timestamptz;
begin
    if at >= finish then
        return sluice_midnight(sluice_period_day(unit, anchor_day, today, 2), time_zone);
    end if;
    start := sluice_midnight(sluice_period_day(unit, anchor_day, today, 0), time_zone);
    return case when at < start then start else finish end;
end
$$;

create table metrics (
    name        text primary key check (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    unit        text not null,
    aggregation text not null check (aggregation in ('sum', 'max', 'last')),
    description text not null default ''
);

insert into metrics (name, unit, aggregation, description)
values ('db_queries', 'queries', 'sum', 'Database queries.'),
       ('function_invocations', 'invocations', 'sum', 'Function invocations.'),
       ('storage_uploads', 'uploads', 'sum', 'Files uploaded to storage.'),
       ('requests', 'requests', 'sum', 'Requests served.'),
       ('errors', 'errors', 'sum', 'Requests that ended in an error.'),
       ('storage_mb', 'MB', 'last', 'Space taken in storage.'),
       ('auth_users', 'users', 'last', 'Users registered.'),
       ('realtime_connections', 'connections', 'max', 'Realtime connections open at the same time.');

-- One row per counted event. Partitioned by the month of arrival, not of the event: an id is unique within its arrival
-- month by the key, and looked up in the months before as far as 35 days go, whatever occurred_at its repeats carry.
-- No foreign keys: existence is checked in the counting transaction, and projects and used metrics are never removed.
create table usage_events (
    project_id    text        not null,
    event_id      text        not null,
    arrival_month date        not null,
    metric        text        not null,
    quantity      bigint      not null check (quantity between 0 and 9007199254740991),
    occurred_at   timestamptz not null,
    time_given    boolean     not null,
    recorded_at   timestamptz not null default sluice_now(),
    primary key (project_id, event_id, arrival_month)
) partition by list (arrival_month);

-- Usage per quarter of an hour in UTC, the finest step at which the time zones of this world begin a day.
create table usage_buckets (
    project_id   text        not null,
    metric       text        not null,
    bucket_start timestamptz not null,
    quantity     bigint      not null check (quantity between 0 and 9007199254740991),
    last_at      timestamptz not null,
    primary key (project_id, metric, bucket_start)
) partition by range (bucket_start);

-- What counts against limits: the sum, peak or latest value of one period. Present with or without a quota.
create table usage_counters (
    project_id   text        not null,
    metric       text        not null,
    unit         text        not null check (unit in ('day', 'month')),
    period_start timestamptz not null,
    quantity     bigint      not null check (quantity between 0 and 9007199254740991),
    last_at      timestamptz not null default sluice_now(),
    updated_at   timestamptz not null default sluice_now(),
    -- In this order one look finds all that a project has used in a period, however many periods went before.
    primary key (project_id, unit, period_start, metric)
) with (fillfactor = 80);

create index usage_counters_by_metric on usage_counters (metric);

-- The latest value of metrics that keep it over the turn of a period.
create table usage_latest (
    project_id  text        not null,
    metric      text        not null,
    quantity    bigint      not null check (quantity between 0 and 9007199254740991),
    occurred_at timestamptz not null,
    primary key (project_id, metric)
) with (fillfactor = 80);

-- The month that arriving events are stored under. Moves forward only, while no counting transaction runs.
create table usage_arrivals (
    singleton     boolean primary key default true check (singleton),
    arrival_month date not null
);

insert into usage_arrivals (arrival_month) values (date '2000-01-01');

-- Makes the partitions that events arriving now can need. Runs with the rights of the migrating role, because the role
-- that runs may own nothing.
create function sluice_prepare_usage_month() returns void
    language plpgsql security definer
    set search_path from current
    set timezone = 'UTC'
as
$$
declare
    this_month timestamp := date_trunc('month', sluice_now() at time zone 'UTC');
    month timestamp;
begin
    perform pg_advisory_xact_lock(7164, 1);
    execute format('create table if not exists %I partition of usage_events for values in (%L)',
        'usage_events_' || to_char(this_month, 'YYYYMM'), this_month::date);
    for ahead in -2 .. 1 loop
        month := this_month + make_interval(months => ahead);
        execute format('create table if not exists %I partition of usage_buckets for values from (%L) to (%L)'
                || ' with (fillfactor = 80)',
            'usage_buckets_' || to_char(month, 'YYYYMM'), month at time zone 'UTC',
            (month + interval '1 month') at time zone 'UTC');
    end loop;
    update usage_arrivals set arrival_month = this_month::date where arrival_month < this_month::date;
end
$$;

select sluice_prepare_usage_month();
