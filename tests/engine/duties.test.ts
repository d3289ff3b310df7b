import { describe, expect, test } from 'vitest'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import { openDutiesIn } from '#tests/support/story-duties.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const CAST = {
  persons: { officer: { organization: 'agency', offices: ['implementing-agency'] }, one: { organization: 'op-1', offices: ['operator'] }, two: { organization: 'op-2', offices: ['operator'] } },
  holders: { 'implementing-agency': 'agency' },
}
const period = { 'period-from': { type: 'date', title: '自' }, 'period-to': { type: 'date', title: '至' } }
const due31 = { within: 'report' }
const report = (requires: string[], more: object = {}) => ({
  open: { by: 'implementing-agency', by_platform: true, requires: ['period-from', 'period-to', ...requires], then: ['report'] },
  steps: { report: { by: 'implementing-agency', due: due31, outcomes: { done: { ends: true } } } }, ...more,
})

const law = smallLaw({
  manifest: { in_force: '2026-01-01', last_day: '2028-04-30', at_expiry: { says: '届满前检视', basis: { 'platform-default': '提前提示' }, warn_before: ['year-ahead', 'month-ahead'], opens: 'expiry', by: 'implementing-agency' } },
  offices: { 'implementing-agency': 'fixed', operator: 'many' },
  figures: { report: { value: 15, unit: 'working-day' }, 'year-ahead': { value: 12, unit: 'month' }, 'month-ahead': { value: 1, unit: 'month' }, half: { value: 6, unit: 'month' }, monthly: { value: 1, unit: 'month' }, daily: { value: 1, unit: 'calendar-day' }, lead: { value: 3, unit: 'calendar-day' } },
  contents: { ...period, operator: { type: 'organization', title: '运营机构' }, entry: { type: 'text', title: '目录' }, data: { type: 'group', title: '目录', items: { name: { type: 'text', title: '名称' }, cycle: { type: 'choice', title: '周期', of: { monthly: '每月', daily: '每日' } } } } },
  registers: { catalog: ['name', 'cycle', 'updated'] },
  duties: {
    monthly: { opens: 'monthly', by: 'implementing-agency', every: { unit: 'month', on_working_day: true } },
    transition: { opens: 'transition', by: 'implementing-agency', every: { unit: 'once', after: 'half' } },
    'per-operator': { opens: 'per-operator', by: 'implementing-agency', every: { unit: 'quarter' }, for_each: { holders_of: 'operator' }, with: { 'content.operator': 'each.id' } },
    'per-agreement': { opens: 'per-agreement', by: 'implementing-agency', every: { unit: 'interval', from: 'each.opened', length: 'half' }, for_each: { cases_of: 'agreement', status: ['in-force'] }, with: { 'link.agreement': 'each.id' } },
    'update-due': { opens: 'update', by: 'implementing-agency', every: { unit: 'interval', from: 'each.updated', length: { by: 'each.cycle', of: { monthly: 'monthly', daily: 'daily' } }, ahead: 'lead' }, for_each: { records_of: 'catalog', where: { cycle: ['monthly'] } }, with: { 'content.entry': 'each.id' } },
  },
  procedures: {
    monthly: report([]), 'per-operator': report(['operator']), update: report(['entry']), expiry: report([]), transition: report([]),
    'per-agreement': report([], { links: { agreement: { procedure: 'agreement', status: ['in-force', 'ended'] } } }),
    agreement: {
      statuses: { 'in-force': '有效', ended: '终止' }, open: { by: 'implementing-agency', status: 'in-force', then: ['end'] },
      steps: { end: { by: 'implementing-agency', outcomes: { done: { ends: true, status: 'ended' } } } },
    },
    catalog: { open: { by: 'implementing-agency', requires: ['data'], ends: true, effects: [{ effect: 'register.put', with: { register: { value: 'catalog' }, key: 'content.data.name', name: 'content.data.name', cycle: 'content.data.cycle', updated: 'act.date' } }] }, steps: {} },
  },
})

const told = (story: Story, on: string) => openDutiesIn(story, on).map(({ state }) => [state.procedure, state.contents['period-from']?.value, state.contents['period-to']?.value, state.contents['operator']?.value ?? state.contents['entry']?.value ?? state.links['agreement'] ?? null])
const only = (found: unknown[][], procedure: string) => found.filter(([name]) => name === procedure).map(([, ...rest]) => rest)
const catalogued = (story: Story, on: string, name: string, cycle: string) => story.open({ on, who: 'officer', procedure: 'catalog', contents: { data: { name, cycle } } })

describe('what the calendar opens', () => {
  test('for each holder of an office, each quarter, once', () => {
    const story = new Story(law, CAST)
    expect(told(story, '2026-01-31')).toEqual([])
    expect(only(told(story, '2026-04-01'), 'per-operator')).toEqual([['2026-01-01', '2026-03-31', 'op-1'], ['2026-01-01', '2026-03-31', 'op-2']])
    expect(only(told(story, '2026-06-30'), 'per-operator')).toEqual([])
    expect(only(told(story, '2026-07-01'), 'per-operator')).toHaveLength(2)
  })

  test('on the first working day after a month: not on 1 to 3 October, nor in the week of the National Day', () => {
    const story = new Story(law, CAST)
    told(story, '2026-09-30')
    expect(only(told(story, '2026-10-07'), 'monthly')).toEqual([])
    expect(only(told(story, '2026-10-08'), 'monthly')).toEqual([['2026-09-01', '2026-09-30', null]])
  })

  test('every six months for each agreement in force, from its own date; none for one that has ended', () => {
    const story = new Story(law, CAST)
    const first = story.open({ on: '2026-03-02', who: 'officer', procedure: 'agreement' })
    const second = story.open({ on: '2026-03-10', who: 'officer', procedure: 'agreement' })
    expect(only(told(story, '2026-09-01'), 'per-agreement')).toEqual([])
    expect(only(told(story, '2026-09-02'), 'per-agreement')).toEqual([['2026-03-02', '2026-09-02', first.id]])
    second.act({ on: '2026-09-05', who: 'officer', task: 'end', outcome: 'done' })
    expect(only(told(story, '2026-09-10'), 'per-agreement')).toEqual([])
    expect(only(told(story, '2027-12-01'), 'per-agreement')).toEqual([['2027-03-02', '2027-09-02', first.id]])
  })

  test('before each record’s own interval has run out, exactly one after a downtime of several', () => {
    const story = new Story(law, CAST)
    catalogued(story, '2026-03-31', 'weather', 'monthly')
    catalogued(story, '2026-03-31', 'air', 'daily')
    expect(only(told(story, '2026-04-26'), 'update')).toEqual([])
    expect(only(told(story, '2026-04-27'), 'update')).toEqual([['2026-03-31', '2026-04-30', 'weather']])
    expect(only(told(story, '2026-08-20'), 'update')).toEqual([['2026-06-30', '2026-07-31', 'weather']])
    catalogued(story, '2026-08-21', 'weather', 'monthly')
    expect(only(told(story, '2026-09-17'), 'update')).toEqual([])
    expect(only(told(story, '2026-09-18'), 'update')).toEqual([['2026-08-21', '2026-09-21', 'weather']])
  })

  test('once, half a year after the rules came into force', () => {
    const story = new Story(law, CAST)
    expect(only(told(story, '2026-06-30'), 'transition')).toEqual([])
    expect(only(told(story, '2026-07-01'), 'transition')).toEqual([['2026-01-01', '2026-07-01', null]])
    expect(only(told(story, '2027-07-01'), 'transition')).toEqual([])
  })

  test('before the rules’ own last day: twelve months and one month ahead, and nothing after it', () => {
    const story = new Story(law, CAST)
    expect(only(told(story, '2027-04-29'), 'expiry')).toEqual([])
    expect(only(told(story, '2027-04-30'), 'expiry')).toEqual([['2027-04-30', '2028-04-30', null]])
    expect(only(told(story, '2028-03-29'), 'expiry')).toEqual([])
    expect(only(told(story, '2028-04-30'), 'expiry')).toEqual([['2028-03-30', '2028-04-30', null]])
    const late = new Story(law, CAST)
    const after = told(late, '2028-05-05')
    expect(only(after, 'expiry')).toEqual([])
    expect(only(after, 'monthly').at(-1)).toEqual(['2028-03-01', '2028-03-31', null])
  })
})

describe('the verifier', () => {
  const story = new Story(law, CAST)
  story.open({ on: '2026-03-02', who: 'officer', procedure: 'agreement' })
  catalogued(story, '2026-03-31', 'weather', 'monthly')
  for (const day of ['2026-04-01', '2026-04-27', '2026-09-02', '2027-04-30']) openDutiesIn(story, day)

  test('finds a cause for each of them', async () => {
    expect(story.told.length).toBeGreaterThan(20)
    expect(await findingsIn(story.told, law)).toEqual([])
  })

  const without = (procedure: string, change: (contents: Record<string, unknown>, opening: Record<string, unknown>) => void) => forged(story.told, (acts) => {
    for (const { events: [event] } of acts) if (event?.type === 'case-opened' && event.procedure === procedure) change(event.contents, event)
  })

  test.each([
    ['a day before its period was over', 'per-agreement', (_: object, opening: Record<string, unknown>) => Object.assign(opening, { act: { date: '2026-09-01', recorded: '2026-09-01' } })],
    ['for an interval that the agreement does not have', 'per-agreement', (contents: Record<string, unknown>) => Object.assign(contents, { 'period-to': '2026-08-31' })],
    ['for a record that nobody catalogued', 'update', (contents: Record<string, unknown>) => Object.assign(contents, { entry: 'wind' })],
    ['for an expiry a day too early', 'expiry', (contents: Record<string, unknown>) => Object.assign(contents, { 'period-from': '2027-04-29' })],
  ])('finds a case opened %s', async (_, procedure, change) => {
    expect((await findingsIn(without(procedure, change), law))[0]).toMatch(/^(opening-must-have-cause|task-opened-differs|what-follows|case-entry|read)/)
    expect((await findingsIn(without(procedure, change), law)).some((one) => one.startsWith('opening-must-have-cause'))).toBe(true)
  })

  test('finds a second case for the same holder and quarter', async () => {
    const twice = forged(story.told, (acts) => {
      const other = acts.filter(({ events: [event] }) => event?.type === 'case-opened' && event.procedure === 'per-operator')
      for (const { events: [event] } of other) if (event?.type === 'case-opened') event.contents['operator'] = 'op-1'
    })
    expect((await findingsIn(twice, law))[0]).toMatch(/^opening-must-have-cause/)
  })
})
