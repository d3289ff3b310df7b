import { proposeTable } from '#core/boundary/column-proposal.ts'
import { columnNamed, headerOf } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { deltaSchema } from '#adapters/vault/ingest/delta-request.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { discardVersion, prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { PreparedVersion } from '#adapters/vault/ingest/prepare-version.ts'
import { proposeSchema } from '#adapters/vault/schema-proposal.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { newestBase, schemaOfDelta } from './base-version.facts.ts'
import type { DeliveryParts, Progress } from './delivery-desk.job.ts'
import { deliveryOfVersion } from './delivery.store.ts'
import type { Delivery, DeliveryLook } from './delivery.store.ts'
import { DeliveryRefused, catalogued, counted, refuseColumns, stopOf } from './delivery-work.job.ts'
import { undeclaredContent } from './undeclared-content.ts'

/**
 * What a file would do to the newest version: tried in full, with every check that the take-in makes, and then thrown away,
 * so that the counts which the provider confirms are those that come. Throws `IngestError` naming row and column of the file.
 */
export async function lookAtDelta(parts: DeliveryParts, delivery: Delivery, delta: DeltaRequest, progress: Progress): Promise<DeliveryLook> {
  const table = await catalogued(parts, delivery)
  const base = await inTransaction(parts.db, { as: 'system' }, (tx) => newestBase(tx, table, delivery.organization), { isolation: 'read committed' })
  if (base === null) throw new IngestError('delta-schema-changed', '还没有入库的版本，首次须提供完整的文件。', {})
  if (base.hindrance !== null) throw new IngestError('delta-schema-changed', base.hindrance, {})
  const { version } = base
  const seen = await proposeSchema(parts.vault, await parts.uploads.read(delivery.id, delivery.organization), stopOf(parts, delivery))
  const wanted = deltaSchema(version.schema, delta).columns.map((column) => ({ ...column, header: headerOf(column) }))
  const proposal = proposeTable(seen.columns, wanted, version.schema.entity.kind)
  refuseColumns(proposal)
  const schema = schemaOfDelta(version, table, new Map(proposal.columns.map(({ name, header }) => [name, header])))
  const { result } = await tried(parts, delivery, { schema, base: version, delta }, progress)
  if (result.changes === undefined) throw new Error('a delta without its changes')
  const undeclared = undeclaredContent(schema, result.contents, await reasonedColumns(parts, version.id))
  if (undeclared !== null) throw new DeliveryRefused({ code: 'departure-must-have-reason', message: undeclared, cure: '请提供完整的文件，逐列确认并说明理由。' })
  const { format, encoding, encodingDetected, warnings } = seen
  return {
    format, encoding, encodingDetected, rows: result.changes.rows, whole: true, total: result.changes.rows, warnings, proposal: { ...proposal, entity: version.schema.entity },
    delta: { base: version.id, baseNumber: version.number, baseRows: version.rows, changes: result.changes },
  }
}

/** Prepares the new version and discards it. */
async function tried(parts: DeliveryParts, delivery: Delivery, { schema, base, delta }: { schema: TableSchema; base: VaultVersion; delta: DeltaRequest }, progress: Progress): Promise<PreparedVersion> {
  const suppliedOn = await inTransaction(parts.db, { as: 'system' }, (tx) => parts.clock.today(tx), { isolation: 'read committed' })
  try {
    const prepared = await prepareVersion(parts.vault, { datasetId: base.datasetId, schema, encoding: 'detect', suppliedOn, delta: { ...delta, base }, ...stopOf(parts, delivery) }, await counted(parts, delivery, progress))
    await discardVersion(parts.vault, prepared)
    return prepared
  } catch (error) {
    throw error instanceof IngestError ? underTitles(error, schema) : error
  }
}

/** A refusal under the titles that the provider knows, where it names columns as queries do. */
function underTitles(error: IngestError, schema: TableSchema): IngestError {
  const { code, message, row, column } = error
  const titles = column?.split('、').map((name) => columnNamed(schema, name)?.title ?? name).join('、')
  return new IngestError(code, message, { ...(row === undefined ? {} : { row }), ...(titles === undefined ? {} : { column: titles }) }, { cause: error })
}

/** Columns that a provider called ordinary with a reason, when the version was confirmed. */
async function reasonedColumns(parts: DeliveryParts, version: string): Promise<ReadonlySet<string>> {
  const before = await inTransaction(parts.db, { as: 'system' }, (tx) => deliveryOfVersion(tx, version), { isolation: 'read committed' })
  return new Set(Object.keys(before?.confirmed?.reasons ?? {}))
}
