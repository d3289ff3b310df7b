import { describe, expect, test } from 'vitest'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const CAST = { persons: { officer: { organization: 'agency', offices: ['implementing-agency'] }, chief: { organization: 'bureau', offices: ['data-authority'] } }, holders: { 'implementing-agency': 'agency', 'data-authority': 'bureau' } }
const told = { tell: ['implementing-agency'], basis: { 'platform-default': '提前提醒' } }
const law = smallLaw({
  offices: { 'implementing-agency': 'fixed', 'data-authority': 'fixed' },
  figures: { term: { value: 20, unit: 'working-day' }, early: { value: 10, unit: 'working-day' }, near: { value: 3, unit: 'working-day' }, more: { value: 10, unit: 'working-day' } },
  procedures: {
    registration: {
      open: { by: 'implementing-agency', then: ['file'] },
      steps: {
        file: {
          by: 'implementing-agency', due: { within: 'term' }, reminders: [{ ahead: 'early', ...told }, { ahead: 'near', ...told, notice: '即将到期' }],
          extension: { granted_by: 'data-authority', cap: 'more', tell: ['implementing-agency'], basis: { 'platform-default': '可以延长' } }, outcomes: { done: { ends: true } },
        },
      },
    },
  },
})
const opened = () => new Story(law, CAST).open({ on: '2026-08-03', who: 'officer', procedure: 'registration' }) // due 2026-08-31
const reminders = (one: ReturnType<typeof opened>) => one.events.flatMap((event) => (event.type === 'task-reminded' ? [`${event.on} ${event.ahead} ${event.due}`] : []))

describe('reminders ahead of a due date', () => {
  test('come on their day, once each, and not a day earlier', () => {
    const one = opened()
    expect(one.due('file')).toBe('2026-08-31')
    expect(reminders(one.time('2026-08-16'))).toEqual([])
    expect(reminders(one.time('2026-08-17'))).toEqual(['2026-08-17 early 2026-08-31'])
    expect(reminders(one.time('2026-08-18'))).toHaveLength(1)
    expect(reminders(one.time('2026-08-25'))).toHaveLength(1)
    expect(reminders(one.time('2026-08-26'))).toEqual(['2026-08-17 early 2026-08-31', '2026-08-26 near 2026-08-31'])
    expect(one.effects('notify').map((args) => args['notice'])).toEqual(['到期提醒', '即将到期'])
    expect(reminders(one.time('2026-09-02'))).toHaveLength(2)
  })

  test('after a downtime only the nearest comes', () => {
    expect(reminders(opened().time('2026-08-28').time('2026-08-29'))).toEqual(['2026-08-28 near 2026-08-31'])
  })

  test('come anew for a due date that moved', () => {
    const one = opened().time('2026-08-26')
    one.command({ on: '2026-08-27', who: 'officer' }, { type: 'ask-extension', task: 'file', days: 5, reason: '材料较多' }).command({ on: '2026-08-27', who: 'chief' }, { type: 'answer-extension', task: 'file', grant: true, reason: '' })
    expect(one.due('file')).toBe('2026-09-07')
    expect(reminders(one.time('2026-09-01')).at(-1)).toBe('2026-09-01 early 2026-09-07') // after a day on which nobody asked
    expect(reminders(one.time('2026-09-02')).at(-1)).toBe('2026-09-02 near 2026-09-07')
  })
})

describe('the verifier', () => {
  const one = opened().time('2026-08-17').time('2026-08-26').time('2026-09-01')
  test('reckons them by itself', async () => expect(await findingsIn(one.story.told, law)).toEqual([]))

  test('finds one told on another day, told twice, or left out beside what was told', async () => {
    const early = forged(one.story.told, (acts) => {
      for (const event of acts[1]?.events ?? []) if (event.type === 'task-reminded') Object.assign(event, { on: '2026-08-16' })
    })
    expect((await findingsIn(early, law))[0]).toMatch(/^reminder-must-be-due/)
    const twice = forged(one.story.told, (acts) => void acts.splice(2, 0, structuredClone(acts[1]) as (typeof acts)[number])) // there is a second act
    expect((await findingsIn(twice, law))[0]).toMatch(/^reminder-must-be-due/)
    const silent = forged(one.story.told, (acts) => {
      if (acts[1]) acts[1] = { ...acts[1], events: acts[1].events.slice(0, 1) }
    })
    expect((await findingsIn(silent, law))[0]).toMatch(/^what-follows-must-be/)
  })
})
