import type { Kysely } from 'kysely'
import { addDays, addMonths, legalDate, monthOf, yearOf } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Duty } from '#core/pack/pack-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { CaseOffice } from './case-office.ts'

export type DutyParts = { db: Kysely<Tables>; clock: LegalClock; packs: PackLibrary; cases: CaseOffice }

/** One period of a duty that has come due: a year, half-year or quarter, from its first day within the pack's validity to its last. */
export type DutyPeriod = { period: string; opensOn: LegalDate; from: LegalDate; to: LegalDate }

/** unit: months; source: the civil calendar */
const MONTHS = { year: 12, 'half-year': 6, quarter: 3 } as const
/** How a period is told from the others of its year: 2026, 2026-H2, 2026-Q3. */
const MARK = { year: '', 'half-year': '-H', quarter: '-Q' } as const

/**
 * The periods of a duty that have opened by today, each since the pack came into force: a year opens on the duty's
 * day of the following year, a half-year or quarter on the day after it. The first period counts from the day of
 * coming into force.
 */
export function openedPeriods({ every }: Pick<Duty, 'every'>, inForce: LegalDate, today: LegalDate): DutyPeriod[] {
  const periods: DutyPeriod[] = []
  const months = MONTHS[every.unit]
  for (let from = inForce; ; ) {
    const number = Math.floor((monthOf(from) - 1) / months) + 1 // the place of the period in its year
    const next = addMonths(legalDate(`${yearOf(from)}-01-01`), number * months)
    const opensOn = every.unit === 'year' ? legalDate(`${yearOf(next)}-${every.month_day}`) : next
    if (opensOn > today) return periods
    periods.push({ period: `${yearOf(from)}${MARK[every.unit]}${every.unit === 'year' ? '' : number}`, opensOn, from, to: addDays(next, -1) })
    from = next
  }
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
    const { in_force: inForce, last_day: lastDay } = law.pack.manifest
    for (const [id, duty] of Object.entries(law.pack.duties)) {
      for (const period of openedPeriods(duty, legalDate(inForce), today)) {
        // After the last day of the rules nothing is opened under them.
        if (lastDay !== undefined && period.opensOn > lastDay) continue
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
