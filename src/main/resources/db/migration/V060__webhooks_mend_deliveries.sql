-- Each hour, deliveries that no job carries any more are given up, so that they can be sent again.
-- Costs nothing.
insert into schedules (name, job_type, cron)
values ('webhook-upkeep', 'mend_deliveries', '23 * * * *');
