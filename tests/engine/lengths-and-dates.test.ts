import { describe, expect, test } from 'vitest'
import { Story } from '#tests/support/story.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const ends = (checks: object[] = [], more: object = {}) => ({ done: { requires: [], checks, ends: true, ...more } })
const CAST = { persons: { officer: { organization: 'agency', offices: ['implementing-agency'] } }, holders: { 'implementing-agency': 'agency' } }

const law = smallLaw({
  offices: { 'implementing-agency': 'fixed' },
  figures: {
    'term-max': { value: 18, unit: 'month' }, 'window': { value: 6, unit: 'month' }, 'ahead': { value: 2, unit: 'month', bound: 'in-advance' }, 'repair': { value: 10, unit: 'working-day' },
    'filing': { value: 10, unit: 'working-day', variants: [{ value: 5, from: '2026-09-01', basis: { 'platform-default': '上位规定' }, golden: [{ holds: 5, breaks: 6 }] }, { value: 3, when: { left: 'content.paper.sector', is: 'equal', right: { value: 'health' } }, basis: { 'platform-default': '卫生健康领域从其规定' }, golden: [{ holds: 3, breaks: 4 }] }] },
  },
  contents: {
    paper: {
      type: 'group', title: '文书', items: {
        start: { type: 'date', title: '起', optional: true }, end: { type: 'date', title: '止', optional: true }, stop: { type: 'date', title: '停止日', optional: true }, sector: { type: 'choice', title: '领域', optional: true, of: { health: '卫生健康', transport: '交通运输' } },
        found: { type: 'table', title: '问题', optional: true, min_rows: 0, columns: { id: { type: 'text', title: '编号' }, on: { type: 'date', title: '发现日' } } },
        repaired: { type: 'table', title: '整改', optional: true, min_rows: 0, columns: { id: { type: 'text', title: '编号' }, on: { type: 'date', title: '完成日' } } },
      },
    },
  },
  procedures: {
    paper: {
      open: { by: 'implementing-agency', requires: ['paper'], then: ['term', 'notice', 'window', 'repairs', 'filing', 'yearly', 'exit'] },
      steps: {
        term: { by: 'implementing-agency', outcomes: ends([{ check: 'term-within', code: 'term-must-fit', start: 'content.paper.start', end: 'content.paper.end', figure: 'term-max' }]) },
        notice: { by: 'implementing-agency', outcomes: ends([{ check: 'notice-ahead', code: 'notice-must-be-ahead', date: 'content.paper.stop', figure: 'ahead' }]) },
        window: { by: 'implementing-agency', outcomes: ends([{ check: 'window-before', code: 'window-must-be-open', end: 'content.paper.end', figure: 'window' }]) },
        repairs: { by: 'implementing-agency', outcomes: ends([{ check: 'date-within', code: 'repair-must-be-in-time', rows: 'content.paper.found', from: 'row.on', date: 'content.paper.repaired.@id=row:id.on', figure: 'repair', message: '第{row}行应于{latest}前整改。' }]) },
        filing: { by: 'implementing-agency', due: { within: 'filing' }, outcomes: ends() },
        yearly: { by: 'implementing-agency', due: { month_day: '03-31', from: 'content.paper.start', basis: { 'platform-default': '每年3月31日前' } }, outcomes: ends() },
        exit: { by: 'implementing-agency', due: { ahead: 'ahead', of: 'content.paper.end' }, outcomes: ends() },
      },
    },
  },
})

function opened(on: string, paper: object) {
  const story = new Story(law, CAST)
  return story.open({ on, who: 'officer', procedure: 'paper', contents: { paper: { start: '2026-08-20', end: '2028-02-19', ...paper } } })
}
const line = (on: string, task: string) => ({ on, who: 'officer', task, outcome: 'done' })

describe('figures of months', () => {
  test('a term of 18 months ends on the day before the corresponding day, and not one day later', () => {
    opened('2026-08-03', {}).act(line('2026-08-03', 'term'))
    opened('2026-08-03', { end: '2028-02-20' }).refuses(line('2026-08-03', 'term'), 'term-must-fit', null)
  })

  test('a notice two months ahead, and the window of six months before an end', () => {
    opened('2026-08-03', { stop: '2026-10-03' }).act(line('2026-08-03', 'notice'))
    opened('2026-08-03', { stop: '2026-10-02' }).refuses(line('2026-08-03', 'notice'), 'notice-must-be-ahead', null)
    opened('2026-08-03', {}).act(line('2027-08-19', 'window'))
    opened('2026-08-03', {}).refuses(line('2027-08-18', 'window'), 'window-must-be-open', null)
  })
})

describe('dates of one table against the rows of another with the same key', () => {
  const found = [{ id: 'p1', on: '2026-09-24' }, { id: 'p2', on: '2026-09-24' }]
  test('ten working days over the National Day: the last day holds, the next is named with its row', () => {
    opened('2026-08-03', { found, repaired: [{ id: 'p2', on: '2026-10-15' }, { id: 'p1', on: '2026-10-15' }] }).act(line('2026-10-20', 'repairs'))
    const refusal = opened('2026-08-03', { found, repaired: [{ id: 'p2', on: '2026-10-16' }, { id: 'p1', on: '2026-10-15' }] }).refuses(line('2026-10-20', 'repairs'), 'repair-must-be-in-time', null)
    expect(refusal.message).toBe('第2行应于2026-10-15前整改。')
    opened('2026-08-03', { found, repaired: [{ id: 'p1', on: '2026-10-15' }] }).refuses(line('2026-10-20', 'repairs'), 'repair-must-be-in-time', null)
  })
})

describe('a due date', () => {
  test('that is a fixed day of the year is the first one from a date on', () => {
    expect(opened('2026-08-03', { start: '2026-12-31' }).due('yearly')).toBe('2027-03-31')
    expect(opened('2026-08-03', { start: '2027-03-31' }).due('yearly')).toBe('2027-03-31')
    expect(opened('2026-08-03', { start: '2027-04-01' }).due('yearly')).toBe('2028-03-31')
  })

  test('ahead of an end', () => {
    expect(opened('2026-08-03', {}).due('exit')).toBe('2027-12-19')
  })
})

describe('a figure that another rule overrides', () => {
  test('from a day on, by the day of the trigger', () => {
    expect(opened('2026-08-31', {}).due('filing')).toBe('2026-09-14')
    expect(opened('2026-09-18', {}).due('filing')).toBe('2026-09-24')
  })

  test('for a sector, where no earlier variant fits', () => {
    expect(opened('2026-08-31', { sector: 'health' }).due('filing')).toBe('2026-09-03')
    expect(opened('2026-08-31', { sector: 'transport' }).due('filing')).toBe('2026-09-14')
  })
})

describe('the verifier', () => {
  const one = opened('2026-08-31', { sector: 'health', found: [{ id: 'p1', on: '2026-09-24' }], repaired: [{ id: 'p1', on: '2026-10-15' }], stop: '2027-10-19' })
  for (const task of ['filing', 'yearly', 'exit']) one.act(line('2026-09-01', task))
  for (const task of ['repairs', 'term']) one.act(line('2026-10-15', task))
  one.act(line('2027-08-19', 'window')).act(line('2027-08-19', 'notice'))

  test('reckons all of it by itself', async () => {
    expect(await findingsIn(one.story.told, law)).toEqual([])
  })

  test('finds a due date of the figure that did not govern, a day too late', async () => {
    const acts = forged(one.story.told, ([opening]) => {
      for (const event of opening?.events ?? []) if (event.type === 'task-opened' && event.step === 'filing') Object.assign(event.clock ?? {}, { amount: 10 })
    })
    expect(await findingsIn(acts, law)).toEqual([expect.stringMatching(/^task-opened-differs .*clock\.amount 应为3/)])
  })

  test('finds a repair entered after its day, and an act before the window', async () => {
    const late = forged(one.story.told, ([opening]) => {
      for (const event of opening?.events ?? []) if (event.type === 'case-opened') Object.assign(event.contents['paper'] ?? {}, { repaired: [{ id: 'p1', on: '2026-10-16' }] })
    })
    expect(await findingsIn(late, law)).toEqual([expect.stringMatching(/^repair-must-be-in-time /)])
  })
})
