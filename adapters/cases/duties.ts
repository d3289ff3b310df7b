import type { Kysely } from 'kysely'
import { addDays, addYears, legalDate, yearOf } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Duty } from '#core/pack/pack-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { CaseOffice } from './case-office.ts'

export type DutyParts = { db: Kysely<Tables>; clock: LegalClock; packs: PackLibrary; cases: CaseOffice }

/** One period of a duty that has come due: a year, from its first day within the pack's validity to its last. */
export type DutyPeriod = { period: string; opensOn: LegalDate; from: LegalDate; to: LegalDate }

/**
 * The periods of a yearly duty that have opened by today: each year since the pack came into force, opening on the
 * duty's day of the following year. The first year counts from the day of coming into force.
 */
export function openedPeriods(duty: Duty, inForce: LegalDate, today: LegalDate): DutyPeriod[] {
  const periods: DutyPeriod[] = []
  for (let from = inForce; ; from = addYears(firstDay(from), 1)) {
    const next = addYears(firstDay(from), 1)
    const opensOn = legalDate(`${yearOf(next)}-${duty.every.month_day}`)
    if (opensOn > today) return periods
    periods.push({ period: String(yearOf(from)), opensOn, from, to: addDays(next, -1) })
  }
}

function firstDay(date: LegalDate): LegalDate {
  return legalDate(`${yearOf(date)}-01-01`)
}

/**
 * Opens what the calendar opens: for each duty of each pack in force exactly one case for each period, also after
 * downtime. The duty's procedure takes the period as `period-from` and `period-to`. Answers how many were opened.
 */
export async function openDuties(parts: DutyParts): Promise<number> {
  const today = await inTransaction(parts.db, { as: 'system' }, (tx) => parts.clock.today(tx), { isolation: 'read committed' })
  let opened = 0
  for (const law of parts.packs.all) {
    // Another city's duties are not this city's; an inherited duty is opened by the pack that governs cases, not by its parent as well.
    if (law.pack.manifest.status !== 'in-force' || law.pack.manifest.region !== parts.packs.region) continue
    for (const [id, duty] of Object.entries(law.pack.duties)) {
      for (const period of openedPeriods(duty, legalDate(law.pack.manifest.in_force), today)) {
        if (await openPeriod(parts, law, id, duty, period)) opened += 1
      }
    }
  }
  return opened
}

async function openPeriod(parts: DutyParts, law: CaseLaw, id: string, duty: Duty, period: DutyPeriod): Promise<boolean> {
  const key = { duty: id, pack: law.ref.id, period: period.period }
  const known = await inTransaction(parts.db, { as: 'system' }, (tx) =>
    tx.selectFrom('duty_period').select('case_id').where('duty', '=', key.duty).where('pack', '=', key.pack).where('period', '=', key.period).executeTakeFirst(), { isolation: 'read committed' })
  if (known) return false
  // The key makes the opening happen once, should the platform die before it is noted below.
  const answer = await parts.cases.openAsPlatform(law.ref.id, duty.opens, { 'period-from': period.from, 'period-to': period.to }, `duty/${key.pack}/${id}/${period.period}`)
  if (!answer.accepted) throw new Error(`duty ${id} of ${law.ref.id} for ${period.period} could not be opened: ${answer.refusal.code}`)
  await inTransaction(parts.db, { as: 'system' }, (tx) =>
    tx.insertInto('duty_period').values({ ...key, case_id: answer.caseId }).onConflict((conflict) => conflict.doNothing()).execute())
  return true
}
