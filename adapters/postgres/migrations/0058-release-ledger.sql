-- The ledger of releases: whom the figures of a job are about, as salted sums and smallest hashes, never a key. It stays
-- inside the environment: only the system reads it, and nobody outside could try keys against it without the salt.
create table ledger_salt (
  only_one boolean primary key default true check (only_one),
  salt text not null
);
insert into ledger_salt (salt) values (gen_random_uuid()::text || gen_random_uuid()::text);

create table job_entity_sets (
  job text primary key references job (id),
  sets jsonb not null
);

grant select on ledger_salt to gongshu_app;
grant select, insert on job_entity_sets to gongshu_app;

do $$
declare
  name text;
begin
  foreach name in array array['ledger_salt', 'job_entity_sets']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system_does on %I to gongshu_app, gongshu_owner using (reader_is_system()) with check (reader_is_system())', name);
  end loop;
end
$$;
