-- Failed and cancelled jobs are listed and retried by themselves, and are few among those that are kept.
-- Reads the table once and holds back writes meanwhile; no claim and no good end writes to the index.
create index jobs_dead_letter on jobs (status, id) where status in ('failed', 'cancelled');
