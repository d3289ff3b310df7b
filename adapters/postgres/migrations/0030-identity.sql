-- Who is who: organisations and the offices they hold, persons and what they may act as, how they sign in.

create table organization (
  id text primary key check (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'),
  name text not null unique,
  -- 统一社会信用代码 (GB 32100-2015): 18 characters.
  credit_code text unique check (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  kind text not null check (kind in ('government', 'public-institution', 'enterprise', 'partnership', 'other')),
  legal_person boolean not null,
  region text not null,
  sector text,
  demonstration boolean not null,
  created_at timestamptz not null default clock_timestamp()
);

-- An office is held by an organisation for a region, on the ground of a decision, from a day until a day.
create table office_holding (
  id bigint generated always as identity primary key,
  organization text not null references organization (id),
  office text not null,
  region text not null,
  -- The pack says that this office has one holder for its region.
  fixed boolean not null,
  decision_number text not null,
  decided_on date not null,
  from_date date not null,
  until_date date check (until_date >= from_date)
);
create unique index office_holding_one_holder on office_holding (office, region) where fixed and until_date is null;
create index office_holding_by_organization on office_holding (organization);

create function office_has_one_holder() returns trigger language plpgsql set search_path from current as $$
begin
  if new.fixed and exists (
    select from office_holding o
     where o.office = new.office and o.region = new.region and o.fixed and o.id <> new.id
       and daterange(o.from_date, o.until_date, '[]') && daterange(new.from_date, new.until_date, '[]')
  ) then
    raise exception 'office-must-have-one-holder: % for region % is held by another organisation then', new.office, new.region using errcode = 'ID001';
  end if;
  return new;
end
$$;
create trigger one_holder before insert or update on office_holding for each row execute function office_has_one_holder();

create table person (
  id text primary key check (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'),
  organization text not null references organization (id),
  name text not null,
  login text not null unique check (login ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  demonstration boolean not null,
  disabled_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create index person_by_organization on person (organization);

-- What a person may act as: offices of their organisation, or one administrator's role and nothing else.
create table person_office (
  person text not null references person (id),
  office text not null,
  primary key (person, office)
);

-- 三员分立: an administrator acts in no case, and the three roles are three persons.
create function administrator_holds_nothing_else() returns trigger language plpgsql set search_path from current as $$
begin
  perform 1 from person where id = new.person for update;
  if exists (
    select from person_office o
     where o.person = new.person and o.office <> new.office
       and (o.office in ('system-administrator', 'security-administrator', 'audit-administrator')
         or new.office in ('system-administrator', 'security-administrator', 'audit-administrator'))
  ) then
    raise exception 'administrator-must-hold-no-other-office: person %', new.person using errcode = 'ID002';
  end if;
  return new;
end
$$;
create trigger administrators_apart before insert or update on person_office for each row execute function administrator_holds_nothing_else();

create table credential (
  person text primary key references person (id),
  -- argon2id in PHC string format, salt and cost inside.
  password_hash text not null check (password_hash like '$argon2id$%'),
  changed_at timestamptz not null default clock_timestamp()
);

-- Only the hash of a session's token is stored: who reads this table cannot sign in with it.
create table session (
  token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
  person text not null references person (id),
  started_at timestamptz not null,
  seen_at timestamptz not null
);
create index session_by_person on session (person);

create table login_attempt (
  id bigint generated always as identity primary key,
  -- SHA-256 of what was typed: people type passwords into the wrong field.
  login_sha256 bytea not null check (octet_length(login_sha256) = 32),
  address text not null,
  succeeded boolean not null,
  at timestamptz not null
);
create index login_attempt_by_login on login_attempt (login_sha256, at desc);
create index login_attempt_by_address on login_attempt (address, at desc);

-- Each organisation that uploaded a file, under its own name for it; the bytes lie once in attachment.
create table attachment_upload (
  sha256 text not null references attachment (sha256),
  organization text not null references organization (id),
  name text not null,
  uploaded_by text not null references person (id),
  at timestamptz not null default clock_timestamp(),
  primary key (sha256, organization)
);

create function end_sessions_of_disabled() returns trigger language plpgsql set search_path from current as $$
begin
  if new.disabled_at is not null then
    delete from session where person = new.id;
  end if;
  return new;
end
$$;
create trigger disabled_leaves after update of disabled_at on person for each row execute function end_sessions_of_disabled();

grant select, insert, update on organization, office_holding, person, credential to gongshu_app;
grant select, insert, delete on person_office to gongshu_app;
grant select, insert, update, delete on session to gongshu_app;
grant select, insert, delete on login_attempt to gongshu_app;
grant update (succeeded) on login_attempt to gongshu_app;
grant select, insert on attachment_upload to gongshu_app;
grant select on organization, office_holding, person, person_office to gongshu_audit;

do $$
declare
  name text;
begin
  foreach name in array array['organization', 'office_holding', 'person', 'person_office', 'credential', 'session', 'login_attempt', 'attachment_upload']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
end
$$;
create policy auditors_read on organization for select to gongshu_audit using (true);
create policy auditors_read on office_holding for select to gongshu_audit using (true);
create policy auditors_read on person for select to gongshu_audit using (true);
create policy auditors_read on person_office for select to gongshu_audit using (true);
