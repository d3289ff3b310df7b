-- Cases: one engine, one set of tables for all procedures. Events are the truth and are never rewritten;
-- legal_case, case_party and task are what screens read, written in the same transaction.

create table pack_edition (
  digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
  pack text not null,
  version integer not null,
  -- json, not jsonb: the order of steps and items is the pack's and must come back as it was
  compiled json not null,
  loaded_at timestamptz not null default clock_timestamp()
);

create table legal_case (
  id text primary key,
  number text not null unique,
  title text not null,
  procedure text not null,
  capability text not null,
  pack text not null,
  pack_version integer not null,
  pack_digest text not null references pack_edition (digest),
  seq integer not null,
  status text not null,
  opened date not null,
  opened_by text not null,
  over boolean not null,
  parties jsonb not null,
  links jsonb not null,
  changed_at timestamptz not null default clock_timestamp()
);
create index legal_case_by_procedure on legal_case (procedure, opened desc, id);
create index legal_case_by_change on legal_case (changed_at desc, id);

create table case_event (
  case_id text not null references legal_case (id),
  seq integer not null check (seq > 0),
  type text not null,
  bytes bytea not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  entry_id uuid not null,
  person text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (case_id, seq)
);

create table case_party (
  organization text not null,
  case_id text not null references legal_case (id),
  opened date not null,
  primary key (organization, case_id)
);
create index case_party_by_date on case_party (organization, opened desc, case_id);

create table task (
  case_id text not null references legal_case (id),
  task text not null,
  step text not null,
  title text not null,
  branch text not null,
  office text not null,
  organization text not null,
  assignee text,
  opened_on date not null,
  due date,
  provisional boolean not null,
  open boolean not null,
  overdue_fired boolean not null default false,
  outcome text,
  closed_on date,
  closed_by text,
  primary key (case_id, task)
);
create index task_open_by_office on task (organization, office, due nulls last, case_id) where open;
create index task_open_by_due on task (due) where open and due is not null;
create index task_done_by_person on task (closed_by, closed_on desc, case_id) where not open;

create table case_number (
  mark text not null,
  year integer not null,
  last integer not null,
  primary key (mark, year)
);

-- What a person asked with which key, and what was answered: a repeated request is answered, not done again.
create table command_key (
  person text not null,
  key text not null check (length(key) between 8 and 200),
  body_sha256 bytea not null,
  response jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (person, key)
);

create table register_record (
  register text not null,
  key text not null,
  version integer not null check (version > 0),
  record jsonb not null,
  from_date date not null,
  ended_on date,
  ended_because text,
  current boolean not null,
  case_id text not null references legal_case (id),
  primary key (register, key, version)
);
create unique index register_record_current on register_record (register, key) where current;

-- The standing of whatever can be granted: every room checks it before it acts.
create table standing (
  kind text not null,
  id text not null,
  state text not null check (state in ('granted', 'suspended', 'revoked', 'ended')),
  under text,
  since date not null,
  reason text,
  provision text,
  case_id text not null,
  primary key (kind, id)
);
create index standing_under on standing (under);

create table standing_change (
  id bigint generated always as identity primary key,
  kind text not null,
  thing text not null,
  state text not null,
  since date not null,
  reason text,
  provision text,
  case_id text not null,
  handle text not null,
  at timestamptz not null default clock_timestamp()
);

create table notice (
  id text primary key,
  organization text not null,
  office text not null,
  case_id text not null references legal_case (id),
  task text,
  notice text not null,
  text text not null,
  legal_date date not null,
  at timestamptz not null default clock_timestamp(),
  received_by text,
  received_at timestamptz
);
create index notice_by_organization on notice (organization, at desc);

create table publication (
  id text primary key,
  kind text not null,
  title text not null,
  body jsonb not null,
  legal_date date not null,
  case_id text not null references legal_case (id),
  at timestamptz not null default clock_timestamp()
);
create index publication_by_date on publication (legal_date desc, id);

create table outbox (
  id text primary key,
  case_id text not null references legal_case (id),
  handle text not null,
  port text not null,
  action text not null,
  payload jsonb not null,
  concludes text,
  branch text not null,
  state text not null check (state in ('waiting', 'done', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default clock_timestamp(),
  last_error text,
  result jsonb,
  unique (case_id, handle)
);
create index outbox_waiting on outbox (next_at) where state = 'waiting';

-- One case for each period of a duty, exactly once, also after downtime.
create table duty_period (
  duty text not null,
  pack text not null,
  period text not null,
  case_id text not null,
  primary key (duty, pack, period)
);

create table attachment (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  sm3 text not null check (sm3 ~ '^[0-9a-f]{64}$'),
  name text not null,
  media_type text not null,
  size integer not null check (size >= 0),
  bytes bytea not null,
  uploaded_by text not null,
  organization text not null,
  at timestamptz not null default clock_timestamp()
);

create table draft (
  person text not null,
  key text not null,
  body jsonb not null,
  saved_at timestamptz not null default clock_timestamp(),
  primary key (person, key)
);

-- The demonstration's city clock: moves forward only, by an act that is an entry. Production has no row.
create table city_clock (
  only_one boolean primary key default true check (only_one),
  today date not null
);
create function city_clock_forward() returns trigger language plpgsql set search_path from current as $$
begin
  if new.today < old.today then
    raise exception 'city-clock-moves-forward-only' using errcode = 'CC001';
  end if;
  return new;
end
$$;
create trigger forward_only before update on city_clock for each row execute function city_clock_forward();

create function refuse_change() returns trigger language plpgsql set search_path from current as $$
begin
  raise exception 'rows of % are never rewritten: % is refused', tg_table_name, tg_op using errcode = 'CE001';
end
$$;
create trigger never_rewritten before update or delete on case_event for each row execute function refuse_change();
create trigger never_emptied before truncate on case_event for each statement execute function refuse_change();
create trigger never_rewritten before update or delete on standing_change for each row execute function refuse_change();
create trigger never_rewritten before update or delete on publication for each row execute function refuse_change();
create trigger never_rewritten before update or delete on attachment for each row execute function refuse_change();

grant select, insert on pack_edition, case_event, standing_change, publication, attachment, duty_period, command_key to gongshu_app;
grant select, insert, update on legal_case, task, case_number, register_record, standing, notice, outbox, city_clock to gongshu_app;
grant select, insert on case_party to gongshu_app;
grant select, insert, update, delete on draft to gongshu_app;
grant select on pack_edition, legal_case, case_event, case_party, task, register_record, standing, standing_change, publication to gongshu_audit;

do $$
declare
  name text;
begin
  foreach name in array array['pack_edition', 'legal_case', 'case_event', 'case_party', 'task', 'case_number', 'command_key',
    'register_record', 'standing', 'standing_change', 'notice', 'publication', 'outbox', 'duty_period', 'attachment', 'draft', 'city_clock']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
end
$$;

-- An organisation reads the cases it is a party of, and what belongs to them.
create policy party_reads on legal_case for select to gongshu_app
  using (exists (select from case_party p where p.case_id = legal_case.id and p.organization = reader_organization()));
create policy party_reads on case_party for select to gongshu_app using (organization = reader_organization());
create policy party_reads on case_event for select to gongshu_app
  using (exists (select from case_party p where p.case_id = case_event.case_id and p.organization = reader_organization()));
create policy party_reads on task for select to gongshu_app
  using (exists (select from case_party p where p.case_id = task.case_id and p.organization = reader_organization()));
create policy addressee_reads on notice for select to gongshu_app using (organization = reader_organization());
create policy everyone_reads on publication for select to gongshu_app using (true);
create policy everyone_reads on pack_edition for select to gongshu_app using (true);
create policy everyone_reads on city_clock for select to gongshu_app using (true);
create policy auditors_read on pack_edition for select to gongshu_audit using (true);
create policy auditors_read on legal_case for select to gongshu_audit using (true);
create policy auditors_read on case_event for select to gongshu_audit using (true);
create policy auditors_read on case_party for select to gongshu_audit using (true);
create policy auditors_read on task for select to gongshu_audit using (true);
create policy auditors_read on register_record for select to gongshu_audit using (true);
create policy auditors_read on standing for select to gongshu_audit using (true);
create policy auditors_read on standing_change for select to gongshu_audit using (true);
create policy auditors_read on publication for select to gongshu_audit using (true);
