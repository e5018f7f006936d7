-- Applied only with SLUICE_TEST_CLOCK=true on a database that is marked as a test database: tests move the time of all
-- decisions by updating the one row of this table. Leases and heartbeats measure real processes and stay on real time.
create table if not exists sluice_test_clock (
    singleton boolean primary key default true check (singleton),
    shift     interval not null default interval '0'
);

insert into sluice_test_clock default values
on conflict do nothing;

create or replace function sluice_now() returns timestamptz
    language sql stable
as
$$
select statement_timestamp() + (select shift from sluice_test_clock)
$$;
