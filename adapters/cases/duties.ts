import type { Kysely } from 'kysely'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Duty } from '#core/pack/pack-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { matches } from '#core/procedure/check.ts'
import { dutiesOf, dutyOpenings, rowOfCase } from '#core/procedure/duty-openings.ts'
import type { DutyOpening, DutyRow } from '#core/procedure/duty-openings.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { CaseOffice } from './case-office.ts'
import { loadCase } from './case-store.ts'
import type { Tx } from './case-store.ts'

export type DutyParts = { db: Kysely<Tables>; clock: LegalClock; packs: PackLibrary; cases: CaseOffice }

/**
 * Opens what the calendar opens: for each duty of each pack in force exactly one case for each period (and each row
 * for which the duty runs), also after downtime. The duty's procedure takes the period as `period-from` and `period-to`.
 * Answers how many were opened. An opening that is refused stops no other; all of them are thrown together at the end.
 */
export async function openDuties(parts: DutyParts): Promise<number> {
  const today = await inTransaction(parts.db, { as: 'system' }, (tx) => parts.clock.today(tx), { isolation: 'read committed' })
  const refused: string[] = []
  let opened = 0
  for (const law of parts.packs.all) {
    // Another city's duties are not this city's; an inherited duty is opened by the pack that governs cases, not by its parent as well.
    if (law.pack.manifest.status !== 'in-force' || law.pack.manifest.region !== parts.packs.region) continue
    for (const duty of dutiesOf(law.pack)) {
      const rows = duty.for_each === undefined ? [] : await inTransaction(parts.db, { as: 'system' }, (tx) => rowsOf(tx, law, duty, today), { isolation: 'read committed' })
      const known = await knownPeriods(parts, law, duty)
      for (const opening of dutyOpenings(duty, law, rows, today)) {
        if (known.has(opening.period)) continue
        const refusal = await openPeriod(parts, law, duty, opening)
        if (refusal === null) opened += 1
        else refused.push(`duty ${duty.duty} of ${law.ref.id} for ${opening.period} could not be opened: ${refusal}`)
      }
    }
  }
  if (refused.length > 0) throw new Error(refused.join('\n'))
  return opened
}

/** For whom a duty runs today. */
async function rowsOf(tx: Tx, law: CaseLaw, { for_each: each }: Duty, today: LegalDate): Promise<DutyRow[]> {
  if (each === undefined) return []
  if ('holders_of' in each) {
    const holders = await tx.selectFrom('office_holding').select(['organization', (eb) => eb.fn.min('from_date').as('since')]).where('office', '=', each.holders_of).where('from_date', '<=', today)
      .where((where) => where.or([where('until_date', 'is', null), where('until_date', '>=', today)])).groupBy('organization').orderBy('organization').execute()
    return holders.map(({ organization, since }) => ({ id: organization, since: legalDate(since), value: {} }))
  }
  if ('records_of' in each) {
    const records = await tx.selectFrom('register_record').select(['key', 'record', 'from_date']).where('register', '=', each.records_of).where('current', '=', true).orderBy('key').execute()
    return records.filter(({ record }) => matches(record, each.where)).map(({ key, record, from_date }) => ({ id: key, since: null, value: { from: from_date, ...record } }))
  }
  const cases = await tx.selectFrom('legal_case').select('id').where('procedure', '=', each.cases_of).where('status', 'in', each.status).where('pack', '=', law.ref.id).where('preview', '=', false).orderBy('id').execute()
  const rows: DutyRow[] = []
  for (const { id } of cases) {
    const state = await loadCase(tx, id)
    if (state !== null) rows.push(rowOfCase(state))
  }
  return rows
}

async function knownPeriods(parts: DutyParts, law: CaseLaw, duty: Duty): Promise<Set<string>> {
  const rows = await inTransaction(parts.db, { as: 'system' }, (tx) =>
    tx.selectFrom('duty_period').select('period').where('duty', '=', duty.duty).where('pack', '=', law.ref.id).execute(), { isolation: 'read committed' })
  return new Set(rows.map(({ period }) => period))
}

/** Opens one period; the code of the refusal, or null. */
async function openPeriod(parts: DutyParts, law: CaseLaw, duty: Duty, { period, contents, links }: DutyOpening): Promise<string | null> {
  const key = { duty: duty.duty, pack: law.ref.id, period }
  // The key makes the opening happen once, should the platform die before it is noted below.
  const answer = await parts.cases.openAsPlatform(law.ref.id, duty.opens, contents, `duty/${key.pack}/${key.duty}/${period}`, links)
  if (!answer.accepted) return answer.refusal.code
  await inTransaction(parts.db, { as: 'system' }, (tx) =>
    tx.insertInto('duty_period').values({ ...key, case_id: answer.caseId }).onConflict((conflict) => conflict.doNothing()).execute())
  return null
}
