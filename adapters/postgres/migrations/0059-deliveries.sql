-- Deliveries of data providers: files uploaded in pieces or pulled from registered sources, what was seen in them, what the
-- provider confirmed of them, and what became of them. No value of a table stands here: counts, shares and reasons only.
create table data_source (
  id uuid primary key,
  organization text not null check (organization <> ''),
  kind text not null check (kind in ('postgresql', 'mysql', 's3')),
  title text not null check (title <> ''),
  host text not null check (host <> ''),
  port integer not null check (port between 1 and 65535),
  -- What is no secret: database, region, bucket, whether the connection is encrypted.
  settings jsonb not null,
  -- Account and password, sealed under a key of the source's own that the master key wraps; never shown again.
  sealed_account bytea not null,
  wrapped_key bytea not null,
  registered_by text not null,
  registered_on date not null,
  ended_on date
);
create index data_source_by_organization on data_source (organization, title);

-- Hosts and ports that the platform may call to fetch data; written by the system administrator alone.
create table source_host (
  host text not null check (host <> ''),
  port integer not null check (port between 1 and 65535),
  allowed_by text not null,
  allowed_at timestamptz not null default clock_timestamp(),
  primary key (host, port)
);

create table delivery (
  id uuid primary key,
  -- The step of a case for which the data are provided.
  case_id text not null,
  task text not null,
  entry text not null,
  fields jsonb not null,
  organization text not null check (organization <> ''),
  begun_by text not null,
  begun_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  source uuid references data_source (id),
  -- Schema and table, or the object's key.
  place jsonb,
  name text not null check (name <> ''),
  -- As announced; of a pulled file as it arrived, absent until then.
  bytes bigint check (bytes >= 1),
  -- SHA-256 over the first and last bytes, by which the same file is known when an upload is taken up again.
  fingerprint text,
  state text not null check (state in ('receiving', 'received', 'looking', 'awaiting-confirmation', 'taking-in', 'taken-in', 'refused', 'abandoned')),
  -- Why it did not go on: code, message, cure, row, column.
  failure jsonb,
  look jsonb,
  confirmed jsonb,
  confirmed_by text,
  confirmed_on date,
  version uuid references vault_version (id),
  taken_in_at timestamptz,
  check ((state = 'taken-in') = (version is not null)),
  check ((confirmed is null) = (confirmed_by is null) and (confirmed is null) = (confirmed_on is null))
);
create index delivery_by_organization on delivery (organization, begun_at desc, id);
create index delivery_by_task on delivery (case_id, task);
create index delivery_unfinished on delivery (changed_at) where state in ('receiving', 'received', 'looking', 'awaiting-confirmation', 'taking-in');

grant select, insert, update (ended_on) on data_source to gongshu_app;
grant select, insert, delete on source_host to gongshu_app;
grant select, insert, update (changed_at, bytes, state, failure, look, confirmed, confirmed_by, confirmed_on, version, taken_in_at) on delivery to gongshu_app;
grant select on source_host, delivery to gongshu_audit;
grant select (id, organization, kind, title, host, port, settings, registered_by, registered_on, ended_on) on data_source to gongshu_audit;

do $$
declare
  name text;
begin
  foreach name in array array['data_source', 'source_host', 'delivery']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
    execute format('create policy auditors_read on %I for select to gongshu_audit using (true)', name);
  end loop;
end
$$;
create policy owner_reads on delivery for select to gongshu_app using (organization = reader_organization());
