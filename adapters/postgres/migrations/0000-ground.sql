-- The ground on which all later migrations stand. Runs as gongshu_owner.
--
-- Rules for every later file (checked after each migration run):
--   * each table: ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; and its policies;
--   * nothing is granted to PUBLIC; what gongshu_app and gongshu_audit may do is granted table by table;
--   * views are made WITH (security_invoker = true).

revoke all on schema public from public;
grant usage on schema public to gongshu_app, gongshu_audit;

-- By default PostgreSQL lets everybody execute a new function.
alter default privileges revoke execute on functions from public;

-- Who reads is told by each transaction: 'system', or 'organization:<id>'. A transaction that does not say so reads
-- nothing.
create function reader_is_system() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('gongshu.reader', true), '') = 'system';

create function reader_organization() returns text
  language sql stable parallel safe
  return case
    when current_setting('gongshu.reader', true) like 'organization:_%'
    then substr(current_setting('gongshu.reader', true), length('organization:') + 1)
  end;

grant execute on function reader_is_system(), reader_organization() to gongshu_app, gongshu_audit;

create table schema_migration (
  number integer primary key,
  name text not null unique,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  executed_at timestamptz not null default now()
);
alter table schema_migration enable row level security;
alter table schema_migration force row level security;
create policy schema_migration_owner on schema_migration to gongshu_owner using (true) with check (true);
create policy schema_migration_read on schema_migration for select to gongshu_app, gongshu_audit using (true);
grant select on schema_migration to gongshu_app, gongshu_audit;
