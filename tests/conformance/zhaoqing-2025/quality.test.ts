import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { ZHAOQING, zqListed } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

const measured = (batch: string, change: JsonObject = {}): JsonObject => ({ batch, comprehensible: 100, accurate: 99, standard: 99.5, consistent: 99, complete: 99.2, timely: 100, ...change })
const DIMENSIONS = ['comprehensible', 'accurate', 'standard', 'consistent', 'complete', 'timely'] as const

function updating(told: Story, lastBatch: string, on: string): StoryCase {
  zqListed(told, 'visits')
  return told.open({ on, who: 'hospital', procedure: 'data-update', contents: { 'data-update': { entry: 'visits', rule: '日期有效率不低于99%', least: 99, 'last-batch': lastBatch } } })
}

test('zq25-16.1b: an entry updated monthly and last delivered on 2026-03-31 is overdue on 2026-05-01; a batch that fails its check is held back', () => {
  const told = story()
  const update = updating(told, '2026-03-31', '2026-04-01')
  expect(update.due('batch')).toBe('2026-04-30')
  update.time('2026-04-30')
  expect(update.events.some((event) => event.type === 'task-overdue')).toBe(false)
  update.time('2026-05-01')
  expect(update.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-provider', 'data-authority'], basis: { provision: 'zq25-16.1' } })
  const give = (outcome: string) => ({ on: '2026-05-06', who: 'hospital', task: 'batch', outcome, contents: { 'batch-measurement': measured('PC-1', { accurate: 98.9 }) } })
  update.refuses(give('passed'), 'batch-must-pass-its-checks', 'zq25-20.1')
  update.act(give('below'))
  expect(told.world.registers['batch-measurements']?.['PC-1']).toMatchObject({ 'held-back': '暂不汇聚', accurate: 98.9 })
})

test('zq25-20.1a: a batch of 2026-06-24 that measures 97 percent against a rule of 99 opens a quality task of that day', () => {
  const told = story()
  const update = updating(told, '2026-05-31', '2026-06-01')
  const give = (outcome: string, accurate: number) => ({ on: '2026-06-24', who: 'hospital', task: 'batch', outcome, contents: { 'batch-measurement': measured('PC-6', { accurate }) } })
  update.refuses(give('passed', 97), 'batch-must-pass-its-checks', 'zq25-20.1')
  update.act(give('below', 97))
  expect(update.state.tasks.map((task) => [task.step, task.opened_on, task.organization])).toEqual([['repair', '2026-06-24', 'first-hospital']])
  expect(update.due('repair')).toBe('2026-07-08')
  expect(told.world.registers['batch-measurements']?.['PC-6']).toMatchObject({ accurate: 97, least: 99, rule: '日期有效率不低于99%', 'measured-on': '2026-06-24' })
  update.act({ on: '2026-06-26', who: 'hospital', task: 'repair', outcome: 'repaired', contents: { 'measured-repair': '更正无效日期后重报' } })
  expect(update.due('next-batch')).toBe('2026-07-26')
})

test('zq25-20.1b: three batches measured in six dimensions keep their eighteen values, each with its rule and day', () => {
  const told = story()
  const update = updating(told, '2026-03-31', '2026-04-01')
  const give = (on: string, task: string, batch: string) => update.act({ on, who: 'hospital', task, outcome: 'passed', contents: { 'batch-measurement': measured(batch) } })
  for (const dimension of DIMENSIONS) {
    update.refuses({ on: '2026-04-28', who: 'hospital', task: 'batch', outcome: 'passed', contents: { 'batch-measurement': measured('PC-4', { [dimension]: null }) } }, 'content-must-be-present', 'zq25-20.1')
    update.refuses({ on: '2026-04-28', who: 'hospital', task: 'batch', outcome: 'passed', contents: { 'batch-measurement': measured('PC-4', { [dimension]: 98 }) } }, 'batch-must-pass-its-checks', 'zq25-20.1')
  }
  give('2026-04-28', 'batch', 'PC-4')
  give('2026-05-28', 'next-batch', 'PC-5')
  give('2026-06-26', 'next-batch', 'PC-6')
  const kept = Object.values(told.world.registers['batch-measurements'] ?? {})
  expect(kept.flatMap((record) => DIMENSIONS.map((dimension) => record[dimension])).filter((value) => typeof value === 'number')).toHaveLength(18)
  expect(kept.map((record) => [record['rule'], record['measured-on']])).toEqual(['2026-04-28', '2026-05-28', '2026-06-26'].map((day) => ['日期有效率不低于99%', day]))
})
