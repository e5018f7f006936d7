-- Abuse: the rules that look for it, what they found, who is left alone, and the reviews that owners ask for.
-- Creates small tables; costs nothing.

-- What is looked for. Thresholds grow; every rule begins by observing only.
create table abuse_rules (
    name           text primary key check (name ~ '^[a-z][a-z_]{0,63}$'),
    description    text           not null,
    -- off: not looked for; observe: says what it would have suspended; enforce: suspends
    mode           text           not null default 'observe' check (mode in ('off', 'observe', 'enforce')),
    -- what the thresholds count
    unit           text           not null,
    window_minutes integer        not null,
    metrics        text[]         not null default '{}',
    warning        numeric(14, 2) not null check (warning > 0),
    critical       numeric(14, 2) not null,
    severe         numeric(14, 2) not null,
    -- the level that suspends when two windows in a row reach it
    suspend_at     text           not null check (suspend_at in ('warning', 'critical', 'severe', 'never')),
    -- less than this is never judged: of the baseline for usage_spike, of requests in the window for error_rate
    minimum        bigint         not null default 0 check (minimum between 0 and 9007199254740991),
    -- suspends only from so many a minute on
    suspend_rate   bigint         not null default 0 check (suspend_rate between 0 and 9007199254740991),
    -- suspends only when requests are so many times the usual busiest hour, or there is no such hour yet
    suspend_growth numeric(14, 2) not null default 0 check (suspend_growth >= 0),
    updated_at     timestamptz    not null default sluice_now(),
    constraint abuse_rules_ascend check (warning <= critical and critical <= severe)
);

insert into abuse_rules (name, description, unit, window_minutes, metrics, warning, critical, severe, suspend_at, minimum,
    suspend_rate, suspend_growth)
values ('usage_spike', 'An hour far above the project''s usual busiest hour.', 'times_usual', 60,
        '{requests,db_queries,function_invocations,storage_uploads}', 3, 5, 10, 'severe', 10, 1000, 0),
       ('error_rate', 'Requests of an hour that ended in errors.', 'percent', 60,
        '{errors}', 30, 50, 75, 'critical', 100, 0, 3),
       ('absolute_rate', 'Use by the minute of a project that has no usual hour yet.', 'per_minute', 15,
        '{requests,db_queries,function_invocations,storage_uploads}', 1000, 5000, 10000, 'severe', 0, 0, 0),
       ('key_bruteforce', 'Verifications of keys that failed.', 'attempts', 15,
        '{}', 10, 100, 1000, 'never', 0, 0, 0),
       ('key_creation', 'Keys made in quick succession.', 'keys', 5,
        '{}', 5, 10, 50, 'severe', 0, 0, 0);

-- What holds instead for one project; null: as the rule says.
create table abuse_project_rules (
    project_id     text        not null references projects on delete cascade,
    rule           text        not null references abuse_rules,
    mode           text check (mode in ('off', 'observe', 'enforce')),
    warning        numeric(14, 2) check (warning > 0),
    critical       numeric(14, 2),
    severe         numeric(14, 2),
    suspend_at     text check (suspend_at in ('warning', 'critical', 'severe', 'never')),
    minimum        bigint check (minimum between 0 and 9007199254740991),
    suspend_rate   bigint check (suspend_rate between 0 and 9007199254740991),
    suspend_growth numeric(14, 2) check (suspend_growth >= 0),
    updated_at     timestamptz not null default sluice_now(),
    primary key (project_id, rule)
);

-- Who is left alone: an exemption from suspension, or a spike that was announced (usage_spike and absolute_rate only).
create table abuse_exemptions (
    id         uuid primary key     default sluice_uuid(),
    project_id text        not null references projects on delete cascade,
    kind       text        not null check (kind in ('exemption', 'planned_spike')),
    -- null: from every rule that the kind may stand for
    rule       text references abuse_rules,
    reason     text        not null,
    starts_at  timestamptz not null,
    -- null: until it is taken away
    ends_at    timestamptz,
    created_by text        not null,
    created_at timestamptz not null default sluice_now(),
    constraint abuse_exemptions_end_after_start check (ends_at > starts_at),
    constraint abuse_exemptions_plans_end check (kind <> 'planned_spike' or ends_at is not null)
);

create index abuse_exemptions_by_project on abuse_exemptions (project_id, id desc);

-- The usual busiest hour of a project and metric, learned hour by hour. Fades by half in 28 days, in steps of a day.
create table abuse_baselines (
    project_id    text        not null,
    metric        text        not null,
    peak          bigint      not null,
    -- from when it fades
    peak_at       timestamptz not null,
    -- the first hour with any use
    first_at      timestamptz not null,
    -- all hours before are in it
    learned_until timestamptz not null,
    primary key (project_id, metric)
) with (fillfactor = 70);

-- Keys made and verifications that failed, in steps of five minutes. '' stands for the whole installation.
create table abuse_key_activity (
    project_id   text        not null,
    kind         text        not null check (kind in ('created', 'refused')),
    bucket_start timestamptz not null,
    quantity     bigint      not null,
    primary key (project_id, kind, bucket_start)
) with (fillfactor = 70);

create index abuse_key_activity_by_time on abuse_key_activity (bucket_start);

-- When a project was given another plan or environment last: what is usual may change with it.
create table abuse_term_changes (
    project_id text primary key,
    changed_at timestamptz not null
) with (fillfactor = 70);

-- One row for each window in which a rule found something.
create table abuse_detections (
    id            uuid primary key        default sluice_uuid(),
    -- null: the whole installation
    project_id    text references projects,
    rule          text           not null,
    metric        text           not null default '',
    level         text           not null check (level in ('warning', 'critical', 'severe')),
    -- in the unit of the rule
    value         numeric(20, 2) not null,
    observed      bigint         not null,
    -- the same in the window before
    previous      bigint         not null,
    -- the usual busiest hour; null where there is none
    baseline      bigint,
    window_start  timestamptz    not null,
    window_end    timestamptz    not null,
    mode          text           not null,
    outcome       text           not null check (outcome in ('flagged', 'would_suspend', 'due', 'suspended', 'held',
        'needs_confirmation', 'confirmed', 'dismissed')),
    -- why it did not suspend
    withheld      text,
    -- whether it was told
    notified      boolean        not null,
    job_id        uuid           not null,
    suspension_id uuid references suspensions,
    decided_by    text,
    decided_at    timestamptz,
    decision      text,
    detected_at   timestamptz    not null default sluice_now()
);

create unique index abuse_detections_once on abuse_detections (coalesce(project_id, ''), rule, metric, window_end);
create index abuse_detections_by_project on abuse_detections (project_id, id desc);
create index abuse_detections_by_time on abuse_detections (detected_at);
create index abuse_detections_by_job on abuse_detections (job_id);

-- How far a detection has come, like that of a check of limits.
create table job_abuse_runs (
    job_id           uuid primary key,
    started_at       timestamptz not null default clock_timestamp(),
    last_project_id  text        not null default '',
    projects_checked bigint      not null default 0,
    detections       bigint      not null default 0,
    failed           text[]      not null default '{}'
);

-- An owner asks to look at a suspension again; an operator decides.
create table suspension_reviews (
    id            uuid primary key     default sluice_uuid(),
    suspension_id uuid        not null references suspensions,
    project_id    text        not null references projects,
    message       text        not null,
    requested_by  text        not null,
    requested_at  timestamptz not null default sluice_now(),
    decision      text check (decision in ('accepted', 'rejected')),
    reason        text,
    decided_by    text,
    decided_at    timestamptz,
    constraint suspension_reviews_decision_is_explained check (
        (decision is null) = (decided_at is null) and (decision is null) = (reason is null)
        and (decision is null) = (decided_by is null))
);

create unique index suspension_reviews_one_open on suspension_reviews (suspension_id) where decision is null;
create index suspension_reviews_by_project on suspension_reviews (project_id, id desc);

insert into schedules (name, job_type, cron, payload)
values ('hourly-abuse-detection', 'detect_abuse', '5 * * * *', '{"check_all": true}');
