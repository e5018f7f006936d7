-- Each hour, sealed values that are still under another master key than the current one are sealed anew.
-- Costs nothing.
insert into schedules (name, job_type, cron)
values ('secrets-reseal', 'reseal_secrets', '53 * * * *');
