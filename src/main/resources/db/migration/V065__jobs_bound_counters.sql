-- A row inserted by hand must never keep others from being claimed or rescued: its counters have room to grow.
-- Reads jobs once; nothing may write to it meanwhile.
alter table jobs
    add constraint jobs_attempts_can_grow check (attempts <= 1000 and (status <> 'pending' or attempts < 1000)),
    add constraint jobs_rescues_can_grow check (rescues <= 1000000);
