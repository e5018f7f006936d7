-- Every decision reads the time from one function, so that a test database can shift it (see db/test-clock).
-- Costs nothing: the body is inlined into the calling statement.
create function sluice_now() returns timestamptz
    language sql stable parallel safe
    return statement_timestamp();

-- UUID version 7 (RFC 9562): ids that sort by creation, for rows that people insert by hand too.
create function sluice_uuid() returns uuid
    language sql volatile parallel safe
as
$$
select encode(
    set_bit(
        set_bit(
            overlay(uuid_send(gen_random_uuid())
                placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                from 1 for 6),
            52, 1),
        53, 1),
    'hex')::uuid
$$;
