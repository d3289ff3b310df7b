-- The signed note over a job's report, and thresholds that a provider asks for beyond the pack's, version by version.
alter table job add column report_note text;

create table provider_threshold (
  -- Key of the entry in the register of the catalog.
  entry text not null,
  version integer not null check (version >= 1),
  provider text not null,
  thresholds jsonb not null,
  set_by text not null,
  set_on date not null,
  at timestamptz not null default clock_timestamp(),
  primary key (entry, version)
);
create trigger provider_threshold_is_append_only before update or delete on provider_threshold
  for each row execute function refuse_change();

grant select, insert on provider_threshold to gongshu_app;
grant select on provider_threshold to gongshu_audit;
alter table provider_threshold enable row level security;
alter table provider_threshold force row level security;
create policy system_does on provider_threshold to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy auditors_read on provider_threshold for select to gongshu_audit using (true);
