import { sql } from '#adapters/postgres/kysely.ts'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Tx } from '#adapters/cases/case-store.ts'

/** Cases up to which a list is read from the organisation's own cases; beyond, from the city's in the order asked for. */
const OWN_CASES_MAX = 5_000

/** How many of the newest rows a search by words reads: words are not indexed, and nobody waits for a million. */
export const SEARCHED_MAX = 2_000

/**
 * Whether the organisation is a party of so many cases that walking the whole city's list meets one of its own at
 * every few steps: the offices with one holder are parties of every case.
 */
export async function isPartyOfMany(tx: Tx, organization: string): Promise<boolean> {
  const { rows } = await sql<{ many: boolean }>`
    select exists (select from case_party where organization = ${organization} offset ${OWN_CASES_MAX}) as many`.execute(tx)
  return rows[0]?.many === true
}

/** The condition that keeps the preview space and everything real apart. Cases of the preview are few and have an index of their own. */
export function inSpace(caseId: RawBuilder<unknown>, preview: boolean): RawBuilder<SqlBool> {
  const previews = sql`(select id from legal_case where preview)`
  return preview ? sql<SqlBool>`${caseId} in ${previews}` : sql<SqlBool>`${caseId} not in ${previews}`
}
