-- A job waits for its turn, may be given up, and outlives the process that ran it: whoever runs it says so now and then.
alter table job drop constraint job_status_check;
alter table job add constraint job_status_check check (status in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'));
alter table job add column begun_at timestamptz;
alter table job add column ended_at timestamptz;
alter table job add column cancelled_by text;
alter table job add column seen_at timestamptz not null default clock_timestamp();
create index job_unfinished on job (seen_at) where status in ('queued', 'running', 'cancelling');
