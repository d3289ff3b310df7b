-- A job that the platform repeats. Each run is an ordinary job with the whole gate; here stands when, how often still, and
-- what came of each run.
create table job_schedule (
  id text primary key,
  agreement text not null,
  organization text not null,
  author text not null,
  scenario text not null,
  purpose text not null,
  sql text not null,
  parameters jsonb not null,
  every text not null check (every in ('day', 'week', 'month')),
  -- Of the week from Monday, 1 to 7; of the month, 1 to 31, the last day where a month is shorter; null for every day.
  on_day integer check (on_day between 1 and 31),
  working_days boolean not null,
  runs_most integer not null check (runs_most > 0),
  runs_done integer not null default 0,
  state text not null check (state in ('active', 'paused', 'stopped', 'finished', 'ended')),
  -- Why the platform stopped it: code, message and cure.
  stopped jsonb,
  -- The day of the rule, and the day on which it runs: the same, or the next working day.
  due_on date not null,
  runs_on date not null,
  made_at timestamptz not null default clock_timestamp(),
  check ((every = 'day') = (on_day is null)),
  check ((state = 'stopped') = (stopped is not null))
);
create index job_schedule_by_organization on job_schedule (organization, made_at desc);
create index job_schedule_due on job_schedule (runs_on) where state = 'active';

create table job_schedule_run (
  schedule text not null references job_schedule (id),
  due_on date not null,
  -- Given before the job exists, so that a run that was interrupted is never made twice.
  job text not null unique,
  state text not null check (state in ('claimed', 'submitted', 'refused')),
  refusal jsonb,
  claimed_at timestamptz not null default clock_timestamp(),
  primary key (schedule, due_on)
);
create index job_schedule_run_open on job_schedule_run (claimed_at) where state = 'claimed';

grant select, insert, update on job_schedule, job_schedule_run to gongshu_app;
grant select on job_schedule, job_schedule_run to gongshu_audit;
alter table job_schedule enable row level security;
alter table job_schedule force row level security;
alter table job_schedule_run enable row level security;
alter table job_schedule_run force row level security;
create policy system_does on job_schedule to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy system_does on job_schedule_run to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy auditors_read on job_schedule for select to gongshu_audit using (true);
create policy auditors_read on job_schedule_run for select to gongshu_audit using (true);
