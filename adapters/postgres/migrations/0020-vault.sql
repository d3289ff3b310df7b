-- The vault: datasets, their immutable sealed versions, and the two phases of a key's destruction.

create table vault_dataset (
  id uuid primary key,
  -- The name in queries; one provider may not take another's.
  name text not null unique check (name ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
  title text not null check (title <> ''),
  provider_organization text not null check (provider_organization <> ''),
  created_at timestamptz not null default now()
);

create table vault_version (
  id uuid primary key,
  dataset_id uuid not null references vault_dataset (id),
  -- Counts from 1 in each dataset.
  number integer not null check (number >= 1),
  provider_organization text not null check (provider_organization <> ''),
  -- The schema as declared when this version was ingested.
  table_schema jsonb not null,
  -- Counts only: rows, missing and distinct values, entities. No value of the table.
  profile_summary jsonb not null,
  row_count bigint not null check (row_count >= 0),
  -- The file exactly as supplied: bytes, sha256, sm3, compression, encoding.
  source jsonb not null,
  suite text not null check (suite in ('aes-256-gcm', 'sm4-ctr-hmac-sm3')),
  -- Digests and lengths of plaintext and ciphertext of the rows and of the profile.
  table_digests jsonb not null,
  profile_digests jsonb not null,
  master_key_id text not null,
  wrapped_key bytea,
  state text not null default 'active' check (state in ('active', 'destroying', 'destroyed')),
  created_at timestamptz not null default now(),
  unique (dataset_id, number),
  -- Gone with the destruction, and not before.
  check ((wrapped_key is null) = (state = 'destroyed'))
);

create table vault_key_destruction (
  version_id uuid primary key references vault_version (id),
  provider_organization text not null check (provider_organization <> ''),
  -- Who ordered it and on what ground: an act's reference, not a person's name.
  ordered_by text not null check (ordered_by <> ''),
  ground text not null check (ground <> ''),
  intended_at timestamptz not null default now(),
  done_at timestamptz,
  -- What was tried to read the version afterwards, and that it failed.
  proof jsonb,
  check ((done_at is null) = (proof is null))
);

-- A version never changes but for its way into destruction, one step at a time.
create function vault_version_only_towards_destruction() returns trigger
  language plpgsql as $$
begin
  if to_jsonb(new) - 'state' - 'wrapped_key' <> to_jsonb(old) - 'state' - 'wrapped_key' then
    raise exception 'a version of the vault is immutable';
  end if;
  if (old.state, new.state) not in (('active', 'destroying'), ('destroying', 'destroyed')) then
    raise exception 'a version of the vault goes from active to destroying to destroyed, not from % to %', old.state, new.state;
  end if;
  if new.wrapped_key is not null and new.wrapped_key <> old.wrapped_key then
    raise exception 'the wrapped key of a version is immutable';
  end if;
  return new;
end $$;
create trigger vault_version_immutable before update on vault_version
  for each row execute function vault_version_only_towards_destruction();

create function vault_key_destruction_done_once() returns trigger
  language plpgsql as $$
begin
  if old.done_at is not null or to_jsonb(new) - 'done_at' - 'proof' <> to_jsonb(old) - 'done_at' - 'proof' then
    raise exception 'a destruction is recorded once';
  end if;
  return new;
end $$;
create trigger vault_key_destruction_immutable before update on vault_key_destruction
  for each row execute function vault_key_destruction_done_once();

alter table vault_dataset enable row level security;
alter table vault_dataset force row level security;
alter table vault_version enable row level security;
alter table vault_version force row level security;
alter table vault_key_destruction enable row level security;
alter table vault_key_destruction force row level security;

-- Only the platform itself writes; a provider sees its own; who else may see a dataset is told by grants elsewhere,
-- and the platform reads it for them.
create policy vault_dataset_system on vault_dataset to gongshu_app using (reader_is_system()) with check (reader_is_system());
create policy vault_dataset_provider on vault_dataset for select to gongshu_app using (provider_organization = reader_organization());
create policy vault_version_system on vault_version to gongshu_app using (reader_is_system()) with check (reader_is_system());
create policy vault_version_provider on vault_version for select to gongshu_app using (provider_organization = reader_organization());
create policy vault_key_destruction_system on vault_key_destruction to gongshu_app using (reader_is_system()) with check (reader_is_system());
create policy vault_key_destruction_provider on vault_key_destruction for select to gongshu_app using (provider_organization = reader_organization());

create policy vault_dataset_audit on vault_dataset for select to gongshu_audit using (true);
create policy vault_version_audit on vault_version for select to gongshu_audit using (true);
create policy vault_key_destruction_audit on vault_key_destruction for select to gongshu_audit using (true);

create policy vault_dataset_owner on vault_dataset to gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy vault_version_owner on vault_version to gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy vault_key_destruction_owner on vault_key_destruction to gongshu_owner using (reader_is_system()) with check (reader_is_system());

grant select, insert on vault_dataset to gongshu_app;
grant select, insert, update (state, wrapped_key) on vault_version to gongshu_app;
grant select, insert, update (done_at, proof) on vault_key_destruction to gongshu_app;

-- The auditor reads everything but the keys.
grant select on vault_dataset, vault_key_destruction to gongshu_audit;
grant select (id, dataset_id, number, provider_organization, table_schema, profile_summary, row_count, source, suite, table_digests,
  profile_digests, master_key_id, state, created_at) on vault_version to gongshu_audit;
