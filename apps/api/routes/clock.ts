import { legalDate } from '#core/calendar/legal-date.ts'
import { liveThrough } from '#adapters/cases/day-by-day.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { problemOf } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { AdvanceBody, ClockView } from '../wire/rules.ts'

export const clockRoutes: RouteFile = (app, parts) => {
  const { clock } = parts
  app.get('/api/clock', { config: { permission: 'clock.read' }, schema: { response: { 200: ClockView } } }, async () => ({ today: await readingAsSystem(parts, (tx) => clock.today(tx)), mode: clock.mode }))

  /** The demonstration's city moves to a later day: an entry, then what time alone does in every case. */
  app.post('/api/clock/advance', { config: { permission: 'clock.advance' }, schema: { body: AdvanceBody, response: { 200: ClockView } } }, async (request) => {
    if (clock.mode === 'production') throw problemOf(404, 'clock-must-be-the-demonstrations', '正式环境的日期不能调整。', '请按实际日期办理。')
    const person = personOf(request)
    const to = legalDate(request.body.to)
    const entry = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      const { today } = await tx.selectFrom('city_clock').select('today').forUpdate().executeTakeFirstOrThrow()
      if (to <= today) throw problemOf(409, 'clock-must-move-forward', `演示日期只能向后推进，现为${today}。`, `请选择${today}之后的日期。`, { today })
      const id = await addPending(tx, {
        type: 'clock-advanced', legalDate: to, actor: person.id, onBehalfOf: person.organization.id, office: person.actor.offices[0] ?? 'none', action: 'advance-clock',
        object: { kind: 'clock', id: 'city' }, decision: 'done', detail: { from: today, to },
      }, clock.now())
      return { id, from: legalDate(today) }
    })
    parts.evidence.poke()
    await parts.evidence.waitFor(entry.id)
    await liveThrough(parts, entry.from, to)
    return { today: to, mode: clock.mode }
  })
}
