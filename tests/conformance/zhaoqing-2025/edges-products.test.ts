import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { decideByPolicy } from '#core/decision/policy.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { ZHAOQING, zqAgreementInForce } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)
const job = (agreement: StoryCase, change: JsonObject = {}): JsonObject => ({ id: 'job-1', agreement: agreement.id, digest: 'd'.repeat(64), verdict: 'pass', author: 'analyst', scenario: '健康出行服务', tables: ['visits'], supplies: ['GJ-1'], providers: [{ provider: 'first-hospital' }], ...change })
const vote = (change: JsonObject = {}): JsonObject => ({ 'beyond-agreement': 'no', 'beyond-agreement-note': '未超出', 'direct-exposure': 'no', 'direct-exposure-note': '无暴露', 'other-risk': 'no', 'other-risk-note': '没有', opinion: '同意出域', ...change })
const asking = (agreement: StoryCase, facts: JsonObject = {}, change: JsonObject = {}) =>
  ({ on: '2026-07-08', who: 'operator', procedure: 'output-release', links: { agreement }, facts: { job: job(agreement, facts) }, contents: { 'release-request': { job: 'job-1', title: '出行指数', purpose: '形成产品', recipients: '公众', method: 'aggregate', 'method-note': '按小时汇总', ...change } } })
const passing = { on: '2026-07-08', outcome: 'pass', contents: { 'release-vote': vote() } }
const released = (told: Story, agreement: StoryCase) => told.open(asking(agreement)).act({ ...passing, who: 'agency', task: 'agency-review' }).act({ ...passing, who: 'hospital', task: 'provider-review' })

describe('a release', () => {
  test('rests on the agreement, on a job of that agreement, and on no raw or reversible method', () => {
    const told = story()
    const agreement = zqAgreementInForce(told)
    told.refusesOpening({ ...asking(agreement), links: {} }, 'release-must-rest-on-agreement', 'zq25-3.5')
    told.refusesOpening(asking(agreement, { digest: null }), 'result-must-come-from-environment', 'zq25-3.5')
    told.refusesOpening(asking(agreement, { agreement: 'another' }), 'job-must-belong-to-agreement', 'zq25-3.5')
    told.refusesOpening(asking(agreement, { verdict: 'block' }), 'automatic-checks-must-not-block', 'zq25-13.1.3')
    told.refusesOpening(asking(agreement, {}, { method: 'raw' }), 'raw-data-must-not-leave', 'zq25-13.1.3')
    for (const method of ['encryption', 'token', 'plain-hash', 'memorising-model']) told.refusesOpening(asking(agreement, {}, { method }), 'reversible-method-must-not-leave', 'zq25-13.1.3')
    for (const method of ['generalise', 'noise', 'salted-hash', 'model']) expect(told.open(asking(agreement, {}, { method })).open).toEqual(['agency-review', 'provider-review@providers=first-hospital'])
  })

  test('is voted on by people who did not write the job, of another body than the operator, as their report says', () => {
    const told = new Story(law, { ...ZHAOQING, persons: { ...ZHAOQING.persons, analyst: { organization: 'health-commission', offices: ['implementing-agency'] }, writer: { organization: 'first-hospital', offices: ['data-provider'] } } })
    const agreement = zqAgreementInForce(told)
    const opened = told.open(asking(agreement))
    for (const [task, who] of [['agency-review', 'agency'], ['provider-review', 'hospital']] as const) {
      for (const [point, provision] of [['beyond-agreement', 'zq25-23.2'], ['direct-exposure', 'zq25-13.1.3'], ['other-risk', 'na25-21.3']] as const) opened.refuses({ ...passing, who, task, contents: { 'release-vote': vote({ [point]: 'yes' }) } }, 'vote-must-agree-with-report', provision)
    }
    for (const outcome of ['pass', 'changes', 'refuse']) opened.refuses({ on: '2026-07-08', who: 'analyst', task: 'agency-review', outcome, contents: { 'release-vote': vote() } }, 'reviewer-must-not-be-author', null)
    const theirs = told.open(asking(agreement, { author: 'writer' }))
    for (const outcome of ['pass', 'changes', 'refuse']) theirs.refuses({ on: '2026-07-08', who: 'writer', task: 'provider-review', outcome, contents: { 'release-vote': vote() } }, 'reviewer-must-not-be-author', null)
    const own = told.open(asking(agreement, { providers: [{ provider: 'xijiang-data' }] }))
    expect(own.open).toContain('provider-review@providers=xijiang-data')
  })

  test('goes back for changes and comes again, or is given up', () => {
    const told = story()
    const agreement = zqAgreementInForce(told)
    const changed = (who: string, task: string) => told.open(asking(agreement)).act({ on: '2026-07-08', who, task, outcome: 'changes', contents: { 'release-vote': vote({ 'other-risk': 'yes' }) } })
    const again = changed('agency', 'agency-review')
    expect([again.status, again.open]).toEqual(['revising', ['revise']])
    again.refuses({ on: '2026-07-09', who: 'operator', task: 'revise', outcome: 'resubmit', facts: { job: job(agreement, { verdict: 'block' }) }, contents: asking(agreement).contents }, 'automatic-checks-must-not-block', 'zq25-13.1.3')
    again.act({ on: '2026-07-09', who: 'operator', task: 'revise', outcome: 'resubmit', facts: { job: job(agreement) }, contents: asking(agreement).contents })
    expect(again.status).toBe('reviewing')
    expect(changed('hospital', 'provider-review').act({ on: '2026-07-09', who: 'operator', task: 'revise', outcome: 'withdraw' }).status).toBe('withdrawn')
    const refused = told.open(asking(agreement)).act({ on: '2026-07-08', who: 'hospital', task: 'provider-review', outcome: 'refuse', contents: { 'release-vote': vote({ 'direct-exposure': 'yes' }) } })
    expect([refused.status, refused.open]).toEqual(['reviewing', ['agency-review']])
    refused.act({ on: '2026-07-08', who: 'agency', task: 'agency-review', outcome: 'refuse', contents: { 'release-vote': vote({ 'direct-exposure': 'yes' }) } })
    expect([refused.status, refused.open]).toEqual(['refused', []])
    const out = released(told, agreement)
    expect([out.status, out.effects('environment.release')[0], told.world.standings[`release/${out.id}`]]).toEqual(['released', expect.objectContaining({ job: 'job-1', title: '出行指数' }), 'granted'])
    expect(told.world.registers['releases']?.[out.id]).toMatchObject({ job: 'job-1', operator: 'xijiang-data', scenario: '健康出行服务', supplies: ['GJ-1'] })
  })
})

const report = (change: JsonObject = {}): JsonObject => ({ kind: 'third-party', developer: 'dinghu-software', builder: '赵开发', reviewer: '某评估公司', scope: '数据来源、用途、价格', findings: '未见不合规', result: 'passed', date: '2026-07-10', ...change })
const product = (change: JsonObject = {}): JsonObject => ({ name: '就医出行指数', description: '按小时给出就医出行参考', kind: 'query-interface', scenario: '健康出行服务', fields: ['index'], 'price-class': 'industry', price: 0, 'price-unit': 'free', terms: '遵守使用协议', visibility: 'all-verified', contact: '0758-2232000', personal: false, raw: false, ...change })
const REVIEW = { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' }
const submission = (told: Story) => {
  const agreement = zqAgreementInForce(told)
  const release = released(told, agreement)
  return { agreement, release, line: (change: JsonObject = {}, more: Record<string, Json> = {}, links: Record<string, StoryCase> = { release, agreement }) => ({ on: '2026-07-10', who: 'operator', procedure: 'product', links, contents: { product: product(change), 'compliance-report': report(), ...more } }) }
}

describe('a product', () => {
  const policy = (change: JsonObject = {}): JsonObject => ({ why: '有运营成本', number: '粤发改价格〔2026〕1号', authority: '省发展改革委', ceiling: 0.12, 'valid-until': '2026-07-10', ...change })
  const fee = { price: 0.12, 'price-unit': 'call' }

  test.each<[string, string, JsonObject, Record<string, Json>]>([
    ['scenario-must-be-the-approved', 'zq25-23.2', { scenario: '商业保险' }, {}],
    ['offer-must-be-open-to-all', 'zq25-3.2', { visibility: 'invited' }, {}],
    ['price-decision-must-be-valid', 'zq25-26.2', fee, { 'price-decision': policy({ 'valid-until': '2026-07-09' }) }],
    ['price-must-not-exceed-ceiling', 'zq25-26.2', { ...fee, price: 0.13 }, { 'price-decision': policy() }],
    ['fee-must-rest-on-price-decision', 'zq25-26.2', fee, {}],
    ['raw-data-must-not-enter-market', 'zq25-24.1', { raw: true }, {}],
    ['compliance-review-must-be-positive', 'zq25-24.5', {}, { 'compliance-report': report({ result: 'failed' }) }],
    ['self-review-must-not-be-by-builder', 'zq25-24.5', {}, { 'compliance-report': report({ kind: 'self', reviewer: '赵开发' }) }],
    ['compliance-review-must-come-first', 'zq25-24.5', {}, { 'compliance-report': report({ date: '2026-07-11' }) }],
    ['free-offer-must-state-conditions', 'zq25-26.1', { 'price-class': 'public-governance' }, {}],
    ['public-benefit-must-be-free', 'zq25-26.1', { 'price-class': 'public-governance', 'free-conditions': '市级机关每月一万次以内', price: 1 }, {}],
  ])('%s (%s), when it is submitted and when it is submitted again', (code, provision, change, more) => {
    const told = story()
    const { line } = submission(told)
    told.refusesOpening(line(change, more), code, provision)
    const returned = told.open(line()).act({ on: '2026-07-10', who: 'agency', task: 'review', outcome: 'return', contents: { 'product-return': '请补充使用条件' } })
    expect([returned.status, returned.open]).toEqual(['returned', ['revise']])
    const again = (changed: JsonObject, others: Record<string, Json>) => ({ on: '2026-07-10', who: 'operator', task: 'revise', outcome: 'resubmit', contents: line(changed, others).contents })
    returned.refuses(again(change, more), code, provision)
    expect(returned.act(again({}, {})).status).toBe('reviewing')
  })

  test('comes from a release of its own agreement, is reviewed for its security, and may be refused', () => {
    const told = story()
    const { line, release } = submission(told)
    const other = zqAgreementInForce(told)
    told.refusesOpening(line({}, {}, { release }), 'product-must-rest-on-agreement', 'zq25-3.5')
    told.refusesOpening(line({}, {}, { release, agreement: other }), 'product-must-keep-lineage', 'zq25-3.5')
    const opened = told.open(line())
    const publish = (change: JsonObject) => ({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { ...REVIEW, ...change } } })
    opened.refuses(publish({ security: 'failed' }), 'security-review-must-have-passed', 'zq25-24.1')
    opened.refuses({ ...publish({}), who: 'operator' }, 'actor-must-hold-office', 'zq25-24.1')
    const refused = told.open(line()).act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'refuse', contents: { 'product-review': { ...REVIEW, conformity: 'failed' } } })
    expect([refused.status, refused.effects('notify').at(-1)?.['to']]).toEqual(['refused', ['operator']])
    opened.act(publish({}))
    expect(told.world.registers['products']?.[opened.id]).toMatchObject({ name: '就医出行指数', operator: 'xijiang-data', fields: ['index'], price: 0, scenario: '健康出行服务', 'published-on': '2026-07-13' })
  })
})

describe('the use of a product', () => {
  const listed = (told: Story) => {
    const { line, agreement } = submission(told)
    return { agreement, offered: told.open(line()).act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEW } }) }
  }
  const wanting = (offered: StoryCase, change: JsonObject = {}, who = 'consumer') => ({ on: '2026-07-13', who, procedure: 'product-service', contents: { 'usage-application': { product: offered.id, scenario: '健康出行服务', purpose: '理赔服务参考', use: 'own', 'purpose-class': 'industry', tie: 'none', quota: 1000, ends: '2027-07-13', ...change }, 'identity-proof': { name: '某保险公司', 'credit-code': '91441200MA4CONS00X', document: file('营业执照.pdf'), contact: '周联系' } } })

  test('is of a listed product in its scenario, within the agreement’s term, and not the operator’s own redevelopment', () => {
    const told = new Story(law, { ...ZHAOQING, persons: { ...ZHAOQING.persons, self: { organization: 'xijiang-data', offices: ['consumer'] } } })
    const { offered } = listed(told)
    told.refusesOpening(wanting(offered, { scenario: '商业保险' }), 'scenario-must-be-the-products', 'zq25-3.5')
    told.refusesOpening(wanting(offered, { ends: '2029-01-01' }), 'use-must-end-with-agreement', 'zq25-3.5')
    told.refusesOpening(wanting(offered, { use: 'redevelop' }, 'self'), 'operator-must-not-redevelop', 'na25-6.2')
    told.refusesOpening(wanting(offered, { use: 'redevelop', tie: 'controlled' }), 'operator-must-not-redevelop', 'na25-6.2')
    expect(told.open(wanting(offered, { use: 'redevelop' })).status).toBe('applied')
    offered.act({ on: '2026-07-15', who: 'operator', task: 'keep', outcome: 'stop', contents: { 'product-stop': { reason: '升级改版', arrangement: '改用新版' } } })
    told.refusesOpening({ ...wanting(offered), on: '2026-07-15' }, 'product-must-be-on-offer', 'zq25-21.3')
  })

  test('is granted within what was asked for; refused it may be complained of, granted it may be stopped', () => {
    const told = story()
    const { offered } = listed(told)
    const grant = (change: JsonObject = {}) => ({ on: '2026-07-14', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { verified: true, method: 'registry', note: '一致' }, 'usage-terms': { price: 0, quota: 1000, ...change } } })
    const asked = told.open(wanting(offered))
    asked.refuses(grant({ quota: 1001 }), 'quota-must-stay-within-application', 'zq25-3.5')
    asked.act(grant())
    expect(asked.effects('services.grant')[0]).toMatchObject({ product: offered.id, consumer: 'insurer', scenario: '健康出行服务', quota: 1000, ends: '2027-07-13' })
    expect(told.world.standings[`subscription/${asked.id}`]).toBe('granted')
    asked.act({ on: '2026-08-01', who: 'consumer', task: 'use', outcome: 'stop', contents: { 'usage-stop': '业务调整' } })
    expect(told.world.standings[`subscription/${asked.id}`]).toBe('ended')
    const refuse = { on: '2026-07-14', who: 'operator', task: 'decision', outcome: 'refuse', contents: { 'usage-refusal': { reason: 'technical', explanation: '不满足接入要求', evidence: file('测试.pdf') } } }
    const complained = told.open(wanting(offered)).act(refuse)
    expect(complained.open).toEqual(['complaint'])
    complained.act({ on: '2026-07-15', who: 'consumer', task: 'complaint', outcome: 'complain', contents: { 'usage-complaint': '接入要求没有公开' } })
    expect(complained.state.tasks.map((task) => task.organization)).toEqual(['data-bureau'])
    complained.act({ on: '2026-07-20', who: 'checker', task: 'complaint-decision', outcome: 'reconsider', contents: { 'usage-complaint-decision': '请按公开的要求重新答复' } })
    expect(complained.open).toEqual(['decision#2'])
    const dismissed = told.open(wanting(offered)).act(refuse).act({ on: '2026-07-15', who: 'consumer', task: 'complaint', outcome: 'complain', contents: { 'usage-complaint': '接入要求没有公开' } })
    expect(dismissed.act({ on: '2026-07-20', who: 'checker', task: 'complaint-decision', outcome: 'dismiss', contents: { 'usage-complaint-decision': '接入要求已经公开' } }).open).toEqual([])
    const silent = told.open(wanting(offered)).act(refuse)
    expect(silent.time('2027-01-01').open).toEqual([])
  })
})

describe('each row of the tables of decisions', () => {
  const table = (name: string) => {
    const found = law.pack.policies[name]
    if (!found) throw new Error(`no table ${name}`)
    return (input: JsonObject) => {
      const verdict = decideByPolicy(found, input)
      return verdict.allow ? `allow ${verdict.code}` : `${verdict.refusal.code} ${verdict.refusal.provision}`
    }
  }

  test('for work in the environment', () => {
    const decide = table('environment-access')
    const good = { own: true, agreement: 'granted', supplies: 2, for_scenario: 1, granted: 1 }
    expect(decide(good)).toBe('allow use-is-within-authorization')
    expect(decide({ ...good, own: false })).toBe('agreement-must-be-own zq25-3.5')
    expect(decide({ ...good, agreement: 'suspended' })).toBe('agreement-must-stand na25-14.1.9')
    expect(decide({ ...good, supplies: 0 })).toBe('data-must-be-supplied zq25-3.5')
    expect(decide({ ...good, for_scenario: 0 })).toBe('scenario-must-be-approved zq25-23.2')
    expect(decide({ ...good, granted: 0 })).toBe('supply-must-not-be-suspended zq25-24.2')
    expect([decide({ ...good, unprotected: 1 }), decide({ ...good, unprotected: 0 })]).toEqual(['declared-protection-must-be-in-force zq25-24.2', 'allow use-is-within-authorization'])
  })

  test('for leaving the environment', () => {
    const decide = table('export')
    const good = { verdict: 'pass', agreement: 'granted', release: 'granted' }
    expect([decide(good), decide({ ...good, verdict: 'review' })]).toEqual(['allow export-allowed', 'allow export-allowed'])
    expect(decide({ ...good, verdict: 'block' })).toBe('automatic-checks-must-not-block zq25-6.1')
    expect(decide({ ...good, agreement: 'ended' })).toBe('agreement-must-stand zq25-3.5')
    expect(decide({ verdict: 'pass', agreement: 'granted' })).toBe('release-must-be-reviewed zq25-6.1')
    expect(decide({ ...good, release: 'suspended' })).toBe('release-must-stand zq25-13.1.3')
  })

  test('for the calls of a product', () => {
    const decide = table('service-access')
    const good: JsonObject = { identity_verified: true, agreement: 'granted', key_revoked: false, suspended_supplies: 0, released: true, product: 'granted', subscription: 'granted', today: '2026-08-01', ends: '2026-08-01', declared_scenario: 'a', scenario: 'a', purpose: 'b', mode: 'query', kind: 'query-interface', fields: ['x'], allowed_fields: ['x', 'y'], quota_left: 1, price: 0 }
    expect(decide(good)).toBe('allow service-access-allowed')
    const wrong: [JsonObject, string][] = [
      [{ identity_verified: false }, 'identity-must-be-verified zq25-23.2'], [{ agreement: 'revoked' }, 'access-must-not-be-revoked na25-14.1.9'], [{ agreement: 'suspended' }, 'agreement-must-stand zq25-3.5'],
      [{ key_revoked: true }, 'key-must-not-be-revoked zq25-25.1'], [{ suspended_supplies: 1 }, 'supply-must-not-be-suspended zq25-24.2'], [{ released: false }, 'product-must-come-from-release zq25-13.1.3'],
      [{ product: 'suspended' }, 'product-must-be-on-offer zq25-21.3'], [{ subscription: 'ended' }, 'subscription-must-stand zq25-23.2'], [{ today: '2026-08-02' }, 'use-must-not-have-ended zq25-3.5'],
      [{ declared_scenario: 'c' }, 'scenario-must-be-the-granted zq25-23.2'], [{ kind: 'check-interface' }, 'mode-must-be-the-products zq25-23.2'], [{ fields: ['z'] }, 'fields-must-be-the-products zq25-23.2'], [{ quota_left: 0 }, 'quota-must-not-be-exceeded zq25-23.2'],
    ]
    for (const [change, said] of wrong) expect(decide({ ...good, ...change }), JSON.stringify(change)).toBe(said)
  })
})
