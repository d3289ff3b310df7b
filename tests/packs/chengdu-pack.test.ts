import { describe, expect, test } from 'vitest'
import { endOfTerm } from '#core/calendar/term.ts'
import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import type { Figure, Golden } from '#core/pack/pack-format.ts'
import { agreement, decision, plan, signingCheck } from '#tests/support/authorization-contents.ts'
import { agreementToSign, planInDeliberation, planInForce, selectionConcluded } from '#tests/support/authorization-story.ts'
import { hashOf, lawOf, packOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { Story } from '#tests/support/story.ts'
import { wrongCitations } from './citations.ts'

const law = await lawOf('chengdu-2026')

/** Whether a golden case says what the calendar says; windows and years are told in stories instead. */
function agrees(figure: Figure, golden: Golden): boolean {
  const { calendar } = law
  if ('from' in golden && figure.unit === 'working-day') {
    const due = calendar.addWorkingDays(legalDate(golden.from), figure.value).date
    return due === golden.due && calendar.addWorkingDays(due, 1).date === golden.late
  }
  if ('from' in golden && figure.unit === 'calendar-day') {
    const due = addDays(legalDate(golden.from), figure.value)
    return due === golden.due && addDays(due, 1) === golden.late
  }
  if ('notice' in golden && figure.unit === 'working-day') {
    const kept = calendar.earliestActDate(legalDate(golden.notice), figure.value).date
    return kept === golden.kept && addDays(kept, -1) === golden.broken
  }
  if (!('holds' in golden)) return true
  const { holds, breaks } = golden
  return figure.bound === 'at-most' ? holds <= figure.value && breaks > figure.value : holds >= figure.value && breaks <= figure.value
}

describe('the packs', () => {
  test.each(['chengdu-2026', 'national-authorization-2025', 'national-registration-2025'])('%s cites only words that stand in their provision', (id) => {
    const pack = packOf(id)
    expect(wrongCitations(pack, pack)).toEqual([])
  })

  test('golden dates of the figures agree with the calendar: the last day in time and the first that counts as late', () => {
    expect(Object.entries(law.pack.figures).flatMap(([id, figure]) => figure.golden.filter((golden) => !agrees(figure, golden)).map((golden) => ({ id, golden })))).toEqual([])
    expect(endOfTerm(legalDate('2026-10-01'), { years: 5 })).toBe('2031-09-30')
  })

  test('the plan answers twelve atoms and the agreement fourteen', () => {
    const atoms = (content: string) => new Set(JSON.stringify(law.pack.contents[content]).match(/"atom":"[^"]+"/g))
    expect([atoms('implementation-plan').size, atoms('operation-agreement').size]).toEqual([12, 14])
  })

  test('every office that acts, and every content asked for, is there', () => {
    const offices = Object.values(law.pack.procedures).flatMap((one) => [one.open.by, ...Object.values(one.steps).map((step) => step.by)])
    const contents = Object.values(law.pack.procedures).flatMap((one) => [one.open, ...Object.values(one.steps).flatMap((step) => Object.values(step.outcomes))].flatMap((outcome) => [...outcome.requires, ...outcome.optional]))
    expect(offices.filter((id) => !(id in law.pack.offices))).toEqual([])
    expect(contents.filter((id) => !(id in law.pack.contents))).toEqual([])
  })
})

describe('seats of one group', () => {
  test('one person in both organisations takes one of the two signatures only', () => {
    const both = { ...CHENGDU, persons: { ...CHENGDU.persons, director: { organization: 'big-data-centre', offices: ['implementing-agency'] } } }
    const told = new Story(law, both)
    const approved = planInForce(told)
    const signature = { 'text-hash': hashOf(agreement()) }
    const byAgency = { on: '2026-08-20', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': signature, 'signing-check': signingCheck('2026-08-20') } }
    const byOperator = (who: string) => ({ on: '2026-08-20', who, task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signature } })
    const open = agreementToSign(told, approved, selectionConcluded(told, approved)).act(byAgency)
    both.persons.director = { organization: 'tianfu-data', offices: ['operator'] }
    open.refuses(byOperator('director'), 'seats-must-be-taken-by-different-persons', 'cd26-15.1')
    expect(open.act(byOperator('operator')).status).toBe('in-force')
  })
})

describe('another city’s rules, by a changed copy of the pack alone', () => {
  test('another office submits, another limit counts, another majority carries', async () => {
    const other = await lawOf('chengdu-2026', (pack) => {
      const { submit } = pack.procedures['implementation-plan']?.steps ?? {}
      if (submit) submit.by = 'public-data-manager'
      const { 'plan-filing-days': days, 'decision-majority-percent': majority } = pack.figures
      if (days) days.value = 20
      if (majority) majority.value = 90
    })
    const told = new Story(other, CHENGDU)
    expect(() => planInDeliberation(told)).toThrow('actor-must-hold-office')
    const waiting = [...told.cases.values()].at(-1)
    const submission = { number: '8号', date: '2026-09-14', summary: '由市城市运行和政务服务办报请。' }
    waiting?.act({ on: '2026-09-14', who: 'manager', task: 'submit', outcome: 'submitted', contents: { submission } })
      .refuses(approve(), 'decision-must-carry', 'cd26-12.1')
    waiting?.act({ ...approve(), contents: { 'collective-decision': decision(plan(), '2026-09-18', { 'votes-for': 8, 'votes-against': 0 }) } })
    expect(waiting?.due('file-with-province')).toBe(law.calendar.addWorkingDays(legalDate('2026-09-18'), 20).date)
  })
})

function approve() {
  return { on: '2026-09-18', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(), '2026-09-18') } }
}
