-- The same function, quicker: each entry's JSON is read once for its copied columns, not once for each of them, and what
-- came from pending rows is looked for only where something did.
create or replace function evidence_append(
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

  -- Materialized: else the reading of the JSON is put in the place of each use of it.
  with given as materialized (
    select leaf.*, convert_from(leaf.bytes, 'UTF8')::jsonb as entry
      from unnest(entry_bytes, leaves_sha256, leaves_sm3) with ordinality as leaf (bytes, leaf_sha256, leaf_sm3, place))
  insert into evidence_entry (seq, entry_id, type, object_kind, object_id, bytes, leaf_sha256, leaf_sm3)
  select expected_size + place - 1, (entry->>'id')::uuid, entry->>'type', entry->'object'->>'kind', entry->'object'->>'id', bytes, leaf_sha256, leaf_sm3
    from given
   order by place;

  insert into evidence_node (level, index, sha256, sm3)
  select * from unnest(node_levels, node_indexes, nodes_sha256, nodes_sm3);

  -- pending_ids is empty, or runs parallel to entries with null for one handed over directly.
  if cardinality(pending_ids) > 0 then
    delete from evidence_pending as waiting
     using unnest(pending_ids, entry_bytes) as given (id, bytes)
     where waiting.id = given.id and waiting.bytes = given.bytes;
    get diagnostics taken = row_count;
    if taken <> cardinality(array_remove(pending_ids, null)) then
      raise exception 'evidence-pending-differs: a pending entry was sequenced already or has other bytes' using errcode = 'EV003';
    end if;
  end if;
end
$$;
