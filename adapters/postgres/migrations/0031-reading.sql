-- How an organisation reads its cases among a million others. As a subquery, the condition of the policies was hashed:
-- each list read every case of the organisation first. As a function it is asked for the rows that are shown, no more.

create function reader_is_party(wanted text) returns boolean
  language plpgsql stable parallel safe set search_path from current
as $$
begin
  return exists (select from case_party p where p.case_id = wanted and p.organization = reader_organization());
end
$$;
grant execute on function reader_is_party(text) to gongshu_app;

drop policy party_reads on legal_case;
create policy party_reads on legal_case for select to gongshu_app
  using (reader_organization() is not null and reader_is_party(id));
drop policy party_reads on case_event;
create policy party_reads on case_event for select to gongshu_app
  using (reader_organization() is not null and reader_is_party(case_id));
-- Who must act is always a party; asking the row first saves asking for the case.
drop policy party_reads on task;
create policy party_reads on task for select to gongshu_app
  using (organization = reader_organization() or (reader_organization() is not null and reader_is_party(case_id)));

create index legal_case_by_status on legal_case (status, opened desc, id);
create index task_open_by_case on task (case_id, due) where open;
