-- Lineage of versions: a version may be made of the one before and a delta. It is whole in itself all the same, under a key
-- of its own, so that destroying one version destroys no other.

alter table vault_version add constraint vault_version_of_dataset unique (id, dataset_id);
alter table vault_version
  add column supply_mode text not null default 'full' check (supply_mode in ('full', 'append', 'upsert', 'delete')),
  add column base_version uuid,
  -- Rows of the delta, and what it did to the rows of the base: added, replaced, removed. Null for a full supply.
  add column changes jsonb,
  add constraint vault_version_base_of_same_dataset foreign key (base_version, dataset_id) references vault_version (id, dataset_id),
  add constraint vault_version_base_with_delta check ((base_version is null) = (supply_mode = 'full') and (changes is null) = (supply_mode = 'full'));

grant select (supply_mode, base_version, changes) on vault_version to gongshu_audit;
