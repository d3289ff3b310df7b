-- A person acts for another of the same organisation, in one office, within dates; never rewritten, only ended early.
create table delegation (
  id text primary key,
  organization text not null references organization (id),
  office text not null,
  principal text not null references person (id),
  deputy text not null references person (id),
  from_date date not null,
  until_date date not null check (until_date >= from_date),
  reason text not null,
  made_by text not null references person (id),
  made_on date not null,
  ended_on date,
  check (principal <> deputy)
);
create index delegation_by_deputy on delegation (deputy, until_date);
create index delegation_by_organization on delegation (organization, from_date desc);

grant select, insert, update on delegation to gongshu_app;

alter table delegation enable row level security;
alter table delegation force row level security;
create policy system_does on delegation to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy organization_reads on delegation for select to gongshu_app using (organization = reader_organization());
