-- What a release rests on may end: the last day of a waiver.
alter table release add column usable_until date;

-- The trusted data space: what a provider let go there, sealed for that space alone, and the receipt that came back. A
-- message without its row here finds the door shut.
create table space_supply (
  -- The id of its message in the outbox.
  id text primary key,
  case_id text not null references legal_case (id),
  space text not null,
  entry text not null,
  -- The supply whose version is handed over, and that version.
  supply text not null,
  version text not null,
  provider text not null,
  -- The boundary as approved: fields by name, and row conditions.
  fields jsonb not null check (jsonb_typeof(fields) = 'array' and jsonb_array_length(fields) > 0),
  row_filter jsonb not null,
  purpose text not null,
  users text not null,
  uses integer not null check (uses >= 1),
  ends date not null,
  approved_on date not null,
  state text not null default 'approved' check (state in ('approved', 'received', 'refused')),
  -- What was handed over: rows, and digests of the table before it was sealed.
  row_count integer,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  sm3 text check (sm3 ~ '^[0-9a-f]{64}$'),
  receipt jsonb,
  refusal text,
  settled_at timestamptz
);
create index space_supply_by_case on space_supply (case_id);

grant select, insert, update (state, row_count, sha256, sm3, receipt, refusal, settled_at) on space_supply to gongshu_app;
grant select on space_supply to gongshu_audit;
alter table space_supply enable row level security;
alter table space_supply force row level security;
create policy system_does on space_supply to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy auditors_read on space_supply for select to gongshu_audit using (true);
