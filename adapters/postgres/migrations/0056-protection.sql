-- Protection: rules written by agency and provider together, keys of pseudonyms by scenario, and what was spent of the
-- privacy budgets. A version of the rules is never rewritten; it comes into force when the other side agrees.
create table protection_rule (
  id text primary key,
  -- Key of the entry in the register of the catalog.
  entry text not null,
  version integer not null check (version >= 1),
  rules jsonb not null,
  -- SHA-256 of the canonical text of the rules.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  proposed_by text not null,
  proposed_for text not null,
  proposed_in text not null check (proposed_in in ('implementing-agency', 'data-provider')),
  proposed_on date not null,
  agreed_by text,
  agreed_for text,
  agreed_in text check (agreed_in in ('implementing-agency', 'data-provider')),
  agreed_on date,
  unique (entry, version),
  check ((agreed_by is null) = (agreed_on is null) and (agreed_for is null) = (agreed_on is null) and (agreed_in is null) = (agreed_on is null)),
  -- Two sides, two persons.
  check (agreed_in is null or (agreed_in <> proposed_in and agreed_by <> proposed_by))
);

create function protection_rule_agreed_once() returns trigger
  language plpgsql as $$
begin
  if old.agreed_on is not null or to_jsonb(new) - 'agreed_by' - 'agreed_for' - 'agreed_in' - 'agreed_on' <> to_jsonb(old) - 'agreed_by' - 'agreed_for' - 'agreed_in' - 'agreed_on' then
    raise exception 'a version of protection rules is immutable and agreed on once';
  end if;
  return new;
end $$;
create trigger protection_rule_immutable before update on protection_rule
  for each row execute function protection_rule_agreed_once();

-- One key for each scenario of an agreement, wrapped by the key ring; destroying it there ends all its pseudonyms.
create table scenario_key (
  id text primary key,
  agreement text not null,
  scenario text not null,
  wrapped_key bytea not null,
  made_at timestamptz not null default clock_timestamp(),
  unique (agreement, scenario)
);

-- What an operator has learnt of a table by noisy answers, in thousandths of epsilon. Only ever added to.
create table privacy_spending (
  id text primary key,
  entry text not null,
  operator text not null,
  rule text not null references protection_rule (id),
  milli_epsilon integer not null check (milli_epsilon >= 1),
  purpose text not null,
  spent_by text not null,
  spent_on date not null,
  spent_at timestamptz not null default clock_timestamp()
);
create index privacy_spending_by_table on privacy_spending (entry, operator);

grant select, insert, update (agreed_by, agreed_for, agreed_in, agreed_on) on protection_rule to gongshu_app;
grant select, insert on scenario_key, privacy_spending to gongshu_app;
grant select on protection_rule, privacy_spending to gongshu_audit;

do $$
declare
  name text;
begin
  foreach name in array array['protection_rule', 'scenario_key', 'privacy_spending']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
  foreach name in array array['protection_rule', 'privacy_spending']
  loop
    execute format('create policy auditors_read on %I for select to gongshu_audit using (true)', name);
  end loop;
end
$$;
