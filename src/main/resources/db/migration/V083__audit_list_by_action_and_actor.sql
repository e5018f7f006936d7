-- The list may be filtered by action and by actor, of a table that is never purged.
-- Reads the table once for each and holds back writes meanwhile.
create index audit_entries_by_action on audit_entries (action, id desc);
create index audit_entries_by_actor on audit_entries (actor_id, id desc);
