-- Documents drawn up from cases: the text as composed in the act's own transaction, and the files drawn from it.
create table issued_document (
  id text primary key,
  case_id text not null references legal_case (id),
  seq integer not null,
  branch text not null,
  document text not null,
  kind text not null,
  title text not null,
  number text,
  issuer text not null,
  issued_on date not null,
  text jsonb not null,
  text_sha256 text not null check (text_sha256 ~ '^[0-9a-f]{64}$'),
  at timestamptz not null default clock_timestamp(),
  unique (case_id, seq, document)
);
create index issued_document_by_case on issued_document (case_id, seq);
create unique index issued_document_number on issued_document (number) where number is not null;

-- The files of an issued document, once drawn, are never changed: their hashes are in the evidence.
create table document_file (
  document_id text not null references issued_document (id),
  format text not null check (format in ('docx', 'pdf')),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  sm3 text not null check (sm3 ~ '^[0-9a-f]{64}$'),
  bytes bytea not null,
  at timestamptz not null default clock_timestamp(),
  primary key (document_id, format)
);

-- What still has to be drawn; a failure stays visible and is tried again.
create table document_to_draw (
  document_id text primary key references issued_document (id),
  attempts integer not null default 0,
  next_at timestamptz not null default clock_timestamp(),
  last_error text
);
create index document_to_draw_next on document_to_draw (next_at);

create trigger never_rewritten before update or delete on issued_document for each row execute function refuse_change();
create trigger never_rewritten before update or delete on document_file for each row execute function refuse_change();

grant select, insert on issued_document, document_file to gongshu_app;
grant select, insert, update, delete on document_to_draw to gongshu_app;

do $$
declare
  name text;
begin
  foreach name in array array['issued_document', 'document_file', 'document_to_draw'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
end
$$;

create policy party_reads on issued_document for select to gongshu_app
  using (reader_organization() is not null and reader_is_party(case_id));
