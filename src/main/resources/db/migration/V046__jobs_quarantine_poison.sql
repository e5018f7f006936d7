-- Jobs that took their nodes down with them are told from other failed ones; progress says when it was reported.
-- Adds columns without rewriting jobs; costs nothing.

alter table jobs
    -- parked because it lost its node too often: only a person who means it lets it run again
    add column quarantined boolean not null default false,
    add column progress_at timestamptz;

create index jobs_quarantined on jobs (id) where quarantined;
