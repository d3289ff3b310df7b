import { entityDisagreement, proposeTable, withContents, withFit } from '#core/boundary/column-proposal.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { confirmSchema, proposeSchema } from '#adapters/vault/schema-proposal.ts'
import { proposedTable } from './confirmed-schema.job.ts'
import { moved } from './delivery-desk.job.ts'
import type { DeliveryEntry, DeliveryParts, Progress } from './delivery-desk.job.ts'
import { changeDelivery } from './delivery.store.ts'
import type { Delivery, DeliveryLook } from './delivery.store.ts'
import { PASSING, catalogued, counted, failed, failureOf, refuseColumns, reporting, stopOf } from './delivery-work.job.ts'
import { lookAtDelta } from './look-at-delta.job.ts'

/** Looks at the file: what it is, what is proposed, and what taking it in would do. Nothing is taken in before it is confirmed. */
export async function look(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  const progress = reporting(parts, delivery.id, { step: 'looking', done: 0, total: delivery.bytes })
  const begun = await inTransaction(parts.db, { as: 'system' }, (tx) => changeDelivery(tx, delivery.id, ['received', 'looking'], { state: 'looking' }))
  if (begun === null) return
  try {
    const found = delivery.delta === null ? await lookAtTable(parts, delivery, progress) : await lookAtDelta(parts, delivery, delivery.delta, progress)
    await moved(parts, delivery, ['received', 'looking'], { state: 'awaiting-confirmation', look: found, failure: null }, entryOf(found, delivery))
  } catch (error) {
    // What may go well at the next try keeps its file.
    const passing = failureOf(error) === null || (error instanceof IngestError && PASSING.has(error.code))
    await failed(parts, delivery, 'looking', passing ? 'received' : 'refused', 'refuse-file', error)
  }
}

/** A file that stands for itself: its columns, and how the whole of it fits them. */
async function lookAtTable(parts: DeliveryParts, delivery: Delivery, progress: Progress): Promise<DeliveryLook> {
  const table = await catalogued(parts, delivery)
  const seen = await proposeSchema(parts.vault, await parts.uploads.read(delivery.id, delivery.organization), stopOf(parts, delivery))
  const [catalogue, kind] = [table.columns.length === 0 ? null : table.columns, table.entity?.kind ?? null]
  const proposal = proposeTable(seen.columns, catalogue, kind)
  refuseColumns(proposal)
  const fit = await confirmSchema(parts.vault, await counted(parts, delivery, progress), { schema: proposedTable(table, proposal), ...stopOf(parts, delivery) })
  const fitted = withFit(proposeTable(withContents(seen.columns, proposal, fit.columns), catalogue, kind), fit.columns)
  const { format, encoding, encodingDetected, rows, whole, warnings } = seen
  return { format, encoding, encodingDetected, rows, whole, total: fit.rows, warnings: [...warnings, ...entityDisagreement(kind, fitted)], proposal: fitted }
}

function entryOf({ proposal, delta }: DeliveryLook, { delta: asked }: Delivery): DeliveryEntry {
  const { columns } = proposal
  if (delta === undefined || asked === null) return { action: 'propose-columns', by: 'platform', decision: 'done', detail: { columns: columns.length, disagreements: columns.reduce((count, column) => count + column.disagreements.length, 0) } }
  return { action: 'propose-changes', by: 'platform', decision: 'done', detail: { mode: asked.mode, base: delta.base, ...delta.changes } }
}
