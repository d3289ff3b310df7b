import { describe, expect, test } from 'vitest'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'

const CAST = {
  persons: { agency: { organization: 'agency', offices: ['implementing-agency'] }, operator: { organization: 'op', offices: ['operator'] } },
  holders: { 'implementing-agency': 'agency', operator: 'op' },
}
const signs = (by: string) => ({ by, seats: 'signatures', outcomes: { sign: { requires: ['signature'], then: ['close'] } } })
const law = smallLaw({
  offices: { 'implementing-agency': 'fixed', operator: 'fixed' },
  contents: {
    signature: { type: 'group', title: '签署', items: { name: { type: 'text', title: '签署人' }, on: { type: 'date', title: '日期' } } },
    ground: { type: 'choice', title: '终止情形', of: { policy: '政策调整', breach: '违约' } },
    rows: { type: 'table', title: '事项', columns: { name: { type: 'text', title: '名称' }, kind: { type: 'choice', title: '种类', of: { policy: '政策调整', breach: '违约' } } } },
  },
  procedures: {
    agreement: {
      open: { by: 'implementing-agency', then: ['sign-agency', 'sign-operator'] },
      steps: {
        'sign-agency': signs('implementing-agency'), 'sign-operator': signs('operator'),
        close: {
          by: 'implementing-agency', join: { all: ['sign-agency', 'sign-operator'] },
          outcomes: { done: { ends: true, checks: [{ check: 'compare', code: 'signatures-must-be-of-one-day', left: 'step.sign-agency.content.signature.on', is: 'equal', right: 'step.sign-operator.content.signature.on' }] } },
        },
      },
    },
    ending: { open: { by: 'implementing-agency', requires: ['ground', 'rows'], ends: true, checks: [
      { check: 'compare', code: 'ground-must-not-be-policy', left: 'content.ground', is: 'not-equal', right: { value: 'policy' }, message: '终止情形不应是{found}。' },
      { check: 'each', code: 'kind-must-be-breach', rows: 'content.rows', left: 'row.kind', is: 'equal', right: { value: 'breach' }, message: '“{name}”应为{wanted}，现为{found}。' },
    ] }, steps: {} },
  },
})
const signature = (name: string, on: string) => ({ signature: { name, on } })
const sign = (on: string, who: string) => ({ on: '2026-08-10', who, task: `sign-${who}`, outcome: 'sign', contents: signature(who, on) })
const signed = (second: string) => new Story(law, CAST).open({ on: '2026-08-03', who: 'agency', procedure: 'agreement' }).act(sign('2026-08-10', 'agency')).act(sign(second, 'operator'))
const close = { on: '2026-08-11', who: 'agency', task: 'close', outcome: 'done' }

describe('seats that give the same content', () => {
  test('stand beside each other; a rule may ask what each of them gave', () => {
    const one = signed('2026-08-10')
    expect(one.state.contents['signature']).toMatchObject({ step: 'sign-operator', value: { name: 'operator' }, beside: [{ step: 'sign-agency', value: { name: 'agency' } }] })
    one.act(close)
    signed('2026-08-09').refuses(close, 'signatures-must-be-of-one-day', null)
  })

  test('verify, and the verifier keeps them apart, too', async () => {
    const { told } = signed('2026-08-10').act(close).story
    expect(await findingsIn(told, law)).toEqual([])
    const other = forged(told, (acts) => {
      for (const { events } of acts) for (const event of events) if (event.type === 'step-concluded' && event.step === 'sign-agency') event.contents = signature('agency', '2026-08-08')
    })
    expect((await findingsIn(other, law))[0]).toMatch(/^signatures-must-be-of-one-day/)
    const elsewhere = forged(told, (acts) => {
      for (const { events } of acts) for (const event of events) if (event.type === 'step-concluded' && event.step === 'sign-agency') event.seats = 'others'
    })
    expect((await findingsIn(elsewhere, law))[0]).toMatch(/^step-concluded-differs/)
  })
})

describe('what a person reads of a choice', () => {
  test('is its title, never its id; the refusal keeps the id for programs', () => {
    const story = new Story(law, CAST)
    const end = (ground: string, kind: string) => ({ on: '2026-08-03', who: 'agency', procedure: 'ending', contents: { ground, rows: [{ name: '甲', kind }] } })
    const refusal = story.refusesOpening(end('policy', 'breach'), 'ground-must-not-be-policy', null)
    expect([refusal.message, refusal.details?.['found']]).toEqual(['终止情形不应是政策调整。', 'policy'])
    expect(story.refusesOpening(end('breach', 'policy'), 'kind-must-be-breach', null).message).toBe('“甲”应为违约，现为政策调整。')
    story.open(end('breach', 'breach'))
  })
})
