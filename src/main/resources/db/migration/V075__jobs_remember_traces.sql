-- The span that enqueued a job, in the form of the W3C recommendation Trace Context: attempts are linked to it.
-- Adds a column without rewriting jobs; costs nothing.

alter table jobs add column traceparent text;

-- As of all columns that no claim and no end changes: not looked at by their updates.
create trigger jobs_traceparent_check
    after insert or update of traceparent on jobs
    for each row
    when (not new.traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$')
execute function jobs_refuse('jobs_traceparent_check');
