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
