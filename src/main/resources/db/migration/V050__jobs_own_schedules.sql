-- Schedules that operators made: with a fixed rate instead of a cron text, a spread of their jobs, and a number of missed
-- slots that are made up for. Changes a table of a few rows; costs nothing.
alter table schedules alter column cron drop not null;
alter table schedules alter column catch_up drop default;
-- how many of the latest missed slots are made up for
alter table schedules alter column catch_up type integer using catch_up::integer;
alter table schedules alter column catch_up set default 1;

alter table schedules
    add column description    text        not null default '' check (length(description) <= 500),
    -- milliseconds from slot to slot, counted from 1970 on
    add column every_ms       bigint check (every_ms between 10000 and 31622400000),
    -- the longest random delay of a slot's job
    add column jitter_ms      bigint      not null default 0 check (jitter_ms between 0 and 86400000),
    -- made by an operator, who may delete it; what a migration inserts belongs to the product
    add column own            boolean     not null default false,
    add column missed         bigint      not null default 0,
    add column last_missed_at timestamptz,
    add column created_at     timestamptz not null default sluice_now(),
    add constraint schedules_catch_up_bounded check (catch_up between 0 and 1000),
    add constraint schedules_cron_or_every check ((cron is null) <> (every_ms is null));
