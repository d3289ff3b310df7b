import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { rowFilterSchema } from '#core/boundary/row-filter.ts'
import type { RowFilter } from '#core/boundary/row-filter.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { spaceReceiptSchema } from '#adapters/ports/trusted-space.ts'
import type { HandedOver, SpaceReceipt } from '#adapters/ports/trusted-space.ts'

/** What a provider consented to hand over to a trusted data space, and what became of it. */
export type SpaceSupply = {
  id: string
  caseId: string
  space: string
  entry: string
  supply: string
  version: string
  provider: string
  fields: string[]
  rows: RowFilter
  purpose: string
  users: string
  uses: number
  ends: string
  approvedOn: string
  state: 'approved' | 'received' | 'refused'
  receipt: SpaceReceipt | null
}

const fieldsSchema = z.array(z.string()).min(1)
const stateSchema = z.enum(['approved', 'received', 'refused'])

/** The consented supply behind a message, or null: then nothing may go. */
export async function readSpaceSupply(tx: Kysely<Tables> | Transaction<Tables>, id: string): Promise<SpaceSupply | null> {
  const row = await tx.selectFrom('space_supply').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return null
  return {
    id: row.id, caseId: row.case_id, space: row.space, entry: row.entry, supply: row.supply, version: row.version, provider: row.provider, fields: fieldsSchema.parse(row.fields), rows: rowFilterSchema.parse(row.row_filter),
    purpose: row.purpose, users: row.users, uses: row.uses, ends: row.ends, approvedOn: row.approved_on, state: stateSchema.parse(row.state), receipt: row.receipt === null ? null : spaceReceiptSchema.parse(row.receipt),
  }
}

/** Keeps the receipt that was checked. @returns false where it was kept before: then nothing is entered twice. */
export async function keepReceipt(tx: Transaction<Tables>, id: string, sent: HandedOver, receipt: SpaceReceipt): Promise<boolean> {
  const kept = await tx.updateTable('space_supply').set({ state: 'received', row_count: sent.rows, sha256: sent.sha256, sm3: sent.sm3, receipt: JSON.stringify(receipt), refusal: null, settled_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id).where('state', '<>', 'received').returning('id').executeTakeFirst()
  return kept !== undefined
}

export async function keepRefusal(tx: Transaction<Tables>, id: string, why: string): Promise<void> {
  await tx.updateTable('space_supply').set({ state: 'refused', refusal: why, settled_at: sql<Date>`clock_timestamp()` }).where('id', '=', id).where('state', '<>', 'received').execute()
}
