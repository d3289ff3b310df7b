-- A case of the preview space: tried under rules that do not govern, numbered apart, without effect on anything real.
alter table legal_case add column preview boolean not null default false;
