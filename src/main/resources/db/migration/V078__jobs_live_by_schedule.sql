-- Each slot of a schedule asks whether a job of the schedule is still live. Without this it reads every job there is.
create index jobs_live_by_schedule on jobs (schedule) where schedule is not null and status in ('pending', 'running');
