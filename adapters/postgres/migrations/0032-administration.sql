-- A password that somebody else has seen is good for one thing: for choosing another.
alter table credential add column must_change boolean not null default false;

-- Numbers are looked up by their beginning (实施方案〔2026〕…), whatever the collation of the database.
create index legal_case_by_number on legal_case (number text_pattern_ops);

-- What an outside platform did not take, for the system administrator.
create index outbox_failed on outbox (next_at) where state = 'failed';
