-- What people are told: notices, the letters that carry them, what owners do not want to hear, and what operators have
-- been told of already.
-- Creates empty tables; costs nothing.

-- One message to one recipient. Its id is the id of the message, the same for every try.
create table letters (
    id            uuid primary key     default sluice_uuid(),
    channel       text        not null check (channel in ('email', 'chat')),
    recipient     text        not null check (recipient in ('owner', 'operator')),
    -- which operator; empty for an owner, who is found by the projects of the notices
    target        text        not null default '',
    created_at    timestamptz not null default sluice_now(),
    -- the job that sends it
    job_id        uuid,
    tries         integer     not null default 0,
    last_tried_at timestamptz,
    -- never holds an address
    last_error    text,
    sent_at       timestamptz
);

-- One row per event, recipient and channel. Holds no address: an owner's is looked up when the letter is sent.
create table notices (
    id          uuid primary key     default sluice_uuid(),
    -- null: found out by looking, not by an event
    event_id    uuid,
    kind        text        not null check (length(kind) between 1 and 100),
    project_id  text,
    channel     text        not null check (channel in ('email', 'chat')),
    recipient   text        not null check (recipient in ('owner', 'operator')),
    target      text        not null default '',
    data        jsonb       not null check (jsonb_typeof(data) = 'object'),
    occurred_at timestamptz not null,
    created_at  timestamptz not null default sluice_now(),
    -- pending: waits for a letter or in one. suppressed: refused by a preference. kept: there was no way to send it
    state       text        not null default 'pending' check (state in ('pending', 'sent', 'suppressed', 'kept')),
    reason      text,
    settled_at  timestamptz,
    letter_id   uuid references letters,
    -- the job that caused it; while that goes on, more may come that belongs in the same letter
    job_id      uuid,
    constraint notices_once unique (event_id, recipient, channel, target),
    constraint notices_settled_ones_are_dated check ((state = 'pending') = (settled_at is null))
);

create index notices_waiting on notices (id) where state = 'pending' and letter_id is null;
create index notices_by_project on notices (project_id, id desc) where project_id is not null;
create index notices_by_letter on notices (letter_id) where letter_id is not null;

-- A notice whose letter is on no job any more and was never sent has failed: nobody tries again by itself.
create view notice_states as
select notices.id, notices.event_id, notices.kind, notices.project_id, notices.channel, notices.recipient, notices.target,
    notices.data, notices.occurred_at, notices.created_at, notices.settled_at, notices.letter_id,
    case
        when notices.state = 'pending' and letters.id is not null and not exists (
            select from jobs where jobs.id = letters.job_id and jobs.status in ('pending', 'running'))
        then 'failed'
        else notices.state
    end as state,
    coalesce(notices.reason, letters.last_error) as reason,
    coalesce(letters.tries, 0) as tries
from notices
    left join letters on letters.id = notices.letter_id;

-- What an owner decided about a kind of notice; without a row it is sent.
create table notification_preferences (
    project_id text        not null references projects on delete cascade,
    kind       text        not null,
    channel    text        not null check (channel in ('email', 'chat')),
    enabled    boolean     not null,
    updated_at timestamptz not null default sluice_now(),
    primary key (project_id, kind, channel)
);

-- Conditions that operators were told of and that still hold.
create table notification_alerts (
    name       text primary key,
    raised_at  timestamptz not null default sluice_now(),
    noticed_at timestamptz not null default sluice_now()
);

-- The second entry also takes up notices whose letters were never made, should the job that was to make them have failed.
insert into schedules (name, job_type, cron)
values ('installation-watch', 'watch_installation', '*/5 * * * *'),
       ('gather-notifications', 'gather_notifications', '*/15 * * * *');
