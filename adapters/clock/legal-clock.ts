import type { Kysely, Transaction } from 'kysely'
import { instant, legalDateOf } from '#core/calendar/instant.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

/**
 * The two times of every act: the real instant, and the legal day in Asia/Shanghai. In production the day follows
 * from the instant; in the demonstration it is the city clock's, which only moves forward.
 */
export type LegalClock = {
  readonly mode: 'production' | 'demonstration'
  now(): Date
  today(tx: Transaction<Tables> | Kysely<Tables>): Promise<LegalDate>
}

/** The clock of production: the day of the real instant. */
export function productionClock(now: () => Date): LegalClock {
  return { mode: 'production', now, today: async () => legalDayOf({ mode: 'production', now }, null) }
}

/** The demonstration's clock: the day stands in the database, with a row made at the first start. */
export function demonstrationClock(now: () => Date): LegalClock {
  return {
    mode: 'demonstration',
    now,
    today: async (tx) => legalDate((await tx.selectFrom('city_clock').select('today').executeTakeFirstOrThrow()).today),
  }
}

/** The legal day, where the day of the city's clock (null: there is none) was read together with other things. */
export function legalDayOf({ mode, now }: Pick<LegalClock, 'mode' | 'now'>, cityDay: string | null): LegalDate {
  if (mode === 'production') return legalDateOf(instant(now().toISOString()))
  if (cityDay === null) throw new Error('the demonstration has no city clock')
  return legalDate(cityDay)
}
