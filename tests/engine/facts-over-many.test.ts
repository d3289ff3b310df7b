import { describe, expect, test } from 'vitest'
import { matchingRecords, similarRecords } from '#core/procedure/record-facts.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const CAST = {
  persons: { officer: { organization: 'agency', offices: ['implementing-agency'] }, clerk: { organization: 'bureau', offices: ['data-provider'] }, both: { organization: 'bureau', offices: ['operator', 'data-provider'] }, stranger: { organization: 'bureau', offices: ['consumer'] } },
  holders: { 'implementing-agency': 'agency' },
}

const law = smallLaw({
  offices: { 'implementing-agency': 'fixed', 'data-provider': 'many', operator: 'many', consumer: 'many' },
  figures: { alike: { value: 80, unit: 'percent', bound: 'at-least', golden: [{ holds: 80, breaks: 79 }] }, review: { value: 10, unit: 'working-day' } },
  contents: {
    entry: { type: 'group', title: '目录', items: { name: { type: 'text', title: '名称' }, fields: { type: 'texts', title: '字段' } } },
    shares: { type: 'group', title: '分配', items: { income: { type: 'number', title: '收入' }, rows: { type: 'table', title: '各方', columns: { name: { type: 'text', title: '单位' }, percent: { type: 'number', title: '比例' }, amount: { type: 'number', title: '金额' } } } } },
    rule: { type: 'group', title: '特别规定', items: { days: { type: 'number', title: '日数' }, provision: { type: 'text', title: '条款' } } },
  },
  registers: { catalog: ['name', 'fields'], rules: ['days', 'provision'] },
  procedures: {
    entry: {
      statuses: { listed: '已列入', opened: '已发起' },
      open: {
        by: 'implementing-agency', also_by: ['operator', 'data-provider'], requires: ['entry'],
        facts: {
          same: { fact: 'cases.matching', with: { procedure: { value: 'entry' }, path: { value: 'entry.name' }, values: 'content.entry.name' } },
          alike: { fact: 'register.similar', with: { register: { value: 'catalog' }, key: 'content.entry.name', field: { value: 'fields' }, values: 'content.entry.fields', percent: 'figure.alike' } },
          rule: { fact: 'register.record', with: { register: { value: 'rules' }, key: { value: 'review' } } },
        },
        checks: [{ check: 'count', code: 'name-must-be-unique', of: 'fact.same', is: 'equal', right: 0 }],
        then: [{ step: 'duplicate', for_each: 'alike' }, 'review'],
        effects: [{ effect: 'register.put', with: { register: { value: 'catalog' }, key: 'content.entry.name', name: 'content.entry.name', fields: 'content.entry.fields' } }],
      },
      collections: { alike: { rows_of: 'fact.alike', key: 'id' } },
      steps: {
        duplicate: { by: 'implementing-agency', outcomes: { done: { ends: true } } },
        review: {
          by: 'implementing-agency', due: { within: 'review', unless: { amount: 'fact.rule.days', provision: 'fact.rule.provision' } },
          outcomes: { done: { requires: ['shares'], ends: true, checks: [{ check: 'portion', code: 'part-must-be-its-share', rows: 'content.shares.rows', part: 'row.amount', share: 'row.percent', whole: 'content.shares.income', message: '第{row}行应为{wanted}元。' }] } },
        },
      },
    },
    rule: {
      open: { by: 'implementing-agency', requires: ['rule'], ends: true, effects: [{ effect: 'register.put', with: { register: { value: 'rules' }, key: { value: 'review' }, days: 'content.rule.days', provision: 'content.rule.provision' } }] },
      steps: {},
    },
  },
})

const fields = (count: number, prefix = 'f') => Array.from({ length: count }, (_, at) => `${prefix}${at}`)
const entry = (name: string, list: string[]) => ({ procedure: 'entry', contents: { entry: { name, fields: list } } })

describe('several offices may open a case', () => {
  test('in the first that the actor holds; the opener is the party of that office, and nobody else opens', () => {
    const story = new Story(law, CAST)
    expect(story.open({ on: '2026-08-03', who: 'clerk', ...entry('a', fields(2)) }).state.opened_by).toEqual({ person: 'clerk', organization: 'bureau', office: 'data-provider' })
    expect(story.open({ on: '2026-08-03', who: 'both', ...entry('b', fields(2, 'g')) }).state).toMatchObject({ opened_by: { office: 'operator' }, parties: { operator: 'bureau' } })
    expect(story.refusesOpening({ on: '2026-08-03', who: 'stranger', ...entry('c', fields(2)) }, 'actor-must-hold-office', null).message).toContain('implementing-agency或者operator或者data-provider')
  })
})

describe('facts over many cases and records', () => {
  test('a name that another case has is refused, and free once more where none has it', () => {
    const story = new Story(law, CAST)
    story.open({ on: '2026-08-03', who: 'clerk', ...entry('a', fields(2)) })
    story.refusesOpening({ on: '2026-08-04', who: 'clerk', ...entry('a', fields(3, 'x')) }, 'name-must-be-unique', null)
    story.open({ on: '2026-08-04', who: 'clerk', ...entry('a2', fields(3, 'x')) })
  })

  test('an entry that shares four fifths of its fields with another opens a task, one that shares less does not', () => {
    const story = new Story(law, CAST)
    story.open({ on: '2026-08-03', who: 'clerk', ...entry('first', fields(8)) })
    expect(story.open({ on: '2026-08-03', who: 'clerk', ...entry('alike', [...fields(8), 'x', 'y']) }).open).toEqual(['duplicate@alike=first', 'review'])
    expect(story.open({ on: '2026-08-03', who: 'clerk', ...entry('other', [...fields(7), 'p', 'q', 'r']) }).open).toEqual(['review'])
  })

  test('matching finds a value in a text and in a list, in the order of keys', () => {
    const records = [{ id: 'b', record: { of: ['x', 'y'] } }, { id: 'a', record: { of: 'y' } }, { id: 'c', record: { of: 'z' } }]
    expect(matchingRecords(records, 'of', ['y'])).toEqual([{ id: 'a', of: 'y' }, { id: 'b', of: ['x', 'y'] }])
    expect(matchingRecords(records, 'of', null)).toEqual([])
    expect(similarRecords([{ id: 'b', record: { rows: [{ n: 'x' }, { n: 'y' }] } }], 'a', 'rows[].n', ['x', 'z'], 50)).toMatchObject([{ id: 'b', overlap: 50 }])
    expect(similarRecords([{ id: 'b', record: { rows: [{ n: 'x' }, { n: 'y' }] } }], 'a', 'rows[].n', ['x', 'z'], 51)).toEqual([])
  })
})

const shares = (amounts: number[]) => ({ shares: { income: 200_000, rows: [60, 25, 15].map((percent, at) => ({ name: `n${at}`, percent, amount: amounts[at] ?? 0 })) } })

describe('a part of a whole', () => {
  test('is its share to the cent', () => {
    const one = new Story(law, CAST).open({ on: '2026-08-03', who: 'clerk', ...entry('a', fields(2)) })
    const line = { on: '2026-08-04', who: 'officer', task: 'review', outcome: 'done' }
    expect(one.refuses({ ...line, contents: shares([120_000, 50_000.01, 29_999.99]) }, 'part-must-be-its-share', null).message).toBe('第2行应为50000元。')
    one.act({ ...line, contents: shares([120_000, 50_000, 30_000]) })
  })
})

describe('a special rule on record', () => {
  const story = new Story(law, CAST)
  const before = story.open({ on: '2026-08-03', who: 'clerk', ...entry('before', fields(2)) })
  story.open({ on: '2026-08-04', who: 'officer', procedure: 'rule', contents: { rule: { days: 5, provision: '某省办法第三条' } } })
  const after = story.open({ on: '2026-08-05', who: 'clerk', ...entry('after', fields(2, 'g')) })
  after.act({ on: '2026-08-06', who: 'officer', task: 'review', outcome: 'done', contents: shares([120_000, 50_000, 30_000]) })

  test('sets the length of the clocks that begin under it, on its own provision', () => {
    expect(before.due('review')).toBe('2026-08-17')
    const task = after.events.flatMap((event) => (event.type === 'task-opened' ? [event.clock] : []))[0]
    expect(task).toMatchObject({ amount: 5, unit: 'working-day', basis: { kind: 'order', says: '某省办法第三条' } })
  })

  test('is reckoned by the verifier, too: what was told verifies, a longer clock or a wrong part does not', async () => {
    expect(await findingsIn(story.told, law)).toEqual([])
    const longer = forged(story.told, (acts) => {
      for (const event of acts[2]?.events ?? []) if (event.type === 'task-opened' && event.step === 'review') Object.assign(event.clock ?? {}, { amount: 10 })
    })
    expect((await findingsIn(longer, law))[0]).toMatch(/^task-opened-differs .*clock\.amount 应为5/)
    const part = forged(story.told, (acts) => {
      for (const event of acts[3]?.events ?? []) if (event.type === 'step-concluded') event.contents = shares([120_000, 50_001, 29_999])
    })
    expect((await findingsIn(part, law))[0]).toMatch(/^part-must-be-its-share /)
    const office = forged(story.told, (acts) => {
      for (const event of acts[0]?.events ?? []) if (event.type === 'case-opened') event.by = { ...event.by, office: 'consumer' }
    })
    expect((await findingsIn(office, law))[0]).toMatch(/^actor-must-hold-office /)
  })
})
