import { addAbortSignal } from 'node:stream'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { CataloguedTable } from './catalogued.facts.ts'
import { moved } from './delivery-desk.job.ts'
import type { DeliveryParts } from './delivery-desk.job.ts'
import type { Delivery } from './delivery.store.ts'
import { catalogued, failed, reporting, stopOf } from './delivery-work.job.ts'
import { look } from './look-at-delivery.job.ts'
import { openSource } from './reach-source.job.ts'
import { readSource } from './source.store.ts'
import { takeInConfirmed } from './take-in-confirmed.job.ts'

/** Carries a delivery on as far as it goes without a person: fetched, looked at, taken in. Never rejects; what failed stands in the delivery. */
export async function workOn(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  if (parts.underway.has(delivery.id)) return
  parts.underway.set(delivery.id, { progress: null, stop: new AbortController() })
  try {
    if (delivery.state === 'receiving' && delivery.source !== null) await pull(parts, delivery)
    else if (delivery.state === 'received' || delivery.state === 'looking') await look(parts, delivery)
    else if (delivery.state === 'taking-in') await takeInConfirmed(parts, delivery)
  } catch (error) {
    parts.complain(error)
  } finally {
    parts.underway.delete(delivery.id)
  }
}

/** Fetches the file from its source. A source that breaks off leaves nothing; it can be tried again as a new delivery. */
async function pull(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  const progress = reporting(parts, delivery.id, { step: 'pulling', done: 0, total: null })
  let received: Delivery
  try {
    const table = await catalogued(parts, delivery)
    const source = await inTransaction(parts.db, { as: 'system' }, (tx) => readSource(tx, delivery.source ?? '', delivery.organization), { isolation: 'read committed' })
    if (source === null || delivery.place === null) throw new IngestError('source-unreachable', '数据源已经停用。', {})
    const stream = await openSource(parts, source, delivery.place, pulledColumns(delivery, table))
    const { stop } = stopOf(parts, delivery)
    if (stop !== undefined) addAbortSignal(stop, stream)
    const { bytes } = await parts.uploads.fill(delivery.id, delivery.organization, delivery.name, stream, (done) => {
      progress.done = done
    })
    const answer = await moved(parts, delivery, ['receiving'], { state: 'received', bytes }, { action: 'finish-pull', by: 'platform', decision: 'done', detail: { bytes } })
    if (!answer.accepted) return await parts.uploads.remove(delivery.id)
    received = answer.delivery
  } catch (error) {
    return failed(parts, delivery, 'receiving', 'refused', 'refuse-pull', error)
  }
  await look(parts, received)
}

/** Of rows to be removed only their keys are asked for. */
function pulledColumns({ delta }: Delivery, { columns }: CataloguedTable): CataloguedTable['columns'] {
  return delta?.mode === 'delete' ? columns.filter(({ name }) => delta.key.includes(name)) : columns
}
