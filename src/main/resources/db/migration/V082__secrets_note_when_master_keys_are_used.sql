-- The master key in use is the one that a node started with last, not the one that was introduced last: a change of keys
-- can be taken back. Of the real clock, because it orders starts and decides nothing else.
-- Changes a table of a few rows.
alter table master_keys add column last_used_at timestamptz;
update master_keys set last_used_at = first_used_at;
alter table master_keys alter column last_used_at set not null, alter column last_used_at set default clock_timestamp();
