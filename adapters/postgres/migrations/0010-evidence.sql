-- Evidence log: RFC 6962 tree over the stored bytes of entries, with SHA-256 and with SM3.
-- The app adds; nobody changes. What outside verifiers hold (checkpoints) is the real control,
-- roles and triggers keep honest programs and people from accidents.
--
-- Left for later, with its place: retention. evidence_entry becomes the first partition of a table
-- partitioned by range of seq (ATTACH PARTITION); a role of its own drops sealed partitions through one
-- function. Never partition by time: the key would have to hold the time, and a seq could appear twice.

-- Entries that a case's transaction has written and the committer has not yet sequenced.
create table evidence_pending (
  id bigint generated always as identity primary key,
  entry_id uuid not null unique,
  bytes bytea not null check (octet_length(bytes) between 2 and 16384)
);

create table evidence_entry (
  seq bigint primary key check (seq >= 0),
  entry_id uuid not null unique,
  -- Copies out of the bytes, for finding only.
  type text not null,
  object_kind text not null,
  object_id text not null,
  bytes bytea not null,
  leaf_sha256 bytea not null check (octet_length(leaf_sha256) = 32),
  leaf_sm3 bytea not null check (octet_length(leaf_sm3) = 32),
  recorded_at timestamptz not null default clock_timestamp()
);
create index evidence_entry_by_object on evidence_entry (object_kind, object_id, seq);

-- Complete subtrees at every eighth level (256, 65536, … leaves): what a C2SP tile's root is, and what proofs start from.
create table evidence_node (
  level smallint not null check (level > 0 and level % 8 = 0),
  index bigint not null check (index >= 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  sm3 bytea not null check (octet_length(sm3) = 32),
  primary key (level, index)
);

-- One row: how far the log has grown. A frontier is the 32-byte roots of its complete subtrees, left to right.
create table evidence_head (
  only_one boolean primary key default true check (only_one),
  size bigint not null check (size >= 0),
  frontier_sha256 bytea not null check (octet_length(frontier_sha256) % 32 = 0),
  frontier_sm3 bytea not null check (octet_length(frontier_sm3) = octet_length(frontier_sha256)),
  root_sha256 bytea not null check (octet_length(root_sha256) = 32),
  root_sm3 bytea not null check (octet_length(root_sm3) = 32)
);
-- The roots of an empty tree are the hashes of nothing (RFC 6962 section 2.1).
insert into evidence_head (size, frontier_sha256, frontier_sm3, root_sha256, root_sm3)
values (0, '', '',
  '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '\x1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b');

create table evidence_checkpoint (
  size bigint primary key check (size >= 0),
  note_sha256 text not null,
  note_sm3 text not null,
  made_at timestamptz not null default clock_timestamp()
);

-- Salts of commitments. Destroying a salt is the erasure of what was committed to; the entry stays proven.
create table evidence_salt (
  entry_id uuid not null,
  field text not null,
  salt bytea not null check (octet_length(salt) = 32),
  primary key (entry_id, field)
);

-- Appends one batch, or nothing: the only way into evidence_entry. One statement is one transaction.
-- expected_size fences a second committer and makes a repeated call harmless (EV001).
-- pending_ids runs parallel to entries: the row that an entry came from, or null for one handed over directly.
create function evidence_append(
  expected_size bigint,
  entry_bytes bytea[], leaves_sha256 bytea[], leaves_sm3 bytea[], pending_ids bigint[],
  new_frontier_sha256 bytea, new_frontier_sm3 bytea, new_root_sha256 bytea, new_root_sm3 bytea,
  node_levels smallint[], node_indexes bigint[], nodes_sha256 bytea[], nodes_sm3 bytea[]
) returns void
language plpgsql security definer set search_path from current
as $$
declare
  taken bigint;
begin
  update evidence_head
     set size = expected_size + cardinality(entry_bytes),
         frontier_sha256 = new_frontier_sha256, frontier_sm3 = new_frontier_sm3,
         root_sha256 = new_root_sha256, root_sm3 = new_root_sm3
   where size = expected_size;
  if not found then
    raise exception 'evidence-head-moved: the log no longer has % entries', expected_size using errcode = 'EV001';
  end if;

  if exists (select from unnest(entry_bytes, leaves_sha256) as given (bytes, leaf)
              where sha256('\x00'::bytea || given.bytes) is distinct from given.leaf) then
    raise exception 'evidence-leaf-differs: a leaf is not the hash of its bytes' using errcode = 'EV002';
  end if;

  insert into evidence_entry (seq, entry_id, type, object_kind, object_id, bytes, leaf_sha256, leaf_sm3)
  select expected_size + given.place - 1, (given.entry->>'id')::uuid, given.entry->>'type',
         given.entry->'object'->>'kind', given.entry->'object'->>'id', given.bytes, given.leaf_sha256, given.leaf_sm3
    from (select bytes, leaf.leaf_sha256, leaf.leaf_sm3, leaf.place, convert_from(bytes, 'UTF8')::jsonb as entry
            from unnest(entry_bytes, leaves_sha256, leaves_sm3)
              with ordinality as leaf (bytes, leaf_sha256, leaf_sm3, place)) as given
   order by given.place;

  insert into evidence_node (level, index, sha256, sm3)
  select * from unnest(node_levels, node_indexes, nodes_sha256, nodes_sm3);

  delete from evidence_pending as waiting
   using unnest(pending_ids, entry_bytes) as given (id, bytes)
   where waiting.id = given.id and waiting.bytes = given.bytes;
  get diagnostics taken = row_count;
  if taken <> cardinality(array_remove(pending_ids, null)) then
    raise exception 'evidence-pending-differs: a pending entry was sequenced already or has other bytes' using errcode = 'EV003';
  end if;
end
$$;
grant execute on function evidence_append to gongshu_app;

-- Reads the head and holds it until the end of the transaction: waits for a batch that a lost connection
-- may still be committing, so that its outcome is known afterwards.
create function evidence_lock_head() returns setof evidence_head
language sql security definer set search_path from current
as $$ select * from evidence_head for update $$;
grant execute on function evidence_lock_head to gongshu_app;

-- Erases what one field of an entry commits to. The caller records the erasure as an entry of its own.
create function evidence_forget_salt(forgotten_entry uuid, forgotten_field text) returns boolean
language plpgsql security definer set search_path from current
as $$
begin
  delete from evidence_salt where entry_id = forgotten_entry and field = forgotten_field;
  return found;
end
$$;
grant execute on function evidence_forget_salt to gongshu_app;

-- Also the owner's hand is stopped; only one who alters the table first could change a row.
create function evidence_refuse_change() returns trigger
language plpgsql set search_path from current
as $$
begin
  raise exception 'evidence-is-append-only: % on % is refused', tg_op, tg_table_name using errcode = 'EV004';
end
$$;

create trigger append_only before update or delete on evidence_entry for each row execute function evidence_refuse_change();
create trigger append_only before update or delete on evidence_node for each row execute function evidence_refuse_change();
create trigger append_only before update or delete on evidence_checkpoint for each row execute function evidence_refuse_change();
create trigger append_only before update on evidence_pending for each row execute function evidence_refuse_change();
create trigger append_only before delete on evidence_head for each row execute function evidence_refuse_change();
create trigger not_emptied before truncate on evidence_entry for each statement execute function evidence_refuse_change();
create trigger not_emptied before truncate on evidence_node for each statement execute function evidence_refuse_change();
create trigger not_emptied before truncate on evidence_checkpoint for each statement execute function evidence_refuse_change();
create trigger not_emptied before truncate on evidence_pending for each statement execute function evidence_refuse_change();
create trigger not_emptied before truncate on evidence_head for each statement execute function evidence_refuse_change();
create trigger not_emptied before truncate on evidence_salt for each statement execute function evidence_refuse_change();

grant select, insert on evidence_pending, evidence_checkpoint, evidence_salt to gongshu_app;
grant select on evidence_entry, evidence_node, evidence_head to gongshu_app;
grant select on evidence_entry, evidence_node, evidence_head, evidence_checkpoint, evidence_pending to gongshu_audit;

-- Row security is forced, so that it binds the owner too; what no policy names is refused.
alter table evidence_pending enable row level security;
alter table evidence_pending force row level security;
alter table evidence_entry enable row level security;
alter table evidence_entry force row level security;
alter table evidence_node enable row level security;
alter table evidence_node force row level security;
alter table evidence_head enable row level security;
alter table evidence_head force row level security;
alter table evidence_checkpoint enable row level security;
alter table evidence_checkpoint force row level security;
alter table evidence_salt enable row level security;
alter table evidence_salt force row level security;

-- The log shows who did what in every organization, so only the system and the auditors read it.
create policy system_reads on evidence_pending for select to gongshu_app using (reader_is_system());
create policy system_reads on evidence_entry for select to gongshu_app using (reader_is_system());
create policy system_reads on evidence_node for select to gongshu_app using (reader_is_system());
create policy system_reads on evidence_head for select to gongshu_app using (reader_is_system());
create policy system_reads on evidence_checkpoint for select to gongshu_app using (reader_is_system());
create policy system_reads on evidence_salt for select to gongshu_app using (reader_is_system());
create policy append_reads on evidence_pending for select to gongshu_owner using (true);
create policy append_reads on evidence_entry for select to gongshu_owner using (true);
create policy append_reads on evidence_node for select to gongshu_owner using (true);
create policy append_reads on evidence_head for select to gongshu_owner using (true);
create policy append_reads on evidence_checkpoint for select to gongshu_owner using (true);
create policy append_reads on evidence_salt for select to gongshu_owner using (true);
create policy audit_reads on evidence_pending for select to gongshu_audit using (true);
create policy audit_reads on evidence_entry for select to gongshu_audit using (true);
create policy audit_reads on evidence_node for select to gongshu_audit using (true);
create policy audit_reads on evidence_head for select to gongshu_audit using (true);
create policy audit_reads on evidence_checkpoint for select to gongshu_audit using (true);
create policy app_adds on evidence_pending for insert to gongshu_app with check (true);
create policy app_adds on evidence_checkpoint for insert to gongshu_app with check (true);
create policy app_adds on evidence_salt for insert to gongshu_app with check (true);
-- What evidence_append and evidence_forget_salt do, they do as the owner.
create policy append_adds on evidence_entry for insert to gongshu_owner with check (true);
create policy append_adds on evidence_node for insert to gongshu_owner with check (true);
create policy append_moves on evidence_head for update to gongshu_owner using (true) with check (true);
create policy append_takes on evidence_pending for delete to gongshu_owner using (true);
create policy forget_takes on evidence_salt for delete to gongshu_owner using (true);
