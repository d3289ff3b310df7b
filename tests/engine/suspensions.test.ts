import { describe, expect, test } from 'vitest'
import { derivationText } from '#core/calendar/derivation.ts'
import { dueOf } from '#core/calendar/due-date.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import type { ToldAct } from '#tests/support/case-bundle.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const CAST = { persons: { officer: { organization: 'agency', offices: ['implementing-agency'] }, chief: { organization: 'bureau', offices: ['data-authority'] } }, holders: { 'implementing-agency': 'agency', 'data-authority': 'bureau' } }
const repairLink = { procedure: 'repair', status: ['opened'] }
const law = smallLaw({
  offices: { 'implementing-agency': 'fixed', 'data-authority': 'fixed' },
  figures: { repair: { value: 10, unit: 'working-day' } },
  contents: { raised: { type: 'date', title: '提出异议之日' } },
  procedures: {
    repair: {
      statuses: { opened: '已发起' }, open: { by: 'implementing-agency', status: 'opened', then: ['fix', 'report', 'note'] },
      steps: {
        fix: { by: 'implementing-agency', due: { within: 'repair' }, outcomes: { done: { ends: true } } },
        report: { by: 'implementing-agency', due: { within: 'repair' }, outcomes: { done: { ends: true } } },
        note: { by: 'implementing-agency', outcomes: { done: { ends: true } } },
      },
    },
    dispute: {
      links: { repair: repairLink },
      open: { by: 'data-authority', requires: ['raised'], then: ['consult'], effects: [{ effect: 'clock.suspend', with: { case: 'link.repair.id', step: { value: 'fix' }, from: 'content.raised', reason: { value: '因对问题有异议' } } }] },
      steps: { consult: { by: 'data-authority', outcomes: { done: { ends: true, effects: [{ effect: 'clock.resume', with: { case: 'link.repair.id', step: { value: 'fix' } } }] } } } },
    },
    halt: {
      open: {
        by: 'data-authority', ends: true, facts: { all: { fact: 'cases.matching', with: { procedure: { value: 'repair' } } } },
        effects: [{ effect: 'clock.suspend', with: { case: 'fact.all[].id' } }],
      },
      steps: {},
    },
  },
})

function disputed() {
  const story = new Story(law, CAST)
  const repair = story.open({ on: '2026-09-14', who: 'officer', procedure: 'repair' })
  const dispute = story.open({ on: '2026-09-22', who: 'chief', procedure: 'dispute', links: { repair }, contents: { raised: '2026-09-21' } })
  return { story, repair, dispute }
}

describe('a dispute', () => {
  test('suspends the clock of the linked case from a day that lies back, and resumes it with its result', () => {
    const { repair, dispute } = disputed()
    expect([repair.due('fix'), repair.due('report')]).toEqual([null, '2026-09-28'])
    dispute.act({ on: '2026-09-29', who: 'chief', task: 'consult', outcome: 'done' })
    // five days had counted until 20 September (a worked Sunday); five more from 30 September over the National Day
    expect(repair.due('fix')).toBe('2026-10-12')
    const clock = repair.state.tasks.find((task) => task.step === 'fix')?.clock
    if (!clock) throw new Error('the step has a clock')
    expect(derivationText(dueOf(clock, law.calendar).derivation)).toContain('因对问题有异议，2026-09-21 至 2026-09-29 中止计算')
  })

  test('keeps time from running out: nothing is late while it lasts, and what is done then is in time', () => {
    const { repair } = disputed()
    repair.time('2026-10-20')
    expect(repair.events.flatMap((event) => (event.type === 'task-overdue' ? [event.task] : []))).toEqual(['report'])
    repair.act({ on: '2026-10-20', who: 'officer', task: 'fix', outcome: 'done' })
    expect(repair.lateness('fix')).toBe(0)
  })

  test('cannot be resumed before the day from which it suspended', () => {
    const story = new Story(law, CAST)
    const repair = story.open({ on: '2026-09-14', who: 'officer', procedure: 'repair' })
    const dispute = story.open({ on: '2026-09-22', who: 'chief', procedure: 'dispute', links: { repair }, contents: { raised: '2026-09-25' } })
    expect(() => dispute.act({ on: '2026-09-24', who: 'chief', task: 'consult', outcome: 'done' })).toThrow('clock-resumed-before-suspended')
  })

  test('may suspend every clock of several cases', () => {
    const story = new Story(law, CAST)
    const repairs = ['2026-09-14', '2026-09-15'].map((on) => story.open({ on, who: 'officer', procedure: 'repair' }))
    story.open({ on: '2026-09-22', who: 'chief', procedure: 'halt' })
    expect(repairs.flatMap((one) => [one.due('fix'), one.due('report')])).toEqual([null, null, null, null])
  })
})

describe('the verifier', () => {
  const { story, repair, dispute } = disputed()
  dispute.act({ on: '2026-09-29', who: 'chief', task: 'consult', outcome: 'done' })
  story.open({ on: '2026-09-30', who: 'chief', procedure: 'halt' })
  repair.act({ on: '2026-10-20', who: 'officer', task: 'fix', outcome: 'done' })

  test('follows the clocks through every suspension', async () => expect(await findingsIn(story.told, law)).toEqual([]))

  const clockActs = (acts: readonly ToldAct[]) => acts.filter(({ events: [event] }) => event?.type === 'clock-changed')

  test('finds a suspension that no case caused, one that reaches further back, and one that is missing', async () => {
    const invented = forged(story.told, (acts) => {
      for (const { events } of clockActs(acts).slice(0, 1)) for (const event of events) if (event.type === 'clock-changed') Object.assign(event.entry, { by: 'repair-1' })
    })
    expect((await findingsIn(invented, law))[0]).toMatch(/^clock-must-have-cause/)
    const further = forged(story.told, (acts) => {
      for (const { events } of clockActs(acts).slice(0, 1)) for (const event of events) if (event.type === 'clock-changed') Object.assign(event.entry, { from: '2026-09-15' })
    })
    expect((await findingsIn(further, law))[0]).toMatch(/^clock-must-have-cause/)
    const missing = forged(story.told, (acts) => void acts.splice(acts.findIndex(({ events: [event] }) => event?.type === 'clock-changed'), 1))
    expect((await findingsIn(missing, law)).some((one) => /^effect-must-be-carried-out .*中止事项 repair-1 的期限/.test(one))).toBe(true)
  })
})
