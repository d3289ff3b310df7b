/** Datasets and versions as the database knows them. */
import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { DeltaChanges, SupplyMode } from '#core/boundary/supply-mode.ts'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { VaultVersionTable } from '#adapters/postgres/tables/vault.ts'
import type { PreparedVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { ProfileSummary } from '#adapters/vault/ingest/table-profile.ts'

/** Refusals about versions, with a sentence for the person who asked. */
export class VaultError extends Error {
  readonly code: 'version-unknown' | 'version-not-active' | 'dataset-unknown' | 'destruction-not-intended' | 'destruction-not-proven' | 'base-not-newest'
  constructor(code: VaultError['code'], message: string) {
    super(message)
    this.name = 'VaultError'
    this.code = code
  }
}

export interface Dataset {
  id: string
  name: string
  title: string
  providerOrganization: string
}

export interface VaultVersion {
  id: string
  datasetId: string
  number: number
  providerOrganization: string
  schema: TableSchema
  summary: ProfileSummary
  rows: number
  state: 'active' | 'destroying' | 'destroyed'
  wrappedKey: Buffer | null
  /** How it was supplied; for a delta the version it was made of, and what the delta did. */
  mode: SupplyMode
  baseVersion: string | null
  changes: DeltaChanges | null
  createdAt: Date
}

/** Registers a dataset under its schema's name. The caller gives the id. */
export async function registerDataset(transaction: Transaction<Tables>, dataset: Dataset): Promise<void> {
  await transaction
    .insertInto('vault_dataset')
    .values({ id: dataset.id, name: dataset.name, title: dataset.title, provider_organization: dataset.providerOrganization })
    .execute()
}

/**
 * Records a prepared version as the dataset's next one. Until the transaction commits the version does not exist;
 * if it never does, `discardVersion` or the sweep at the next start removes the sealed files.
 */
export async function recordVersion(transaction: Transaction<Tables>, prepared: PreparedVersion): Promise<VaultVersion> {
  const dataset = await transaction
    .selectFrom('vault_dataset')
    .select(['provider_organization'])
    .where('id', '=', prepared.datasetId)
    .executeTakeFirst()
  if (dataset === undefined) throw new VaultError('dataset-unknown', '数据集不存在，请先登记数据集。')
  if (prepared.baseVersion !== null) await refuseOlderBase(transaction, prepared)
  const { result } = prepared
  const row = await transaction
    .insertInto('vault_version')
    .values({
      id: prepared.versionId,
      dataset_id: prepared.datasetId,
      number: sql<number>`(select coalesce(max(number), 0) + 1 from vault_version where dataset_id = ${prepared.datasetId})`,
      provider_organization: dataset.provider_organization,
      table_schema: JSON.stringify(prepared.schema),
      profile_summary: JSON.stringify(result.summary),
      row_count: result.summary.rows,
      source: JSON.stringify({ ...result.source, format: result.format, encoding: result.encoding, encodingDetected: result.encodingDetected }),
      suite: prepared.suite,
      table_digests: JSON.stringify(result.table),
      profile_digests: JSON.stringify(result.profile),
      master_key_id: prepared.masterKeyId,
      wrapped_key: prepared.wrappedKey,
      supply_mode: prepared.mode,
      base_version: prepared.baseVersion,
      changes: result.changes === undefined ? null : JSON.stringify(result.changes),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return versionOf(row)
}

/** A change of another than the newest version would undo, unseen, what came in between. The transaction is serializable: of two at once one gives way. */
async function refuseOlderBase(transaction: Transaction<Tables>, { datasetId, baseVersion }: PreparedVersion): Promise<void> {
  const newest = await transaction.selectFrom('vault_version').select(['id', 'state']).where('dataset_id', '=', datasetId).orderBy('number', 'desc').limit(1).executeTakeFirst()
  if (newest?.id === baseVersion && newest?.state === 'active') return
  throw new VaultError('base-not-newest', '处理期间该数据集已有新的版本，或者上一版本已进入销毁程序，请在最新版本的基础上重新提供。')
}

/** The version; throws `version-unknown`. */
export async function readVersion(db: Kysely<Tables>, versionId: string): Promise<VaultVersion> {
  const row = await db.selectFrom('vault_version').selectAll().where('id', '=', versionId).executeTakeFirst()
  if (row === undefined) throw new VaultError('version-unknown', '数据版本不存在。')
  return versionOf(row)
}

/** All versions of a dataset, newest first. */
export async function versionsOf(db: Kysely<Tables>, datasetId: string): Promise<VaultVersion[]> {
  const rows = await db.selectFrom('vault_version').selectAll().where('dataset_id', '=', datasetId).orderBy('number', 'desc').execute()
  return rows.map(versionOf)
}

function versionOf(row: Selectable<VaultVersionTable>): VaultVersion {
  return {
    id: row.id,
    datasetId: row.dataset_id,
    number: row.number,
    providerOrganization: row.provider_organization,
    schema: tableSchema.parse(row.table_schema),
    // Written by `recordVersion` from this very type, and immutable since.
    summary: row.profile_summary as ProfileSummary,
    rows: row.row_count,
    state: row.state,
    wrappedKey: row.wrapped_key,
    mode: row.supply_mode,
    baseVersion: row.base_version,
    changes: row.changes as DeltaChanges | null, // written by `recordVersion` from this very type
    createdAt: row.created_at,
  }
}
