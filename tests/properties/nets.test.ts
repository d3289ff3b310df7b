import { expect, test } from 'vitest'
import { runsOf } from '#core/pack/procedure-runs.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { explore } from './explore.ts'
import { ORDERS } from './must-hold.ts'

/**
 * Every procedure of every city pack, walked with the real engine by set of open tasks and outcomes: no state that is
 * open and cannot be left, none that is over and waits. `GONGSHU_STATES` walks further where a procedure has more
 * states than are walked each time; a walk cut short says so.
 */
const STATES = Number(process.env['GONGSHU_STATES'] ?? 60) // states of one procedure; all but the largest have fewer
const PATIENCE_MS = 300_000

/** Share of the procedures of which made-up contents may fail to fit some state; there the net alone is judged. */
const BEYOND_MADE_UP = 0.15

test.each(Object.keys(ORDERS))('%s: no case is stuck', { timeout: PATIENCE_MS }, async (id) => {
  const law = await lawOf(id, (pack) => {
    pack.manifest.status = 'in-force' // a draft and a repealed text are walked as if they governed
    delete pack.manifest.last_day
  })
  const walks = Object.values(law.pack.procedures).map((procedure) => explore(law, procedure, STATES))
  const sum = (count: (walk: (typeof walks)[number]) => number) => walks.reduce((total, walk) => total + count(walk), 0)
  const cut = walks.filter((walk) => !walk.whole).map((walk) => walk.procedure)
  console.log(`${id}: ${walks.length - cut.length} of ${walks.length} procedures walked whole, ${sum((walk) => walk.states.size)} states, ${sum((walk) => walk.transitions)} transitions${cut.length === 0 ? '' : `; cut short at ${STATES} states: ${cut.join(', ')}`}`)
  const beyond = walks.filter((walk) => walk.states.size === 0 || walk.stuck.length > 0)
  for (const walk of beyond) console.log(`  ${id} ${walk.procedure}: made-up contents do not fit ${walk.states.size === 0 ? 'its opening' : walk.stuck.join(', ')}; its net alone is judged, its stories leave the state`)
  expect(walks.flatMap((walk) => walk.unfinished.map((place) => `${walk.procedure} ${place}`))).toEqual([])
  expect(beyond.length).toBeLessThanOrEqual(walks.length * BEYOND_MADE_UP)
  for (const walk of beyond) {
    const procedure = procedureOf(law, walk.procedure)
    expect([...runsOf(procedure).stuck.keys()], walk.procedure).toEqual([])
    for (const [step, { outcomes }] of Object.entries(procedure.steps)) expect(Object.keys(outcomes), `${walk.procedure} ${step}`).not.toEqual([])
  }
})
