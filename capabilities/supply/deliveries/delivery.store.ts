import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { TableProposal } from '#core/boundary/column-proposal.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { DeltaChanges } from '#core/boundary/supply-mode.ts'
import type { DeliveryState, DeliveryTable } from '#adapters/postgres/tables/deliveries.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'

/** Why a delivery did not go on. `column` and `row` are of the file, the first row after the header is 1. */
export type DeliveryFailure = { code: string; message: string; cure: string; row?: number; column?: string }

/** What was seen of a file before anything was taken in; no value of it. */
export type DeliveryLook = {
  format: string
  encoding: string
  encodingDetected: boolean
  /** Rows by which types were proposed, and whether they are all. */
  rows: number
  whole: boolean
  /** All rows of the file, each of which was held against the proposed types. */
  total?: number
  warnings: string[]
  proposal: TableProposal
  /** What the file would do to the version before; absent for a file that stands for itself. */
  delta?: SeenDelta
}

/** The version that a file changes, and what becomes of its rows. */
export type SeenDelta = { base: string; baseNumber: number; baseRows: number; changes: DeltaChanges }

/** What the provider confirmed: the schema, its differences from the catalog, and why it departs from what the content shows. */
export type DeliveryConfirmation = { schema: TableSchema; differences: string[]; reasons: Record<string, string>; delta?: SeenDelta }

/** Where the data of a pulled delivery lie in their source. */
export type SourcePlace = { namespace: string; table: string } | { key: string }

export type Delivery = {
  id: string
  caseId: string
  task: string
  entry: string
  fields: string[]
  /** How the file changes the version before; null for a file that stands for itself. */
  delta: DeltaRequest | null
  organization: string
  begunBy: string
  begunAt: Date
  changedAt: Date
  source: string | null
  place: SourcePlace | null
  name: string
  bytes: number | null
  fingerprint: string | null
  state: DeliveryState
  failure: DeliveryFailure | null
  look: DeliveryLook | null
  confirmed: DeliveryConfirmation | null
  confirmedBy: string | null
  confirmedOn: string | null
  version: string | null
  takenInAt: Date | null
}

type Reading = Transaction<Tables> | Kysely<Tables>
type Writing = Transaction<Tables>

export type NewDelivery = Pick<Delivery, 'id' | 'caseId' | 'task' | 'entry' | 'fields' | 'delta' | 'organization' | 'begunBy' | 'source' | 'place' | 'name' | 'bytes' | 'fingerprint' | 'state'>

export async function insertDelivery(tx: Writing, one: NewDelivery): Promise<Delivery> {
  const row = await tx.insertInto('delivery').values({
    id: one.id, case_id: one.caseId, task: one.task, entry: one.entry, fields: JSON.stringify(one.fields), delta: one.delta === null ? null : JSON.stringify(one.delta), organization: one.organization, begun_by: one.begunBy,
    source: one.source, place: one.place === null ? null : JSON.stringify(one.place), name: one.name, bytes: one.bytes, fingerprint: one.fingerprint, state: one.state,
    failure: null, look: null, confirmed: null, confirmed_by: null, confirmed_on: null, version: null, taken_in_at: null,
  }).returningAll().executeTakeFirstOrThrow()
  return deliveryOf(row)
}

export type DeliveryChange = Partial<Pick<Delivery, 'state' | 'failure' | 'look' | 'confirmed' | 'confirmedBy' | 'confirmedOn' | 'version' | 'takenInAt' | 'bytes'>>

/** Changes a delivery that is still in one of the states `from`; null where it is not, and then nothing is changed. */
export async function changeDelivery(tx: Writing, id: string, from: readonly DeliveryState[], change: DeliveryChange): Promise<Delivery | null> {
  const json = (value: object | null | undefined): string | null | undefined => (value === undefined || value === null ? value : JSON.stringify(value))
  const { state, bytes, version } = change
  const [failure, look, confirmed] = [json(change.failure), json(change.look), json(change.confirmed)]
  const row = await tx.updateTable('delivery').set({
    changed_at: sql<Date>`clock_timestamp()`,
    ...(state === undefined ? {} : { state }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(version === undefined ? {} : { version }),
    ...(failure === undefined ? {} : { failure }),
    ...(look === undefined ? {} : { look }),
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(change.confirmedBy === undefined ? {} : { confirmed_by: change.confirmedBy }),
    ...(change.confirmedOn === undefined ? {} : { confirmed_on: change.confirmedOn }),
    ...(change.takenInAt === undefined ? {} : { taken_in_at: change.takenInAt }),
  }).where('id', '=', id).where('state', 'in', [...from]).returningAll().executeTakeFirst()
  return row === undefined ? null : deliveryOf(row)
}

export async function readDelivery(tx: Reading, id: string): Promise<Delivery | null> {
  const row = await tx.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : deliveryOf(row)
}

/** The deliveries of an organisation, newest first. */
export async function listDeliveries(tx: Reading, organization: string, page: { before: { begunAt: string; id: string } | null; limit: number }): Promise<Delivery[]> {
  const { before, limit } = page
  const rows = await tx.selectFrom('delivery').selectAll().where('organization', '=', organization)
    .$if(before !== null, (query) => query.where(sql<boolean>`(begun_at, id) < (${before?.begunAt ?? ''}::timestamptz, ${before?.id ?? ''}::uuid)`))
    .orderBy('begun_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map(deliveryOf)
}

/** What stands in one of these states, oldest change first; `before` limits it to what nothing happened to since. */
export async function deliveriesIn(tx: Reading, states: readonly DeliveryState[], before: Date | null = null): Promise<Delivery[]> {
  const rows = await tx.selectFrom('delivery').selectAll().where('state', 'in', [...states])
    .$if(before !== null, (query) => query.where('changed_at', '<', before ?? new Date(0)))
    .orderBy('changed_at').execute()
  return rows.map(deliveryOf)
}

/** Unfinished deliveries of an organisation: how many, and the bytes that they announced. */
export async function unfinishedOf(tx: Reading, organization: string): Promise<{ count: number; bytes: number }> {
  const row = await tx.selectFrom('delivery').select([sql<number>`count(*)::int`.as('count'), sql<number>`coalesce(sum(bytes), 0)::float8`.as('bytes')])
    .where('organization', '=', organization).where('state', 'in', [...UNFINISHED]).executeTakeFirstOrThrow()
  return { count: row.count, bytes: row.bytes }
}

/** States in which something of the file still lies outside the vault. */
export const UNFINISHED: readonly DeliveryState[] = ['receiving', 'received', 'looking', 'awaiting-confirmation', 'taking-in']

/** The newest delivery of a file with this hash to a case, taken in under this entry; null where there is none. */
export async function deliveredFile(tx: Reading, where: { caseId: string; entry: string; sha256: string }): Promise<{ delivery: Delivery; rows: number; sm3: string } | null> {
  const row = await tx.selectFrom('delivery as d').innerJoin('vault_version as v', 'v.id', 'd.version').selectAll('d').select(['v.row_count', 'v.table_digests'])
    .where('d.case_id', '=', where.caseId).where('d.entry', '=', where.entry).where('d.state', '=', 'taken-in').where('v.state', '=', 'active')
    .where(sql<boolean>`v.source ->> 'sha256' = ${where.sha256}`)
    .orderBy('d.taken_in_at', 'desc').limit(1).executeTakeFirst()
  if (row === undefined) return null
  const { plainSm3 } = row.table_digests as { plainSm3: string } // as the ingest writes them
  return { delivery: deliveryOf(row), rows: row.row_count, sm3: plainSm3 }
}

/** What was last taken in for a step, with what its form asks for. */
export async function lastDelivered(tx: Reading, where: { caseId: string; task: string }): Promise<{ delivery: Delivery; rows: number; sha256: string; sm3: string; fields: string[] } | null> {
  const row = await tx.selectFrom('delivery as d').innerJoin('vault_version as v', 'v.id', 'd.version').selectAll('d').select(['v.row_count', 'v.source as file'])
    .where('d.case_id', '=', where.caseId).where('d.task', '=', where.task).where('d.state', '=', 'taken-in').where('v.state', '=', 'active')
    .orderBy('d.taken_in_at', 'desc').limit(1).executeTakeFirst()
  if (row === undefined) return null
  const { sha256, sm3 } = row.file as { sha256: string; sm3: string } // as the ingest writes them
  const delivery = deliveryOf(row)
  return { delivery, rows: row.row_count, sha256, sm3, fields: delivery.confirmed?.schema.columns.map(({ name }) => name) ?? delivery.fields }
}

/** The delivery of which a version was made; null for one that came another way. */
export async function deliveryOfVersion(tx: Reading, version: string): Promise<Delivery | null> {
  const row = await tx.selectFrom('delivery').selectAll().where('version', '=', version).executeTakeFirst()
  return row === undefined ? null : deliveryOf(row)
}

function deliveryOf(row: Selectable<DeliveryTable>): Delivery {
  return {
    id: row.id, caseId: row.case_id, task: row.task, entry: row.entry, organization: row.organization, begunBy: row.begun_by,
    begunAt: row.begun_at, changedAt: row.changed_at, source: row.source, name: row.name, bytes: row.bytes, fingerprint: row.fingerprint, state: row.state,
    fields: row.fields as string[], // written by insertDelivery from this very type, as are the next two
    delta: row.delta as DeltaRequest | null, // see above
    place: row.place as SourcePlace | null, // see above
    failure: row.failure as DeliveryFailure | null, // written by changeDelivery from this very type, as are the next two
    look: row.look as DeliveryLook | null, // see above
    confirmed: row.confirmed as DeliveryConfirmation | null, // see above
    confirmedBy: row.confirmed_by, confirmedOn: row.confirmed_on, version: row.version, takenInAt: row.taken_in_at,
  }
}
