import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { opened, plan, planInDeliberation, ready, story } from '#tests/support/sichuan-story.ts'
import { study } from '#tests/support/authorization-contents.ts'

/** Both sides of what a plan must say, at each step at which its text may change (articles 9, 11 and 12). */
const SECTOR = (...units: string[]): JsonObject => ({ mode: { kind: 'sector', justification: '数据专业性强', 'co-signers': units.map((organization) => ({ organization, office: 'data-provider' })) } })
const SHARES = (last: number): JsonObject => ({ accounting: { 'cost-and-revenue': '单独核算成本和收入', distribution: '按贡献分配收益', shares: [{ party: '运营机构', share: 60 }, { party: '数源单位', share: last }] } })
const WEIGHTS = (last: number): JsonObject => ({ supervision: { supervision: '依细则监督管理', assessment: '每年考核评价', indicators: [{ indicator: '供给及时率', weight: 60 }, { indicator: '产品成效', weight: last }] } })
const DUTIES = (...units: string[]): JsonObject => ({ 'rights-and-duties': { 'implementing-agency': '组织、指导和监督', operator: '治理、开发和提供服务', others: '依职责供数和配合', units: units.map((unit) => ({ unit, duties: '按约供数' })) } })
const PROVIDERS = ['environment-bureau', 'transport-bureau']

/** What is wrong in the plan, its provision, and what mends it. */
const FAULTS: [code: string, provision: string, wrong: JsonObject, right: JsonObject][] = [
  ['sector-mode-must-be-joint', 'sc25-9.1', SECTOR(), SECTOR(...PROVIDERS)],
  ['sector-resources-must-be-of-co-signers', 'sc25-9.1', SECTOR('environment-bureau'), SECTOR(...PROVIDERS)],
  ['scenario-mode-must-name-one-scenario', 'sc25-9.1', { mode: { kind: 'scenario', justification: '只此一场景' } }, { mode: { kind: 'scenario', justification: '只此一场景', field: '惠农贷款' } }],
  ['shares-must-sum-to-whole', 'sc25-11.1.8', SHARES(39), SHARES(40)],
  ['shares-must-sum-to-whole', 'sc25-11.1.8', SHARES(41), SHARES(40)],
  ['every-unit-must-have-its-duties', 'sc25-11.1.10', DUTIES('environment-bureau'), DUTIES(...PROVIDERS)],
  ['weights-must-sum-to-whole', 'sc25-11.1.11', WEIGHTS(39), WEIGHTS(40)],
  ['weights-must-sum-to-whole', 'sc25-11.1.11', WEIGHTS(41), WEIGHTS(40)],
]
const RISK = { name: '泄露', kind: 'security', level: 'high', measure: '加密', owner: '运营机构' }
/** The same of the study that comes with the plan. */
const DOUBTS: [code: string, wrong: JsonObject, right: JsonObject][] = [
  ['market-size-must-have-method', { market: { value: 1, source: '年报' } }, { market: { value: 1, source: '年报', method: '按年报推算' } }],
  ['high-risk-must-have-measure', { risks: [{ ...RISK, measure: null }] }, { risks: [RISK] }],
  ['high-risk-must-have-owner', { risks: [{ ...RISK, owner: null }] }, { risks: [RISK] }],
]

const guided = () => opened(story()).act(ready()).act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
const returned = () => planInDeliberation(story()).act({ on: '2026-07-10', who: 'mayor', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请修改后再报' } })

/** The steps at which the text may change: the case there, and the act with a plan, a study or both. */
const STEPS = {
  draft: { at: () => opened(story()), act: (text: JsonObject | null, argued: JsonObject | null) => ready(text ?? {}, argued ?? {}) },
  finalize: { at: guided, act: (text: JsonObject | null, argued: JsonObject | null) => ({ on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final', contents: given(text, argued) }) },
  revise: { at: returned, act: (text: JsonObject | null, argued: JsonObject | null) => ({ on: '2026-07-13', who: 'drafter', task: 'revise', outcome: 'revised', contents: given(text ?? {}, argued) }) },
}

/** What stays as it is need not be given again. */
function given(text: JsonObject | null, argued: JsonObject | null): JsonObject {
  return { ...(text === null ? {} : { 'implementation-plan': plan(text) }), ...(argued === null ? {} : { 'feasibility-study': study(argued) }) }
}

describe.each(Object.entries(STEPS))('a plan at the step %s', (name, { at, act }) => {
  test.each(FAULTS)('%s (%s)', (code, provision, wrong, right) => {
    const one = at()
    one.refuses(act(wrong, null), code, provision)
    one.refuses({ ...act(right, null), who: 'authority' }, 'actor-must-hold-office', 'sc25-11.1')
    expect(one.act(act(right, null)).state.conclusions.at(-1)?.step).toBe(name)
  })

  test.each(DOUBTS)('%s', (code, wrong, right) => {
    const one = at()
    one.refuses(act(null, wrong), code, 'sc25-12.1')
    expect(one.act(act(null, right)).state.conclusions.at(-1)?.step).toBe(name)
  })
})

test('guidance is answered before the plan goes on', () => {
  const one = opened(story()).act(ready()).act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充应急措施' } })
  const final = { on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final' }
  one.refuses(final, 'guidance-must-be-answered', 'sc25-11.1')
  expect(one.act({ ...final, contents: { 'answer-data-authority': '已经补充' } }).status).toBe('under-review')
})
