import { describe, expect, test } from 'vitest'
import { checkPack } from '#core/pack/check-pack.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import type { SmallRules } from '#tests/support/small-law.ts'

const BASIS = { 'platform-default': '试验所设' }
const found = (rules: Partial<SmallRules>, change: (pack: ReturnType<typeof smallLaw>['pack']) => void = () => undefined) => {
  const law = smallLaw({ offices: { 'implementing-agency': 'fixed', operator: 'many', 'data-authority': 'fixed' }, procedures: {}, ...rules })
  change(law.pack)
  return checkPack(law.pack, law.calendar).map(({ code, path, other }) => [code, path.join('.'), other?.join('.') ?? null])
}
const opening = (checks: object[], more: object = {}) => ({ plan: { open: { by: 'implementing-agency', requires: ['age', 'kind'], checks, ends: true, ...more }, steps: {} } })
const contents = { age: { type: 'number', title: '年限' }, kind: { type: 'choice', title: '种类', of: { a: '甲', b: '乙' } } }
const compare = (left: string, is: string, right?: unknown, when?: object) => ({ check: 'compare', code: 'must-hold', left: `content.${left}`, is, ...(right === undefined ? {} : { right }), ...(when === undefined ? {} : { when }) })
const both = (a: object, b: object) => found({ contents, procedures: opening([a, b]) }).filter(([code]) => code === 'checks-must-not-contradict')
const SECOND = [['checks-must-not-contradict', 'procedures.plan.open.checks.1', 'procedures.plan.open.checks.0']]

describe('two checks of one act', () => {
  test.each([
    ['bounds that leave nothing between them', compare('age', 'at-least', 6), compare('age', 'at-most', 5)],
    ['a bound that excludes its own edge', compare('age', 'more-than', 5), compare('age', 'at-most', 5)],
    ['a value outside a bound', compare('age', 'equal', 3), compare('age', 'at-least', 4)],
    ['a value that is not among those allowed', compare('kind', 'equal', { value: 'a' }), compare('kind', 'one-of', { value: ['b'] })],
    ['something that must and must not be there', compare('kind', 'absent'), compare('kind', 'present')],
    ['a value and its opposite', compare('kind', 'equal', { value: 'a' }), compare('kind', 'not-equal', { value: 'a' })],
  ])('contradict each other: %s', (_, a, b) => {
    expect(both(a, b)).toEqual(SECOND)
    expect(both(b, a)).toEqual(SECOND)
  })

  test('may share an edge, speak of different things, or of different circumstances', () => {
    expect(both(compare('age', 'at-least', 5), compare('age', 'at-most', 5))).toEqual([])
    expect(both(compare('age', 'at-least', 6), compare('kind', 'equal', { value: 'a' }))).toEqual([])
    const when = (value: string) => ({ left: 'content.kind', is: 'equal', right: { value } })
    expect(both(compare('age', 'at-least', 6, when('a')), compare('age', 'at-most', 5, when('b')))).toEqual([])
    expect(both(compare('age', 'at-least', 6, when('a')), compare('age', 'at-most', 5, when('a')))).toEqual(SECOND)
  })
})

describe('figures', () => {
  const figures = (variants: object[]) => ({ days: { value: 10, unit: 'working-day', variants: variants.map((one) => ({ basis: BASIS, golden: [{ holds: 1, breaks: 99 }], ...one })) } })
  const contradiction = (variants: object[]) => found({ figures: figures(variants) }).filter(([code]) => code !== 'golden-case-must-hold')

  test('whose variants overlap with other values are refused with both places; later days or a condition tell them apart', () => {
    expect(contradiction([{ value: 5, from: '2026-09-01' }, { value: 6, from: '2026-09-01' }])).toEqual([['figures-must-not-contradict', 'figures.days.variants.1', 'figures.days.variants.0']])
    expect(contradiction([{ value: 5 }, { value: 6, from: '2026-09-01', when: { left: 'act.date', is: 'present' } }])).toEqual([['rule-must-be-able-to-decide', 'figures.days.variants.1', 'figures.days.variants.0']])
    expect(contradiction([{ value: 5, from: '2026-09-01', until: '2026-12-31' }, { value: 6, from: '2026-09-01' }])).toEqual([])
  })

  test('that are repealed are not used', () => {
    const procedures = opening([], { then: ['act'], ends: false })
    Object.assign(procedures.plan.steps, { act: { by: 'implementing-agency', due: { within: 'days' }, outcomes: { done: { ends: true } } } })
    const golden = [{ from: '2026-09-24', due: '2026-10-09', late: '2026-10-10' }]
    const repealed = (more: object) => found({ contents, procedures, figures: { days: { value: 5, unit: 'working-day', golden, ...more } } })
    expect(repealed({})).toEqual([])
    expect(repealed({ repealed: BASIS })).toEqual([['figure-must-not-be-repealed', 'procedures.plan.steps.act.due.within', 'figures.days.repealed']])
  })

  test('of nothing are a finding and not a crash', () => {
    const zero = found({ contents, figures: { none: { value: 0, unit: 'year', golden: [{ from: '2026-09-24', due: '2026-09-24', late: '2026-09-25' }] } } })
    expect(zero).toEqual([['golden-case-must-hold', 'figures.none.golden.0', null]])
  })
})

describe('decision tables', () => {
  const row = (code: string, then: string, when: object[]) => ({ code, then, when, message: '不准', basis: BASIS })
  const judged = (rows: object[]) => found({}, (pack) => void (pack.policies['access'] = { policy: 'access', title: '访问', basis: BASIS, rows } as never)) // the shape is the test's own
  const open = { left: 'input.standing', is: 'equal', right: { value: 'granted' } }
  test('decide the same conditions one way, and every row can be reached', () => {
    expect(judged([row('a-row', 'allow', [open]), row('b-row', 'deny', [open])])).toContainEqual(['rules-must-not-contradict', 'policies.access.rows.1', 'policies.access.rows.0'])
    expect(judged([row('a-row', 'deny', []), row('b-row', 'allow', [open])])).toContainEqual(['rule-must-be-able-to-decide', 'policies.access.rows.1', 'policies.access.rows.0'])
    expect(judged([row('a-row', 'allow', [open]), row('b-row', 'deny', [])])).toEqual([])
  })
})

describe('whom a rule tells', () => {
  const notify = (office: string) => ({ effects: [{ effect: 'notify', with: { to: { value: [office] }, notice: { value: '告知' } } }] })
  test('is known in the case: not an office of many, and no party that a later step determines', () => {
    expect(found({ contents, procedures: opening([], notify('operator')) })).toEqual([['office-must-be-held-in-the-case', 'procedures.plan.open.effects.0.with.to', null]])
    expect(found({ contents, procedures: opening([], notify('data-authority')) })).toEqual([])
    const later = { winner: { type: 'organization', title: '中选者' } }
    const parties = (requires: string[]) => ({
      plan: { parties: { operator: { from: 'content.winner' } }, open: { by: 'implementing-agency', requires, then: ['award'], ...notify('operator') }, steps: { award: { by: 'implementing-agency', outcomes: { done: { requires: ['winner'], ends: true } } } } },
    })
    expect(found({ contents: later, procedures: parties([]) })).toEqual([['party-must-be-known-by-then', 'procedures.plan.open.effects.0.with.to', null]])
    expect(found({ contents: later, procedures: parties(['winner']) })).toEqual([])
  })

  test('is known where lateness and reminders go, and where the pack sends all lateness', () => {
    const late = (step: object, manifest: object = {}) => found({
      manifest, contents, figures: { days: { value: 5, unit: 'working-day', golden: [{ from: '2026-09-24', due: '2026-10-09', late: '2026-10-10' }] } },
      procedures: { plan: { open: { by: 'implementing-agency', then: ['act'] }, steps: { act: { by: 'implementing-agency', due: { within: 'days' }, outcomes: { done: { ends: true } }, ...step } } } },
    })
    expect(late({ overdue: { tell: ['operator'], basis: BASIS } })).toEqual([['office-must-be-held-in-the-case', 'procedures.plan.steps.act.overdue.tell.0', null]])
    expect(late({ reminders: [{ ahead: 'days', tell: ['operator'], basis: BASIS }] })).toContainEqual(['office-must-be-held-in-the-case', 'procedures.plan.steps.act.reminders.0.tell.0', null])
    expect(late({}, { escalation: { to: ['operator'], basis: BASIS } })).toEqual([['office-must-be-held-in-the-case', 'manifest.escalation.to.0', 'procedures.plan.steps.act.due']])
    expect(late({}, { escalation: { to: ['data-authority'], basis: BASIS } })).toEqual([])
  })
})

describe('a party that two cases must share', () => {
  const procedures = (requires: string[]) => ({
    selection: { statuses: { won: '已选定' }, parties: { operator: { from: 'content.winner' } }, open: { by: 'implementing-agency', requires, then: ['award'] }, steps: { award: { by: 'implementing-agency', outcomes: { done: { requires: ['winner'], ends: true, status: 'won' } } } } },
    agreement: { links: { selection: { procedure: 'selection', status: ['won'], same_party: ['operator'] } }, open: { by: 'implementing-agency', ends: true }, steps: {} },
  })
  const winner = { winner: { type: 'organization', title: '中选者' } }
  test('is known when the linked case is opened, not learnt later', () => {
    expect(found({ contents: winner, procedures: procedures([]) })).toEqual([['party-must-be-known-at-opening', 'procedures.agreement.links.selection.same_party.0', 'procedures.selection.parties.operator']])
    expect(found({ contents: winner, procedures: procedures(['winner']) })).toEqual([])
  })
})
