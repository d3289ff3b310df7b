import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { discardVersion, prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { PreparedVersion, SuppliedFile } from '#adapters/vault/ingest/prepare-version.ts'
import { VaultError, readVersion, recordVersion, registerDataset } from '#adapters/vault/versions.ts'
import { DeliveryStopped, enterDelivery } from './delivery-desk.job.ts'
import type { DeliveryParts } from './delivery-desk.job.ts'
import { changeDelivery } from './delivery.store.ts'
import type { Delivery } from './delivery.store.ts'
import { PASSING, counted, failed, failureOf, reporting, stopOf } from './delivery-work.job.ts'

/** Takes the confirmed file in as a new version; the file's own copy is removed with its key when the version stands. */
export async function takeInConfirmed(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  const progress = reporting(parts, delivery.id, { step: 'taking-in', done: 0, total: delivery.bytes })
  const { confirmed } = delivery
  if (confirmed === null) throw new Error(`delivery ${delivery.id} is to be taken in without a confirmation`)
  let prepared: PreparedVersion | undefined
  try {
    const datasetId = await inTransaction(parts.db, { as: 'system' }, (tx) => datasetOf(tx, confirmed.schema, delivery.organization))
    const suppliedOn = await inTransaction(parts.db, { as: 'system' }, (tx) => parts.clock.today(tx), { isolation: 'read committed' })
    const change = await confirmedDelta(parts, delivery)
    prepared = await prepareVersion(parts.vault, { datasetId, schema: confirmed.schema, encoding: 'detect', suppliedOn, ...change, ...stopOf(parts, delivery) }, await counted(parts, delivery, progress))
    // What was counted once is counted again: the same file on the same version.
    if (canonicalJson(prepared.result.changes ?? null) !== canonicalJson(confirmed.delta?.changes ?? null)) throw new Error(`delivery ${delivery.id} changes other rows than were confirmed`)
    await record(parts, delivery, prepared)
  } catch (error) {
    if (prepared !== undefined) await discardVersion(parts.vault, prepared)
    return failed(parts, delivery, 'taking-in', nextState(error, delivery), 'refuse-take-in', error)
  }
  await parts.uploads.remove(delivery.id)
}

/** Where the same file can be tried again: as it was confirmed, or, where a newer version came in between, from the look on. */
function nextState(error: unknown, { delta }: Delivery): Delivery['state'] {
  if (error instanceof VaultError) return 'received'
  if (failureOf(error) === null || (error instanceof IngestError && PASSING.has(error.code))) return 'awaiting-confirmation'
  return error instanceof IngestError && delta === null && OF_SCHEMA.has(error.code) ? 'awaiting-confirmation' : 'refused'
}

/** The version that the file was confirmed to change, which must still be the newest when the change is recorded. */
async function confirmedDelta(parts: DeliveryParts, { delta, confirmed }: Delivery): Promise<Pick<SuppliedFile, 'delta'>> {
  const seen = confirmed?.delta
  if (delta === null || seen === undefined) return {}
  const base = await inTransaction(parts.db, { as: 'system' }, (tx) => readVersion(tx, seen.base), { isolation: 'read committed' })
  return { delta: { ...delta, base } }
}

/** The version and the delivery's end become visible together. */
async function record(parts: DeliveryParts, delivery: Delivery, prepared: PreparedVersion): Promise<void> {
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const version = await recordVersion(tx, prepared)
    const changed = await changeDelivery(tx, delivery.id, ['taking-in'], { state: 'taken-in', version: version.id, takenInAt: parts.clock.now(), failure: null })
    if (changed === null) throw new DeliveryStopped(`delivery ${delivery.id} was given up while it was taken in`)
    const { result, mode, baseVersion } = prepared
    const change = result.changes === undefined ? {} : { mode, base: baseVersion, added: result.changes.added, replaced: result.changes.replaced, removed: result.changes.removed }
    await enterDelivery(tx, parts, changed, 'take-in', 'platform', 'done', { version: version.id, rows: result.summary.rows, ...change }, `sha256:${result.source.sha256}`)
  })
  parts.committer.poke()
}

/** The data set of a provider under its schema's name, registered at its first delivery. Another provider's name is refused. */
async function datasetOf(tx: Transaction<Tables>, schema: TableSchema, provider: string): Promise<string> {
  const known = await tx.selectFrom('vault_dataset').select(['id', 'provider_organization']).where('name', '=', schema.name).executeTakeFirst()
  if (known !== undefined && known.provider_organization !== provider) throw new IngestError('header-unexpected', `数据表标识“${schema.name}”已由其他单位使用。`, {})
  if (known !== undefined) return known.id
  const id = randomUUID()
  await registerDataset(tx, { id, name: schema.name, title: schema.title, providerOrganization: provider })
  return id
}

/** Faults that another type, another marker or an optional column would mend: the provider changes the confirmation, the file stays. */
const OF_SCHEMA: ReadonlySet<string> = new Set(['value-missing', 'value-wrong-type', 'value-out-of-range'])
