import type { Kysely } from 'kysely'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { CaseOffice } from './case-office.ts'

export type TimeParts = { db: Kysely<Tables>; clock: LegalClock; cases: CaseOffice }

/** What time did: how many cases were asked, and which refused, with the code of the refusal. */
export type TimePassed = { asked: number; refused: { case_id: string; code: string }[] }

const CASES_AT_ONCE = 500

/**
 * Tells every case with an open task that was due before today, or has a reminder for today, that time has passed:
 * periods run out, lateness is told, due dates are recalled. Safe to repeat: each act has a key of the case and the day, and a case in which nothing is new gains no event.
 */
export async function letTimePass({ db, clock, cases }: TimeParts): Promise<TimePassed> {
  const today = await inTransaction(db, { as: 'system' }, (tx) => clock.today(tx), { isolation: 'read committed' })
  const passed: TimePassed = { asked: 0, refused: [] }
  let after = ''
  for (;;) {
    const due = await inTransaction(db, { as: 'system' }, (tx) =>
      tx.selectFrom('task').select('case_id').distinct().where('open', '=', true).where((task) => task.or([task('due', '<', today), task('remind_on', '<=', today)])).where('case_id', '>', after)
        .orderBy('case_id').limit(CASES_AT_ONCE).execute(), { isolation: 'read committed' })
    for (const { case_id: id } of due) {
      passed.asked += 1
      const code = await timeIn(cases, id, `time/${id}/${today}`)
      if (code !== null) passed.refused.push({ case_id: id, code })
    }
    const last = due.at(-1)
    if (last === undefined || due.length < CASES_AT_ONCE) return passed
    after = last.case_id
  }
}

/** Time passes in one case; why it could not, or null. One case that fails must not keep time from all others. */
async function timeIn(cases: CaseOffice, id: string, key: string): Promise<string | null> {
  try {
    const answer = await cases.actAsPlatform(id, { type: 'time-passed' }, key)
    return answer.accepted ? null : answer.refusal.code
  } catch (error) {
    return `time-must-pass: ${error instanceof Error ? error.message : String(error)}`
  }
}
