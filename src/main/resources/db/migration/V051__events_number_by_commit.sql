-- The order in which events are streamed: a number that an event gets once its transaction has committed, by one
-- transaction at a time, so that no event ever appears behind a number that somebody has already read. Numbers are given
-- while somebody listens. Builds two indexes on events: some seconds a million rows, during which nothing is published.
alter table events add column position bigint;

create sequence event_positions;

create unique index events_by_position on events (position) where position is not null;
create index events_not_numbered on events (id) where position is null;
