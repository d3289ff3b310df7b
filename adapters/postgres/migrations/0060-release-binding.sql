-- What a result was made of, kept with the job that made it, and bound to the release that lets it out: whoever reviews
-- it can have it derived anew from the very same inputs and be told whether the same bytes come out.
alter table job add column binding jsonb;
alter table release add column binding jsonb;
alter table release add column binding_digest text check (binding_digest ~ '^[0-9a-f]{64}$');

create table rederivation (
  id text primary key,
  release text not null references release (id),
  outcome text not null check (outcome in ('identical', 'differs', 'impossible')),
  findings jsonb not null,
  asked_by text not null,
  asked_for text not null,
  legal_date date not null,
  at timestamptz not null default clock_timestamp(),
  -- The entry of evidence about it.
  entry text not null
);
create index rederivation_by_release on rederivation (release, at desc);

grant select, insert on rederivation to gongshu_app;
grant select on rederivation to gongshu_audit;
alter table rederivation enable row level security;
alter table rederivation force row level security;
create policy system_does on rederivation to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy auditors_read on rederivation for select to gongshu_audit using (true);
