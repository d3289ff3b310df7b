-- A budget of noisy answers belongs to a table and one scenario of an agreement. Nothing was spent before scenarios were told apart
-- but under an empty one, which keeps counting against nobody.
alter table privacy_spending add column agreement text not null default '', add column scenario text not null default '';
create index privacy_spending_by_scenario on privacy_spending (entry, agreement, scenario);

-- What a spending was answered with. The same question again is answered with the same noise, and costs nothing.
create table noisy_answer (
  spending text primary key references privacy_spending (id),
  agreement text not null,
  scenario text not null,
  -- SHA-256 of the question, the rules and the version of the table.
  question_digest text not null,
  answer jsonb not null,
  -- SHA-256 of the answer's canonical text, as the evidence holds it.
  answer_digest text not null,
  answered_at timestamptz not null default clock_timestamp(),
  unique (agreement, scenario, question_digest)
);

grant select, insert on noisy_answer to gongshu_app;
grant select on noisy_answer to gongshu_audit;
alter table noisy_answer enable row level security;
alter table noisy_answer force row level security;
create policy system_does on noisy_answer to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system());
create policy auditors_read on noisy_answer for select to gongshu_audit using (true);
