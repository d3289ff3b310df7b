-- Marks of an earlier release that were made anew for another version of the engine, or what an authority decided where
-- they cannot be. Rows are only added: of several for one release and engine the last one counts.
create table renewed_marks (
  id text primary key,
  release text not null references release (id),
  how text not null check (how in ('renewed', 'kept', 'set-aside')),
  engine text not null,
  -- What was kept of the sets, as in job_entity_sets, and the name of their file; none where a release is set aside.
  sets jsonb,
  file text,
  -- The authority's decision, by name and number of its document.
  decided_by text,
  document text,
  legal_date date not null,
  at timestamptz not null default clock_timestamp(),
  -- The entry of evidence about it.
  entry text not null,
  check ((how = 'set-aside') = (sets is null) and (sets is null) = (file is null)),
  check ((how = 'renewed') = (document is null) and (document is null) = (decided_by is null))
);
create index renewed_marks_by_release on renewed_marks (release, at);

grant select, insert on renewed_marks to gongshu_app;
alter table renewed_marks enable row level security;
alter table renewed_marks force row level security;
create policy system_does on renewed_marks to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
