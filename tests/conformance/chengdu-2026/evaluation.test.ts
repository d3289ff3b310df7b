import { describe, expect } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file, qualification } from '#tests/support/authorization-contents.ts'
import { award, selectionBeforeAward } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { begun, fresh, law } from '#tests/support/chengdu-oversight-story.ts'
import type { Story, StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('evaluation')

const YEAR = { 'period-from': '2026-06-08', 'period-to': '2026-12-31' }
const MECHANISM: JsonObject = { version: '1', 'in-force': '2026-11-02', method: '百分制，分四个等次', objection: '五个工作日内提出', document: file('评估办法.pdf'), indicators: [{ name: '数据安全', weight: 60 }, { name: '运营成效', weight: 40 }] }
const ruled = (story: Story) =>
  story.open({ on: '2026-11-02', who: 'drafter', procedure: 'evaluation-mechanism' }).act({ on: '2026-11-02', who: 'drafter', task: 'set', outcome: 'issued', contents: { 'evaluation-mechanism': MECHANISM } })
const evaluate = (agreement: StoryCase, on = '2027-01-04', who = 'drafter') => ({ on, who, procedure: 'operator-evaluation', links: { agreement }, contents: YEAR })
const REPORT: JsonObject = { asked: 12, 'in-time': 10, grade: 'good', findings: '运营规范，两项资料未按期提供', report: file('评估报告.pdf') }
const assessor = (change: JsonObject = {}) => ({ assessor: '省数据评估中心', kind: 'third-party', ties: false, ...change })
const conclude = (assessors: Json[], change: JsonObject = {}) => ({ on: '2027-02-26', who: 'director', task: 'conclude', outcome: 'final', contents: { 'evaluation-assessors': assessors, 'evaluation-report': { ...REPORT, ...change } } })
const asked = (count: number, due = '2027-01-29') => ({ on: '2027-01-04', who: 'drafter', task: 'collect', outcome: 'asked', contents: { 'evaluation-requests': Array.from({ length: count }, (_, index) => ({ request: `资料${index + 1}`, due })) } })
const given = (name: string, calls: number, on = '2027-01-25', truthful = true) => ({
  on, who: 'operator', task: `answer@requests=${name}`, outcome: 'given', contents: { 'evaluation-material': { truthful, document: file(`${name}.pdf`), calls } }, facts: { period: { calls: 12400 } },
})

describe('the yearly evaluation of an operator', () => {
  test('cd26-29.1a: without rules in force the evaluation of 2026 is refused; setting them is a task of the agency, for years that have not ended', () => {
    const { story, agreement } = begun()
    const set = story.open({ on: '2026-11-02', who: 'drafter', procedure: 'evaluation-mechanism' })
    expect([set.open, set.status]).toEqual([['set'], 'setting'])
    story.refusesOpening(evaluate(agreement), 'evaluation-must-follow-a-mechanism', 'cd26-29.1')
    const issue = (change: JsonObject, on = '2026-11-02') => ({ on, who: 'drafter', task: 'set', outcome: 'issued', contents: { 'evaluation-mechanism': { ...MECHANISM, ...change } } })
    set.refuses(issue({ indicators: [{ name: '数据安全', weight: 60 }] }), 'weights-must-sum-to-whole', 'cd26-29.1')
    set.refuses(issue({ 'in-force': '2026-11-01' }), 'mechanism-must-not-lie-behind', 'cd26-29.1')
    set.refuses({ ...issue({}), who: 'operator' }, 'actor-must-hold-office', 'cd26-29.1')
    expect(set.act(issue({ 'in-force': '2027-01-01' })).status).toBe('in-force')
    story.refusesOpening(evaluate(agreement), 'evaluation-must-follow-a-mechanism', 'cd26-29.1')
    ruled(story)
    expect(story.open(evaluate(agreement)).open).toEqual(['collect', 'conclude'])
  })

  test('cd26-29.1b: with the agency as the only assessor it is not closed on 2027-02-26; nor with one that has ties to the operator', () => {
    const { story, agreement } = begun()
    ruled(story)
    const open = story.open(evaluate(agreement))
    open.refuses(conclude([]), 'evaluation-must-not-be-made-alone', 'cd26-29.1')
    open.refuses(conclude([assessor({ ties: true })]), 'assessor-must-have-no-ties', 'cd26-29.1')
    open.refuses({ ...conclude([assessor()]), who: 'operator' }, 'actor-must-hold-office', 'cd26-29.1')
    expect(open.act(conclude([assessor()])).status).toBe('concluded')
    expect(story.world.registers['operator-evaluations']?.['tianfu-data']).toMatchObject({ agreement: agreement.id, period: '2026-12-31', grade: 'good', 'final-on': '2027-02-26' })
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-authority'], notice: '年度评估结果' })
    expect(story.open(evaluate(agreement)).act(conclude([assessor({ kind: 'unit', assessor: '市审计局' })])).open).toEqual([])
  })

  test('cd26-29.1c: when 2027-01-01 begins, each operator with an agreement of 2026 has its evaluation to begin; due by 2027-03-31, a missing one stays open and is told', () => {
    const { story, agreement } = begun()
    ruled(story)
    const round = story.open({ on: '2027-01-01', who: 'platform', procedure: 'evaluation-round', contents: YEAR })
    expect([round.open, law.pack.duties['yearly-evaluation']]).toEqual([[`start@agreements=${agreement.id}`], expect.objectContaining({ opens: 'evaluation-round', every: { unit: 'year', month_day: '01-01' } })])
    round.act({ on: '2027-01-04', who: 'drafter', task: 'start', outcome: 'started' })
    const evaluation = lastCase(story, 'operator-evaluation')
    expect([round.status, evaluation.state.links, evaluation.due('conclude')]).toEqual(['concluded', { agreement: agreement.id }, '2027-03-31'])
    expect(evaluation.time('2027-03-31').effects('notify')).toHaveLength(1)
    expect(evaluation.time('2027-04-01').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], task: 'conclude' })
    expect([evaluation.time('2028-01-01').open, evaluation.status]).toEqual([['collect', 'conclude'], 'preparing'])
    evaluation.refuses({ ...conclude([assessor()]), on: '2028-01-03', who: 'authority' }, 'actor-must-hold-office', 'cd26-29.1')
    const unruled = begun()
    const early = unruled.story.open({ on: '2027-01-01', who: 'platform', procedure: 'evaluation-round', contents: YEAR })
    early.refuses({ on: '2027-01-04', who: 'drafter', task: 'start', outcome: 'started' }, 'evaluation-must-follow-a-mechanism', 'cd26-29.1')
  })

  test('cd26-29.2a: of twelve requests due on 2027-01-29 two are unanswered on 2027-02-01: the agency is told and the report says ten of twelve', () => {
    const { story, agreement } = begun()
    ruled(story)
    const open = story.open(evaluate(agreement)).act(asked(12))
    expect([open.state.tasks.filter((task) => task.step === 'answer').length, open.due('answer@requests=资料12')]).toEqual([12, '2027-01-29'])
    for (let index = 1; index <= 10; index += 1) open.act(given(`资料${index}`, 12400))
    open.time('2027-02-01')
    expect(open.effects('notify').filter((one) => Array.isArray(one['to']) && one['to'].includes('implementing-agency')).map((one) => one['task'])).toEqual(['answer@requests=资料11', 'answer@requests=资料12'])
    open.refuses(conclude([assessor()], { asked: 12, 'in-time': 13 }), 'timely-answers-must-not-exceed-requests', 'cd26-29.2')
    open.act(conclude([assessor()]))
    expect(open.state.contents['evaluation-report']?.value).toMatchObject({ asked: 12, 'in-time': 10 })
  })

  test('cd26-29.2b: 9,000 calls are reported on 2027-01-25 where the platform counted 12,400: the difference of 3,400 is a task and stays in the file', () => {
    const { story, agreement } = begun()
    ruled(story)
    const open = story.open(evaluate(agreement)).act(asked(1))
    open.refuses(given('资料1', 9000, '2027-01-25', false), 'material-must-be-declared-true', 'cd26-29.2')
    open.refuses({ ...given('资料1', 9000), contents: { 'evaluation-material': { truthful: true } } }, 'content-must-be-present', 'cd26-29.2')
    open.act(given('资料1', 9000))
    expect(open.open).toEqual(['compare-figures@requests=资料1', 'conclude'])
    open.act({ on: '2027-01-26', who: 'drafter', task: 'compare-figures', outcome: 'explained', contents: { 'evaluation-difference': { difference: 3400, finding: '运营机构漏报免费调用' } } })
    expect(JSON.stringify(open.events)).toContain('"difference":3400')
    expect(story.open(evaluate(agreement)).act(asked(1)).act(given('资料1', 12400)).open).toEqual(['conclude'])
  })

  test('cd26-29.2c: “refuse” is no answer; a handed-in record is not changed on 2027-01-11; proven concealment is a breach record', () => {
    const { story, agreement } = begun()
    ruled(story)
    const open = story.open(evaluate(agreement)).act(asked(2))
    open.refuses({ on: '2027-01-11', who: 'operator', task: 'answer@requests=资料1', outcome: 'refuse' }, 'outcome-must-be-provided', 'cd26-29.2')
    open.act(given('资料1', 9000, '2027-01-08'))
    open.refuses(given('资料1', 12400, '2027-01-11'), 'step-must-be-open', 'cd26-29.2')
    const breach = { clause: '协议第十二条', facts: '隐匿调用记录', 'found-on': '2027-01-11', evidence: file('平台记录.pdf') }
    const concealed = { on: '2027-01-12', who: 'drafter', task: 'compare-figures', outcome: 'concealed', contents: { 'evaluation-difference': { difference: 3400, finding: '查实隐匿收费调用' } } }
    open.refuses(concealed, 'content-must-be-present', 'cd26-33.1')
    open.act({ ...concealed, contents: { ...concealed.contents, 'breach-record': breach } })
    expect(lastCase(story, 'rectification').state).toMatchObject({ status: 'recorded', links: { agreement: agreement.id }, contents: { 'breach-record': { value: breach } } })
  })
})

describe('the appraisal of contributions', () => {
  const INCENTIVE: JsonObject = { version: '1', uses: '预算安排和评优参考', indicators: [{ name: '资源和更新数', dimension: 'quantity', weight: 40 }, { name: '质量评分', dimension: 'quality', weight: 30 }, { name: '产品和调用', dimension: 'application', weight: 30 }] }
  const drafted = (story: Story) => story.open({ on: '2026-10-12', who: 'authority', procedure: 'incentive-mechanism', contents: { 'incentive-mechanism': INCENTIVE } })
  const sign = (who: string, hash = hashOf(INCENTIVE), on = '2026-10-12') => ({ on, who, task: who === 'authority' ? 'sign-authority' : 'sign-manager', outcome: 'sign', contents: { 'incentive-signature': hash } })
  const signed = (story: Story) => drafted(story).act(sign('authority')).act(sign('manager'))
  const appraisal = (story: Story) => story.open({ on: '2027-01-01', who: 'platform', procedure: 'provider-appraisal', contents: YEAR })
  const list = (providers: string[]) => ({ on: '2027-01-04', who: 'authority', task: 'list', outcome: 'listed', contents: { 'appraised-providers': providers.map((provider) => ({ provider })) } })
  const contribution = (change: JsonObject = {}): JsonObject => ({ resources: 12, updates: 240, batches: ['批次1', '批次2'], 'score-first': 82, 'score-last': 91, 'issues-corrected': 5, 'issues-repeated': 1, products: 1, calls: 500, score: 88, ...change })
  const SHARES: Json[] = [{ product: 'product-1', 'product-calls': 1000, share: 50, credited: 500 }]
  const compute = (provider: string, change: JsonObject = {}, shares: Json[] = SHARES) => ({ on: '2027-01-11', who: 'authority', task: `compute@providers=${provider}`, outcome: 'drafted', contents: { contribution: contribution(change), 'contribution-shares': shares } })
  /** Scores of two batches on record, as the register of quality keeps them. */
  const scored = (story: Story) => {
    for (const [batch, on, score] of [['批次1', '2026-07-01', 82], ['批次2', '2026-08-03', 91]] as const) {
      story.open({ on, who: 'manager', procedure: 'batch-quality', contents: { 'batch-quality': { batch, entry: 'air-quality', 'delivered-on': on, rows: 100, completeness: score, accuracy: score, consistency: score, timeliness: score, validity: score, score } } })
    }
  }
  const ready = () => {
    const { story } = begun()
    signed(story)
    scored(story)
    return story
  }

  test('cd26-34.1a: version 1 signed by the data authority alone on 2026-10-12 is not in force: the appraisal is refused until the public-data manager has signed', () => {
    const { story } = begun()
    story.refusesOpening({ on: '2026-10-12', who: 'authority', procedure: 'incentive-mechanism', contents: { 'incentive-mechanism': { ...INCENTIVE, indicators: [{ name: '资源数', dimension: 'quantity', weight: 100 }] } } }, 'three-dimensions-must-be-weighed', 'cd26-34.1')
    const mechanism = drafted(story).act(sign('authority'))
    expect(mechanism.status).toBe('signing')
    const open = appraisal(story)
    open.refuses(list(['environment-bureau']), 'appraisal-must-follow-a-signed-mechanism', 'cd26-34.1')
    mechanism.refuses(sign('manager', 'f'.repeat(64)), 'signature-must-be-on-the-proposed-text', 'cd26-34.1')
    mechanism.act(sign('manager', undefined, '2027-01-04'))
    expect([mechanism.status, mechanism.due('review')]).toEqual(['in-force', '2028-01-04'])
    expect(open.act(list(['environment-bureau'])).status).toBe('appraising')
    const again = mechanism.act({ on: '2028-01-04', who: 'authority', task: 'review', outcome: 'kept', contents: { 'mechanism-kept': '继续施行' } })
    expect(again.due('review')).toBe('2029-01-04')
  })

  test('cd26-34.1b: for 46 providers, when 2027-01-01 has begun, 46 drafts are made and each provider alone sees and may object to its own', () => {
    const story = ready()
    const many = Array.from({ length: 44 }, (_, index) => `provider-${index + 1}`)
    const open = appraisal(story)
    expect([open.due('list'), open.open]).toEqual(['2027-03-31', ['list']])
    open.act(list(['environment-bureau', 'transport-bureau', ...many]))
    expect(open.state.tasks.filter((task) => task.step === 'compute')).toHaveLength(46)
    open.act(compute('environment-bureau')).act(compute('transport-bureau'))
    const object = { on: '2027-01-13', who: 'environment', task: 'check-by-provider@providers=environment-bureau', outcome: 'object', contents: { 'contribution-objection': '更新次数少计' } }
    expect(open.due(object.task)).toBe('2027-01-25')
    open.refuses({ ...object, who: 'transport' }, 'actor-must-be-concerned-organization', null)
    open.act(object)
    const answer = (outcome: string, branch = 'environment-bureau') => ({ on: '2027-01-14', who: 'authority', task: `confirm-authority@providers=${branch}`, outcome, contents: { 'contribution-answer': '经核对予以更正' } })
    open.act(answer('redo')).act({ ...compute('environment-bureau', { updates: 245 }), on: '2027-01-14', task: 'compute@providers=environment-bureau#2' })
    open.act({ ...object, on: '2027-01-14', task: 'check-by-provider@providers=environment-bureau#2', outcome: 'agree', contents: {} })
    open.act({ ...answer('confirmed'), task: 'confirm-authority@providers=environment-bureau#2' })
    expect(story.world.registers['provider-appraisals']).toBeUndefined()
    open.act({ on: '2027-01-15', who: 'manager', task: 'confirm-manager@providers=environment-bureau', outcome: 'confirmed' })
    expect(story.world.registers['provider-appraisals']?.['environment-bureau']).toMatchObject({ period: '2026-12-31', resources: 12, updates: 245, calls: 500, score: 88, 'final-on': '2027-01-15' })
    expect(open.time('2027-01-26').open).toContain('confirm-authority@providers=transport-bureau')
  })

  test('cd26-34.1c: quantity counts twelve delivered resources and 240 updates by receipt; a self-reported fifteen is kept apart and ignored', () => {
    const open = appraisal(ready()).act(list(['environment-bureau']))
    open.refuses(compute('environment-bureau', { resources: null }), 'content-must-be-present', 'cd26-34.1')
    open.refuses(compute('environment-bureau', { updates: null }), 'content-must-be-present', 'cd26-34.1')
    open.act(compute('environment-bureau', { 'self-reported': 15 }))
    expect(JSON.stringify(open.events)).toContain('"resources":12,"updates":240')
    open.act({ on: '2027-01-13', who: 'environment', task: 'check-by-provider', outcome: 'agree' })
      .act({ on: '2027-01-14', who: 'authority', task: 'confirm-authority', outcome: 'confirmed', contents: { 'contribution-answer': '按回执计' } })
      .act({ on: '2027-01-14', who: 'manager', task: 'confirm-manager', outcome: 'confirmed' })
    expect(open.story.world.registers['provider-appraisals']?.['environment-bureau']).toMatchObject({ resources: 12, updates: 240 })
  })

  test('cd26-34.1d: quality shows the recorded scores from 82 to 91, five issues corrected and one repeated; a score that no batch has is refused', () => {
    const open = appraisal(ready()).act(list(['environment-bureau']))
    open.refuses(compute('environment-bureau', { 'score-first': 70 }), 'quality-must-come-from-recorded-scores', 'cd26-34.1')
    open.refuses(compute('environment-bureau', { 'score-last': 99 }), 'quality-must-come-from-recorded-scores', 'cd26-34.1')
    open.refuses(compute('environment-bureau', { 'issues-repeated': null }), 'content-must-be-present', 'cd26-34.1')
    expect(open.act(compute('environment-bureau')).open).toEqual(['check-by-provider@providers=environment-bureau'])
    expect(JSON.stringify(open.events)).toContain('"score-first":82,"score-last":91,"issues-corrected":5,"issues-repeated":1')
  })

  test('cd26-34.1e: of a product of two providers with 1,000 calls at 50:50 each is credited 500', () => {
    const open = appraisal(ready()).act(list(['environment-bureau', 'transport-bureau']))
    open.refuses(compute('environment-bureau', { calls: 1000 }), 'calls-must-be-credited-by-share', 'cd26-34.1')
    open.refuses(compute('environment-bureau', {}, [{ product: 'product-1', 'product-calls': 1000, share: 50, credited: 1600 }]), 'credited-calls-must-lie-within-the-products', 'cd26-34.1')
    for (const provider of ['environment-bureau', 'transport-bureau']) open.act(compute(provider))
    expect(open.open).toEqual(['check-by-provider@providers=environment-bureau', 'check-by-provider@providers=transport-bureau'])
  })

  test('cd26-34.1f: the result of 2027-02-26 comes up when the IT project for 2028 is recorded, and the decider says how it was weighed; without a final result it is refused', () => {
    const story = ready()
    const use = (change: JsonObject = {}) => ({ on: '2027-09-01', who: 'authority', procedure: 'incentive', contents: { 'appraisal-use': { provider: 'transport-bureau', purpose: 'it-budget', subject: '2028年智慧交通信息化项目', considered: '贡献得分居前，予以优先安排', ...change } } })
    story.refusesOpening(use(), 'use-must-rest-on-final-appraisal', 'cd26-34.1')
    const open = appraisal(story).act(list(['transport-bureau'])).act(compute('transport-bureau'))
      .act({ on: '2027-01-13', who: 'transport', task: 'check-by-provider', outcome: 'agree' })
      .act({ on: '2027-02-26', who: 'authority', task: 'confirm-authority', outcome: 'confirmed', contents: { 'contribution-answer': '同意定稿' } })
      .act({ on: '2027-02-26', who: 'manager', task: 'confirm-manager', outcome: 'confirmed' })
    story.refusesOpening(use({ considered: '' }), 'content-must-be-present', 'cd26-34.1')
    story.refusesOpening(use({ purpose: 'holiday' }), 'content-must-be-typed', 'cd26-34.1')
    const used = story.open(use())
    expect(story.world.registers['appraisal-uses']?.[used.id]).toEqual({ provider: 'transport-bureau', purpose: 'it-budget', subject: '2028年智慧交通信息化项目', considered: '贡献得分居前，予以优先安排', appraisal: open.id, score: 88 })
    for (const purpose of ['operation-budget', 'pilot', 'best-case']) expect(story.open(use({ purpose })).status).toBe('recorded')
  })
})

test('cd26-7.1d: snapshots since 2026-06-08 keep both values of every indicator for 2026-07-01 and 2026-09-30, and no later act changes them', () => {
  const story = fresh()
  const snapshot = (date: string, change: JsonObject = {}, on = date) => ({ on, who: 'authority', procedure: 'indicator-snapshot', contents: { 'indicator-snapshot': { date, catalogued: 320, 'in-scope': 120, demands: 4, deliveries: 42, products: 3, calls: 12400, consumers: 9, income: 200000, ...change } } })
  story.open(snapshot('2026-06-08', { catalogued: 300 }))
  story.open(snapshot('2026-07-01', { catalogued: 310, calls: 0, income: 0 }))
  story.open(snapshot('2026-09-30'))
  const kept = story.world.registers['indicator-snapshots']
  expect([kept?.['2026-07-01'], kept?.['2026-09-30']]).toEqual([
    { catalogued: 310, 'in-scope': 120, demands: 4, deliveries: 42, products: 3, calls: 0, consumers: 9, income: 0 },
    { catalogued: 320, 'in-scope': 120, demands: 4, deliveries: 42, products: 3, calls: 12400, consumers: 9, income: 200000 },
  ])
  story.refusesOpening(snapshot('2026-07-01', { calls: 5 }, '2026-07-01'), 'snapshot-must-not-be-changed', 'cd26-7.1')
  story.refusesOpening(snapshot('2026-07-01', {}, '2031-06-06'), 'snapshot-must-bear-the-date-of-the-act', 'cd26-7.1')
  for (const part of ['catalogued', 'in-scope', 'demands', 'deliveries', 'products', 'calls', 'consumers', 'income']) story.refusesOpening(snapshot('2031-06-06', { [part]: null }), 'content-must-be-present', 'cd26-7.1')
  story.open(snapshot('2031-06-06'))
  expect(kept?.['2026-07-01']).toMatchObject({ catalogued: 310 })
})

test('cd26-29.1d: operator A, evaluated for 2026 to 2028, applies again on 2029-06-01: an award without a statement on the results is refused', () => {
  const { story, agreement } = begun()
  ruled(story)
  for (const year of [2026, 2027, 2028]) {
    story.open({ ...evaluate(agreement, `${year + 1}-01-04`), contents: { 'period-from': year === 2026 ? '2026-06-08' : `${year}-01-01`, 'period-to': `${year}-12-31` } })
      .act({ ...conclude([assessor()]), on: `${year + 1}-02-26` })
  }
  expect(story.world.registers['operator-evaluations']?.['tianfu-data']).toMatchObject({ period: '2028-12-31', grade: 'good' })
  const approved = [...story.cases.values()].find((one) => one.state.procedure === 'implementation-plan')
  if (approved === undefined) throw new Error('no plan')
  const again = selectionBeforeAward(story, approved)
  const awarded = (statement: string | null) => ({ on: '2029-06-01', who: 'director', task: 'award', outcome: 'awarded', contents: { award: { ...award('tianfu-data'), 'evaluation-statement': statement }, 'operator-qualification': qualification('tianfu-data', { 'graded-protection': { certificate: '51010026001', grade: 'third', 'valid-until': '2030-07-31', report: file('测评报告.pdf') } }) } })
  again.refuses(awarded(null), 'earlier-evaluations-must-be-weighed', 'cd26-29.1')
  expect(again.act(awarded('三年评估均为良好，同意再次授权')).state.contents['award']?.value).toMatchObject({ 'evaluation-statement': '三年评估均为良好，同意再次授权' })
})
