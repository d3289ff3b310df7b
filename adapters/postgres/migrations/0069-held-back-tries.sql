-- Whether a job is held back answers one question each time it is asked, so the tries of an organisation are counted. Above
-- the pack's limits a job's end is kept aside until a person has looked at them.
alter table job drop constraint job_status_check;
alter table job add constraint job_status_check check (status in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'withheld'));

-- Jobs whose end depended on the data and was no result. The statement and its shape (without constants) are digests.
create table held_back_try (
  job text primary key references job (id),
  organization text not null,
  statement text not null,
  shape text not null,
  causes jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index held_back_try_by_organization on held_back_try (organization, at);

-- The end of a job that nobody of its own organisation has been told of yet. The key of its rows stands in the job itself.
create table withheld_end (
  job text primary key references job (id),
  organization text not null,
  ended jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index withheld_end_by_organization on withheld_end (organization, at);

-- A person has looked at the tries of an organisation so far: they are counted anew from here.
create table tries_looked (
  id text primary key,
  organization text not null,
  looked_by text not null,
  looked_for text not null,
  note text not null,
  tries integer not null,
  shown integer not null,
  legal_date date not null,
  at timestamptz not null default clock_timestamp(),
  entry text not null
);
create index tries_looked_by_organization on tries_looked (organization, at);

grant select, insert on held_back_try, tries_looked to gongshu_app;
grant select, insert, delete on withheld_end to gongshu_app;
do $$
declare
  name text;
begin
  foreach name in array array['held_back_try', 'withheld_end', 'tries_looked']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
end
$$;
