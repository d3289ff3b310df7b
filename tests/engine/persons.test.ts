import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const agency = (offices = ['implementing-agency']) => ({ organization: 'agency', offices })
const CAST = {
  persons: { author: agency(), reviewer: agency(), third: agency(), helper: agency(['other']), operator: { organization: 'op-1', offices: ['operator'] } },
  holders: { 'implementing-agency': 'agency' },
}
const law = smallLaw({
  manifest: { recusal: { basis: { 'platform-default': '有利害关系的应当回避' }, interests: { register: 'interests', person: 'person', organization: 'organization', until: 'until', parties: ['operator'] } } },
  offices: { 'implementing-agency': 'fixed', operator: 'many', other: 'many' },
  contents: { interest: { type: 'group', title: '申报', items: { person: { type: 'text', title: '人员' }, organization: { type: 'text', title: '单位' }, until: { type: 'date', title: '至', optional: true } } } },
  registers: { interests: ['person', 'organization', 'until'] },
  procedures: {
    interest: {
      open: { by: 'implementing-agency', requires: ['interest'], ends: true, effects: [{ effect: 'register.put', with: { register: { value: 'interests' }, key: 'content.interest.person', person: 'content.interest.person', organization: 'content.interest.organization', until: 'content.interest.until' } }] }, steps: {},
    },
    review: {
      open: { by: 'operator', then: ['draft'] },
      steps: {
        draft: { by: 'implementing-agency', outcomes: { done: { then: ['review', 'note'] } } },
        review: { by: 'implementing-agency', outcomes: { pass: { ends: true, checks: [{ check: 'different-person', code: 'author-must-not-review', from: ['draft'] }] } } },
        note: { by: 'implementing-agency', outcomes: { done: { ends: true } } },
      },
    },
  },
})
const line = (on: string, who: string, task: string, outcome = 'done') => ({ on, who, task, outcome })
const drafted = (story = new Story(law, CAST)) => story.open({ on: '2026-08-03', who: 'operator', procedure: 'review' }).act(line('2026-08-04', 'author', 'draft'))
const declared = (until?: string) => {
  const story = new Story(law, CAST)
  story.open({ on: '2026-08-03', who: 'reviewer', procedure: 'interest', contents: { interest: { person: 'reviewer', organization: 'op-1', ...(until === undefined ? {} : { until }) } } })
  return story
}

describe('a person with a declared interest in a party', () => {
  test('takes no step of the office, from the declaration to its last day; others do', () => {
    drafted(declared()).refuses(line('2026-08-05', 'reviewer', 'review', 'pass'), 'reviewer-must-have-no-declared-interest', null)
    drafted(declared('2026-08-05')).refuses(line('2026-08-05', 'reviewer', 'review', 'pass'), 'reviewer-must-have-no-declared-interest', null)
    drafted(declared('2026-08-05')).act(line('2026-08-06', 'reviewer', 'review', 'pass'))
    drafted(declared()).act(line('2026-08-05', 'third', 'review', 'pass'))
  })
})

describe('recusal', () => {
  const recuse = (person: string, to: string | null, reason = '近亲属在该公司任职') => ({ type: 'recuse' as const, task: 'review', person, to, reason })
  test('passes the task to another person of the office and keeps the recused out of the whole case', () => {
    const one = drafted().command({ on: '2026-08-05', who: 'reviewer' }, recuse('reviewer', 'third'))
    one.refuses(line('2026-08-06', 'reviewer', 'note'), 'person-must-not-be-recused', null)
    one.refusesCommand({ on: '2026-08-06', who: 'third' }, { type: 'hand-over', task: 'review', to: 'reviewer', reason: '退回' }, 'person-must-not-be-recused', null)
    one.act(line('2026-08-06', 'third', 'review', 'pass')).act(line('2026-08-06', 'author', 'note'))
  })

  test('needs a reason, another person, and an officer of the office', () => {
    drafted().refusesCommand({ on: '2026-08-05', who: 'reviewer' }, recuse('reviewer', 'third', ' '), 'content-must-be-present', null)
    drafted().refusesCommand({ on: '2026-08-05', who: 'reviewer' }, recuse('reviewer', 'reviewer'), 'task-must-go-to-another', null)
    drafted().refusesCommand({ on: '2026-08-05', who: 'operator' }, recuse('reviewer', 'third'), 'actor-must-be-concerned-organization', null)
  })
})

describe('acting for a colleague', () => {
  test('author and reviewer stay two persons: neither the deputy of the author nor the author as deputy reviews', () => {
    drafted().refuses({ ...line('2026-08-05', 'third', 'review', 'pass'), actingFor: 'author' }, 'author-must-not-review', null)
    drafted().refuses({ ...line('2026-08-05', 'author', 'review', 'pass'), actingFor: 'reviewer' }, 'author-must-not-review', null)
    drafted().act({ ...line('2026-08-05', 'third', 'review', 'pass'), actingFor: 'reviewer' })
  })

  test('takes what was handed to the colleague, and the event shows for whom', () => {
    const one = drafted().command({ on: '2026-08-05', who: 'author' }, { type: 'hand-over', task: 'review', to: 'reviewer', reason: '分工' })
    one.refuses(line('2026-08-05', 'third', 'review', 'pass'), 'task-must-be-yours', null)
    one.act({ ...line('2026-08-05', 'helper', 'review', 'pass'), actingFor: 'reviewer' })
    expect(one.state.conclusions.at(-1)).toMatchObject({ person: 'helper', acting_for: { person: 'reviewer' } })
  })
})

describe('transfer of a case to another officer', () => {
  test('hands over every open task of the office', () => {
    const one = drafted().command({ on: '2026-08-05', who: 'author' }, { type: 'transfer', to: 'third', reason: '岗位调整' })
    expect(one.state.tasks.map(({ assignee }) => assignee)).toEqual(['third', 'third'])
    one.refuses(line('2026-08-05', 'reviewer', 'review', 'pass'), 'task-must-be-yours', null)
    one.refusesCommand({ on: '2026-08-05', who: 'operator' }, { type: 'transfer', to: 'third', reason: '岗位调整' }, 'step-must-be-open', null)
  })
})

describe('the verifier', () => {
  const story = declared('2026-08-04')
  const passedOn = drafted(story).command({ on: '2026-08-05', who: 'author' }, { type: 'transfer', to: 'reviewer', reason: '岗位调整' })
  passedOn.act({ ...line('2026-08-06', 'helper', 'review', 'pass'), actingFor: 'reviewer' })
  passedOn.command({ on: '2026-08-07', who: 'author' }, { type: 'recuse', task: 'note', person: 'reviewer', to: null, reason: '申报利害关系' }).act(line('2026-08-07', 'third', 'note'))
  const made = (from: string, until: string, more: object = {}): EvidenceDraft => ({
    type: 'delegation-made', legalDate: '2026-08-01', actor: 'author', onBehalfOf: 'agency', office: 'implementing-agency', action: 'delegation-made', object: { kind: 'delegation', id: 'delegation-reviewer-helper' }, decision: 'done',
    detail: { principal: 'reviewer', deputy: 'helper', from, until, ...more },
  })
  const check = (acts: Parameters<typeof findingsIn>[0], delegation?: EvidenceDraft) => findingsIn(acts, law, [], delegation === undefined ? [] : [delegation])

  test('accepts what was done under a delegation on record', async () => expect(await check(story.told, made('2026-08-06', '2026-08-06'))).toEqual([]))

  test('finds an act without a delegation, after its end, or for another than it names', async () => {
    for (const delegation of [undefined, made('2026-08-01', '2026-08-05'), made('2026-08-01', '2026-08-31', { principal: 'third' })]) {
      expect((await check(story.told, delegation))[0]).toMatch(/^delegation-must-be-on-record/)
    }
  })

  const conclude = (person: string, task: string, more: object = {}) => forged(story.told, (acts) => {
    for (const { events } of acts) for (const event of events) if (event.type === 'step-concluded' && event.task === task) event.by = { person, organization: 'agency', office: 'implementing-agency', ...more }
  })

  test('finds the author behind the deputy, the recused, and the interest that was left out', async () => {
    expect((await check(conclude('helper', 'review', { acting_for: { person: 'author', delegation: 'delegation-reviewer-helper' } }), made('2026-08-06', '2026-08-06')))[0]).toMatch(/^(task-must-be-yours|author-must-not-review)/)
    expect((await check(conclude('reviewer', 'note'), made('2026-08-06', '2026-08-06')))[0]).toMatch(/^person-must-not-be-recused/)
    const hidden = forged(declaredAct(), (acts) => {
      for (const { events } of acts) for (const event of events) if (event.type === 'step-concluded' && event.task === 'review') event.facts = { 'declared-interests': [] }
    })
    expect((await check(hidden))[0]).toMatch(/^declared-interest-must-be-read/)
    const ignored = forged(declaredAct(), (acts) => {
      for (const { events } of acts) for (const event of events) if (event.type === 'step-concluded' && event.task === 'review') event.act = { date: legalDate('2026-08-05'), recorded: legalDate('2026-08-07') }
    })
    expect((await check(ignored)).some((one) => one.startsWith('reviewer-must-have-no-declared-interest'))).toBe(true)
  })

  /** A review on the day after the declaration has ended. */
  function declaredAct() {
    const past = declared('2026-08-05')
    drafted(past).act(line('2026-08-06', 'reviewer', 'review', 'pass'))
    return past.told
  }
})
