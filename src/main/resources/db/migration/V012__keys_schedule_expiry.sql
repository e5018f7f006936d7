-- Notices each hour which keys have come to their end. A key is refused from that instant on, whether this runs or not.
insert into schedules (name, job_type, cron, payload)
values ('hourly-key-expiry', 'expire_keys', '5 * * * *', '{}');
