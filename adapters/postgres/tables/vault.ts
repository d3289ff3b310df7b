import type { ColumnType, GeneratedAlways, JSONColumnType } from 'kysely'

/** Tables of the vault; the sealed files themselves lie in the data directory. */
export type VaultTables = {
  vault_dataset: VaultDatasetTable
  vault_version: VaultVersionTable
  vault_key_destruction: VaultKeyDestructionTable
}

/** A supplied table under one name, whatever its versions. */
export type VaultDatasetTable = {
  id: string
  name: string
  title: string
  provider_organization: string
  created_at: GeneratedAlways<Date>
}

/** One immutable version. Shapes of the documents are the vault's; the database only keeps them. */
export type VaultVersionTable = {
  id: string
  dataset_id: string
  /** Counts from 1 in each dataset. */
  number: number
  provider_organization: string
  table_schema: JSONColumnType<object>
  profile_summary: JSONColumnType<object>
  row_count: number
  source: JSONColumnType<object>
  suite: string
  table_digests: JSONColumnType<object>
  profile_digests: JSONColumnType<object>
  master_key_id: string
  wrapped_key: Buffer | null
  supply_mode: ColumnType<'full' | 'append' | 'upsert' | 'delete', 'full' | 'append' | 'upsert' | 'delete' | undefined, never>
  base_version: ColumnType<string | null, string | null | undefined, never>
  changes: ColumnType<object | null, string | null | undefined, never>
  state: ColumnType<'active' | 'destroying' | 'destroyed', undefined, 'destroying' | 'destroyed'>
  created_at: GeneratedAlways<Date>
}

/** The intention to destroy a version, and what became of it. */
export type VaultKeyDestructionTable = {
  version_id: string
  provider_organization: string
  ordered_by: string
  ground: string
  intended_at: GeneratedAlways<Date>
  done_at: ColumnType<Date | null, undefined, Date>
  proof: ColumnType<object | null, undefined, string>
}
