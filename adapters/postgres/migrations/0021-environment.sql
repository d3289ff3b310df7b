-- The environment: jobs, their sealed results, and releases. A job's rows rest only sealed; a blocked job keeps none.

create table job (
  id text primary key,
  agreement text not null,
  organization text not null,
  author text not null,
  scenario text not null,
  purpose text not null,
  sql text not null,
  status text not null check (status in ('running', 'succeeded', 'failed')),
  failure jsonb,
  tables jsonb not null,
  verdict text check (verdict in ('pass', 'review', 'block')),
  report jsonb,
  columns jsonb,
  row_count integer,
  digest text,
  engine text,
  pack_digest text not null,
  wrapped_key bytea,
  started_at timestamptz not null default clock_timestamp(),
  elapsed_ms integer
);
create index job_by_organization on job (organization, started_at desc, id);

create table release (
  id text primary key,
  job text not null references job (id),
  agreement text not null,
  organization text not null,
  title text not null,
  columns jsonb not null,
  row_count integer not null,
  digest text not null,
  case_id text not null,
  released_on date not null,
  unique (job)
);

-- A consumer's keys for a product; only the hash of a key is kept.
create table service_key (
  id text primary key,
  subscription text not null,
  consumer text not null,
  key_sha256 bytea not null unique,
  hint text not null,
  made_at timestamptz not null default clock_timestamp(),
  made_by text not null,
  revoked_at timestamptz
);
create index service_key_by_subscription on service_key (subscription);

-- What a consumer was granted, and what is used of it. Counted up before an answer leaves; two calls at once cannot pass
-- the quota, and a crash cannot reset it.
create table service_grant (
  subscription text primary key,
  product text not null,
  consumer text not null,
  scenario text not null,
  purpose text not null,
  ends date not null,
  price numeric not null check (price >= 0),
  quota bigint not null check (quota >= 0),
  used bigint not null default 0 check (used >= 0 and used <= quota),
  case_id text not null
);
create index service_grant_by_product on service_grant (product);

create table revoked_access (
  case_id text not null,
  handle text not null,
  kind text not null,
  thing text not null,
  revoked_on date not null,
  primary key (case_id, handle, kind, thing)
);

grant select, insert, update on job, service_key, service_grant to gongshu_app;
grant select, insert on release, revoked_access to gongshu_app;
grant select on job, release, service_grant, revoked_access to gongshu_audit;

do $$
declare
  name text;
begin
  foreach name in array array['job', 'release', 'service_key', 'service_grant', 'revoked_access']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
  foreach name in array array['job', 'release', 'service_grant', 'revoked_access']
  loop
    execute format('create policy auditors_read on %I for select to gongshu_audit using (true)', name);
  end loop;
end
$$;
create policy owner_reads on job for select to gongshu_app using (organization = reader_organization());
create policy consumer_reads on service_grant for select to gongshu_app using (consumer = reader_organization());
