-- When the store last refused to remove an archive: such archives are tried again behind those it never refused, so that
-- a thousand of them don't keep younger ones from being removed. A column without a default; costs nothing.
alter table backup_objects add column refused_at timestamptz;
