import { expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('services')

test('cd26-7.2c: July 2026, opened on 2026-08-03, shows 42 supplies, 3 first failures and the median supply time in working days, and stays beside August', () => {
  const story = fresh()
  const month = (change: JsonObject = {}, on = '2026-08-03', who = 'manager') => ({ on, who, procedure: 'service-level', contents: { 'service-level': { month: '2026-07', supplies: 42, 'first-failures': 3, 'median-days': 6, interfaces: 12, availability: 99.6, ...change } } })
  story.refusesOpening(month({ 'first-failures': 43 }), 'failures-must-lie-within-supplies', 'cd26-7.2')
  story.refusesOpening(month({}, '2026-08-03', 'operator'), 'actor-must-hold-office', 'cd26-7.2')
  for (const part of ['month', 'supplies', 'first-failures', 'median-days', 'interfaces', 'availability']) story.refusesOpening(month({ [part]: null }), 'content-must-be-present', 'cd26-7.2')
  story.open(month())
  story.open(month({ month: '2026-08', supplies: 30, 'first-failures': 0 }, '2026-09-01'))
  expect(story.world.registers['service-levels']).toEqual({
    '2026-07': { supplies: 42, 'first-failures': 3, 'median-days': 6, interfaces: 12, availability: 99.6 },
    '2026-08': { supplies: 30, 'first-failures': 0, 'median-days': 6, interfaces: 12, availability: 99.6 },
  })
})
