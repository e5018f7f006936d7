-- Whether an attempt's error is for others than operators to read: what a handler says is, what an exception says is not.
-- Of earlier attempts nobody knows.
alter table job_attempts add column error_told boolean not null default false;
