import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import { disclosureDebts } from '#core/procedure/disclosure-debt.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const CAST = {
  persons: { officer: { organization: 'agency', offices: ['implementing-agency'] }, jinjiang: { organization: 'jinjiang-bureau', offices: ['data-authority'] }, wuhou: { organization: 'wuhou-bureau', offices: ['data-authority'] } },
  holders: { 'implementing-agency': 'agency', 'data-authority@510104': 'jinjiang-bureau', 'data-authority@510107': 'wuhou-bureau' },
}
const rules = (manifest: object) => smallLaw({
  manifest,
  offices: { 'implementing-agency': 'fixed', 'data-authority': 'many' },
  figures: { late: { value: 1, unit: 'month' }, days: { value: 5, unit: 'working-day' } },
  contents: { region: { type: 'text', title: '所在区县' } },
  registers: { plans: ['name'] },
  procedures: {
    plan: {
      statuses: { opened: '已发起' }, parties: { 'data-authority': { from: 'fact.district' } },
      open: { by: 'implementing-agency', status: 'opened', requires: ['region'], facts: { district: { fact: 'office.holder', with: { office: { value: 'data-authority' }, region: 'content.region' } } }, then: ['comment', 'disclose'] },
      steps: {
        comment: { by: 'data-authority', outcomes: { done: { ends: true, effects: [{ effect: 'register.put', with: { register: { value: 'plans' }, key: { value: 'p' }, name: 'content.region' } }] } } },
        disclose: { by: 'implementing-agency', due: { within: 'days' }, outcomes: { done: { ends: true, effects: [{ effect: 'publish', with: { kind: { value: 'plan' }, title: { value: '方案' } } }] } } },
      },
    },
    review: { links: { plan: { procedure: 'plan', status: ['opened'] } }, open: { by: 'implementing-agency', ends: true }, steps: {} },
  },
})
const plan = (on: string, more: object = {}) => ({ on, who: 'officer', procedure: 'plan', contents: { region: '510104' }, ...more })

describe('a district’s own holder of an office', () => {
  const law = rules({})
  test('is picked by the region of the case, and no other district acts', () => {
    const one = new Story(law, CAST).open(plan('2026-08-03'))
    one.refuses({ on: '2026-08-04', who: 'wuhou', task: 'comment', outcome: 'done' }, 'actor-must-be-concerned-organization', null)
    one.act({ on: '2026-08-04', who: 'jinjiang', task: 'comment', outcome: 'done' })
    expect(new Story(law, CAST).open(plan('2026-08-03', { contents: { region: '510107' } })).state.parties['data-authority']).toBe('wuhou-bureau')
  })
})

describe('rules whose last day has passed', () => {
  const repealed = { last_day: '2026-06-07' }
  const granted = { last_day: '2026-06-07', late_recording: { within: 'late', basis: { 'platform-default': '一个月内补录' } } }
  test('take no act of before that is entered after, unless they grant it, and no longer than they grant', () => {
    new Story(rules(repealed), CAST).open(plan('2026-06-05', { recorded: '2026-06-07' }))
    new Story(rules(repealed), CAST).refusesOpening(plan('2026-06-05', { recorded: '2026-06-08' }), 'act-must-be-recorded-in-force', null)
    new Story(rules(granted), CAST).open(plan('2026-06-05', { recorded: '2026-07-07' }))
    new Story(rules(granted), CAST).refusesOpening(plan('2026-06-05', { recorded: '2026-07-08' }), 'act-must-be-recorded-in-force', null)
    new Story(rules(granted), CAST).refusesOpening(plan('2026-06-08', { recorded: '2026-06-08' }), 'rules-must-be-in-force', null)
  })

  test('still let a running case be acted on', () => {
    new Story(rules(repealed), CAST).open(plan('2026-06-05')).act({ on: '2026-09-01', who: 'jinjiang', task: 'comment', outcome: 'done' })
  })

  test('the verifier sees the day of recording', async () => {
    const law = rules(granted)
    const story = new Story(law, CAST)
    story.open(plan('2026-06-05', { recorded: '2026-07-07' }))
    expect(await findingsIn(story.told, law)).toEqual([])
    const later = forged(story.told, (acts) => {
      for (const { events } of acts) for (const event of events) if (event.type === 'case-opened') event.act.recorded = legalDate('2026-07-08')
    })
    expect((await findingsIn(later, law))[0]).toMatch(/^act-must-be-recorded-in-force/)
  })
})

describe('the preview space', () => {
  const draft = rules({ status: 'draft' })
  test('is where a draft is tried, and the only place; its effects reach nothing real', () => {
    const story = new Story(draft, CAST)
    story.refusesOpening(plan('2026-08-03'), 'draft-rules-must-not-govern', null)
    const one = story.open(plan('2026-08-03', { preview: true })).act({ on: '2026-08-04', who: 'jinjiang', task: 'comment', outcome: 'done' })
    expect(one.effects('register.put')).toHaveLength(1)
    expect(story.world.registers).toEqual({})
  })

  test('keeps apart from real cases in both directions', () => {
    const story = new Story(rules({}), CAST)
    const [real, tried] = [story.open(plan('2026-08-03')), story.open(plan('2026-08-03', { preview: true }))]
    story.refusesOpening({ on: '2026-08-04', who: 'officer', procedure: 'review', links: { plan: tried } }, 'preview-must-stay-apart', null)
    story.refusesOpening({ on: '2026-08-04', who: 'officer', procedure: 'review', links: { plan: real }, preview: true }, 'preview-must-stay-apart', null)
    story.open({ on: '2026-08-04', who: 'officer', procedure: 'review', links: { plan: tried }, preview: true })
  })

  test('the verifier takes a draft’s case as a preview only', async () => {
    const story = new Story(draft, CAST)
    story.open(plan('2026-08-03', { preview: true }))
    expect(await findingsIn(story.told, draft)).toEqual([])
    const real = forged(story.told, (acts) => {
      for (const { events } of acts) for (const event of events) if (event.type === 'case-opened') delete event.preview
    })
    expect((await findingsIn(real, draft))[0]).toMatch(/^draft-rules-must-not-govern/)
  })
})

describe('the disclosure debt', () => {
  test('counts overdue duties to publish and their days by office: none on the last day, one on the next', () => {
    const law = rules({})
    const story = new Story(law, CAST)
    const cases = [story.open(plan('2026-08-03')), story.open(plan('2026-08-04')), story.open(plan('2026-08-03', { preview: true }))].map(({ state }) => ({ law, state }))
    expect(disclosureDebts(cases, legalDate('2026-08-10'))).toEqual([])
    expect(disclosureDebts(cases, legalDate('2026-08-11'))).toEqual([{ office: 'implementing-agency', organization: 'agency', count: 1, days: 1 }])
    expect(disclosureDebts(cases, legalDate('2026-08-13'))).toEqual([{ office: 'implementing-agency', organization: 'agency', count: 2, days: 5 }])
  })
})
