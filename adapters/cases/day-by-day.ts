import { addDays } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { openDuties } from './duties.ts'
import type { DutyParts } from './duties.ts'
import { letTimePass } from './time-acts.ts'

/**
 * Moves the demonstration's city clock to a later day through every day between, so that what time alone does happens
 * on its own day: a period that ran out on a Tuesday is over on the Wednesday, not on the day the clock was moved to.
 */
export async function liveThrough(parts: DutyParts, from: LegalDate, to: LegalDate): Promise<void> {
  for (let day = addDays(from, 1); day < to; day = addDays(day, 1)) {
    if (!(await somethingFallsDue(parts, day))) continue
    await setClock(parts, day)
    await letTimePass(parts)
  }
  await setClock(parts, to)
  await letTimePass(parts)
  await openDuties(parts)
}

async function somethingFallsDue(parts: DutyParts, day: LegalDate): Promise<boolean> {
  const row = await inTransaction(parts.db, { as: 'system' }, (tx) =>
    tx.selectFrom('task').select('task').where('open', '=', true).where((task) => task.or([task.and([task('due', '<', day), task('overdue_fired', '=', false)]), task('remind_on', '<=', day)])).limit(1).executeTakeFirst(), { isolation: 'read committed' })
  return row !== undefined
}

async function setClock(parts: DutyParts, day: LegalDate): Promise<void> {
  await inTransaction(parts.db, { as: 'system' }, (tx) => tx.updateTable('city_clock').set({ today: day }).execute(), { isolation: 'read committed' })
}
