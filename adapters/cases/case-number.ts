import { sql } from '#adapters/postgres/kysely.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { yearOf } from '#core/calendar/legal-date.ts'
import type { Tx } from './case-store.ts'

/** Begins the mark of a case in the preview space, so that its number is none of the real ones. */
export const PREVIEW_MARK = '预演'

/** The next number under a mark in a year, as offices write it: 实施方案〔2026〕3号. Gaps only where a transaction failed. */
export async function nextCaseNumber(tx: Tx, mark: string, on: LegalDate): Promise<string> {
  const year = yearOf(on)
  const { last } = await tx.insertInto('case_number').values({ mark, year, last: 1 })
    .onConflict((conflict) => conflict.columns(['mark', 'year']).doUpdateSet({ last: sql`case_number.last + 1` }))
    .returning('last').executeTakeFirstOrThrow()
  return caseNumber(mark, year, last)
}

/** How an office writes the n-th number under a mark in a year. */
export function caseNumber(mark: string, year: number, n: number): string {
  return `${mark}〔${year}〕${n}号`
}
