-- Where the owner of a project is told over chat. The URL is a credential: who knows it can write there.
-- Creates an empty table; costs nothing.
create table project_chats (
    project_id    text primary key references projects on delete cascade,
    sealed_url    bytea       not null,
    master_key_id text        not null,
    updated_at    timestamptz not null default sluice_now()
);

-- A deleted project is written to nowhere, however it was deleted.
create function sluice_forget_chat() returns trigger
    language plpgsql
    set search_path from current
as
$$
begin
    delete from project_chats where project_id = new.id;
    return null;
end
$$;

create trigger projects_forget_chat
    after update of status on projects
    for each row
    when (new.status = 'deleted')
execute function sluice_forget_chat();
