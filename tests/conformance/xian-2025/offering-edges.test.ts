import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { PROOF, VERIFIED, application as used } from '#tests/support/offering-contents.ts'
import { NOTICE, OPINION, application, businessReview, code, materials } from '#tests/support/registration-contents.ts'
import { Story } from '#tests/support/story.ts'
import { VOTES, file, job, product, releaseRequest } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, published, released } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('both sides of the edges of release and product', () => {
  const asked = (told: Story, change: JsonObject = {}) => {
    const under = inForce(told)
    return { on: '2026-09-14', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest() }, facts: { job: job(under.id, change) } }
  }

  test('a result leaves only from a job of the agreement, and only with votes that found nothing', () => {
    const told = story()
    told.refusesOpening(asked(told, { agreement: 'another' }), 'job-must-belong-to-agreement', 'xa25-6.2')
    const other = story()
    const open = other.open(asked(other))
    expect(open.open.map((one) => open.due(one))).toEqual(['2026-09-20', '2026-09-20', '2026-09-20'])
    const vote = (change: JsonObject, outcome = 'pass') => ({ on: '2026-09-15', who: 'reviewer', task: 'agency-review', outcome, contents: { 'release-vote': { ...VOTES, ...change } } })
    open.refuses(vote({ 'beyond-agreement': 'yes' }), 'vote-must-agree-with-report', 'xa25-34.5')
    open.refuses(vote({ 'direct-exposure': 'yes' }), 'vote-must-agree-with-report', 'xa25-8.2')
    open.refuses(vote({ 'other-risk': 'yes' }), 'vote-must-agree-with-report', 'xa25-34.5')
    open.act(vote({ 'other-risk': 'yes' }, 'changes'))
    expect([open.status, open.open, open.effects('notify').at(-1)]).toMatchObject(['revising', ['revise'], { to: ['operator'], notice: '出域申请需修改后重报' }])
    const third = story()
    const refused = third.open(asked(third)).act(vote({ 'other-risk': 'yes' }, 'refuse'))
    expect([refused.status, refused.open.length]).toEqual(['reviewing', 2])
    for (const [who, provider] of [['metro', 'metro-company'], ['parking', 'parking-centre']] as const) refused.act({ ...vote({ 'other-risk': 'yes' }, 'refuse'), who, task: `provider-review@providers=${provider}` })
    expect([refused.status, refused.open, refused.effects('notify').at(-1)]).toMatchObject(['refused', [], { notice: '不同意出域' }])
  })

  test('a released result is on record and its release granted', () => {
    const told = story()
    const under = inForce(told)
    const open = released(told, under)
    expect([open.status, told.world.standings[`release/${open.id}`], told.world.registers['releases']?.[open.id], open.effects('environment.release')]).toMatchObject(['released', 'granted', { job: 'job-1', agreement: under.id, operator: 'qin-data', scenario: '停车引导', method: 'aggregate', 'released-on': '2026-09-15' }, [{ job: 'job-1' }]])
  })

  test('a product is open to all, of its own agreement, and holds no raw data that are not open', () => {
    const told = story()
    const under = inForce(told)
    const links = { release: released(told, under), agreement: under }
    const hand = (change: JsonObject) => ({ on: '2026-09-22', who: 'operator', procedure: 'product', links, contents: { product: product(change) } })
    told.refusesOpening(hand({ visibility: 'invited' }), 'offer-must-be-open-to-all', 'xa25-3.3')
    told.refusesOpening(hand({ raw: true }), 'raw-data-must-not-enter-market', 'na25-21.1')
    const { agreement: _agreement, ...released_ } = links
    told.refusesOpening({ ...hand({}), links: released_ }, 'product-must-rest-on-agreement', 'xa25-6.2')
    const refused = told.open(hand({})).act({ on: '2026-09-23', who: 'reviewer', task: 'agency-review', outcome: 'refuse', contents: { 'product-vote': { ...VOTES, 'other-risk': 'yes' } } })
    expect([refused.status, refused.open, refused.effects('notify').at(-1)]).toMatchObject(['refused', [], { to: ['operator'], notice: '产品和服务审核不通过' }])
  })
})

describe('both sides of the edges of use', () => {
  const ask = (of: string, change: JsonObject = {}) => ({ on: '2026-12-15', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': used(of, { scenario: '停车引导', ...change }), 'identity-proof': PROOF } })
  const grant = (terms: JsonObject = {}) => ({ on: '2026-12-16', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price: 0, quota: 10000, ...terms } } })

  test('a product on offer, in its scenario, within the agreement and the application', () => {
    const told = story()
    const made = published(told)
    told.refusesOpening(ask('nothing'), 'product-must-be-on-offer', 'xa25-13.1.4')
    told.refusesOpening(ask(made.id, { scenario: '信贷评估' }), 'scenario-must-be-the-products', 'xa25-6.2')
    told.refusesOpening(ask(made.id, { ends: '2031-05-18' }), 'use-must-end-with-agreement', 'xa25-6.2')
    const open = told.open(ask(made.id, { ends: '2031-05-17' }))
    expect([open.due('decision'), open.effects('notify')]).toMatchObject(['2026-12-22', [{ to: ['operator'] }]])
    open.refuses(grant({ quota: 10001 }), 'quota-must-stay-within-application', 'xa25-6.2')
    expect(open.act(grant()).effects('notify').at(-1)).toMatchObject({ to: ['consumer'], notice: '产品使用已开通' })
    const stopped = told.open(ask(made.id))
    told.open({ on: '2026-12-16', who: 'cyberspace', procedure: 'stop-order', contents: { 'stop-order': { product: made.id, ground: '存在安全风险', number: '网安〔2026〕1号' } } })
    stopped.refuses(grant(), 'product-must-be-on-offer', 'xa25-13.1.4')
    told.refusesOpening(ask(made.id), 'product-must-be-on-offer', 'xa25-13.1.4')
  })

  test('a refusal has its reason and may be complained of; a use lapses with its term', () => {
    const told = story()
    const made = published(told)
    const refused = told.open(ask(made.id)).act({ on: '2026-12-16', who: 'operator', task: 'decision', outcome: 'refuse', contents: { 'usage-refusal': { reason: 'technical', explanation: '不满足接入要求', evidence: file('记录.pdf') } } })
    expect([refused.status, refused.open, refused.effects('notify').at(-1)]).toMatchObject(['refused', ['complaint'], { to: ['consumer'], text: '不满足接入要求' }])
    refused.act({ on: '2026-12-17', who: 'consumer', task: 'complaint', outcome: 'complain', contents: { 'usage-complaint': '接入要求没有公开' } })
    expect([refused.status, refused.effects('notify').at(-1)]).toMatchObject(['complained', { to: ['data-authority'] }])
    refused.act({ on: '2026-12-18', who: 'authority', task: 'complaint-decision', outcome: 'reconsider', contents: { 'usage-complaint-decision': '请重新答复' } })
    expect([refused.status, refused.open, refused.effects('notify').at(-1)]).toMatchObject(['applied', ['decision#2'], { to: ['operator', 'consumer'] }])
    const lapsing = told.open(ask(made.id, { ends: '2026-12-31' })).act(grant())
    expect(lapsing.time('2026-12-31').status).toBe('granted')
    expect([lapsing.time('2027-01-01').status, told.world.standings[`subscription/${lapsing.id}`]]).toEqual(['lapsed', 'ended'])
  })
})

describe('both sides of the edges of registration', () => {
  const opening = (change: JsonObject = {}) => ({ on: '2026-05-13', who: 'platform', procedure: 'registration', contents: { 'registration-kind': 'resource', 'registration-subject': 'parking', 'registration-title': '停车数据', registrant: 'parking-centre', 'supplied-on': '2026-05-13', ...change } })
  const dated = (change: Record<string, JsonObject> = {}) => ({ ...application(), 'evidence-deposit': { digest: 'a'.repeat(64), 'deposited-on': '2026-05-13', place: '登记平台存证系统' }, ...change })
  const apply = (change: Record<string, JsonObject> = {}, on = '2026-05-14') => ({ on, who: 'parking', task: 'apply', outcome: 'submit', contents: dated(change) })
  const accept = (outcome: string, contents: Record<string, JsonObject | string> = {}, on = '2026-05-15') => ({ on, who: 'registrar', task: 'acceptance', outcome, contents })

  test('applied for after the supply, with a passed review by those who answer for it', () => {
    const told = story()
    told.refusesOpening(opening({ 'supplied-on': '2026-05-14' }), 'supply-must-have-happened', 'nr25-9.1.1')
    const open = told.open(opening())
    open.refuses(apply({ 'business-review': businessReview({ conclusion: 'failed' }) }), 'business-review-must-have-passed', 'nr25-7.1')
    open.refuses(apply({ 'business-review': businessReview({ truthful: false }) }), 'registrant-must-answer-for-materials', 'nr25-7.1')
    open.refuses(apply({ 'registration-materials': materials({ 'lawful-source': '' }) }), 'content-must-be-present', 'nr25-9.1.1')
    expect([open.act(apply()).due('acceptance'), open.effects('notify').at(-1)]).toMatchObject(['2026-05-19', { to: ['registrar'] }])
  })

  test('reviewed whole and consistent, public ten working days, coded for three years at most and once', () => {
    const told = story()
    const open = told.open(opening()).act(apply()).act(accept('accept'))
    const review = (change: JsonObject) => ({ on: '2026-06-01', who: 'registrar', task: 'formal-review', outcome: 'pass', contents: { 'review-opinion': { ...OPINION, ...change } } })
    expect(open.due('formal-review')).toBe('2026-06-12')
    open.refuses(review({ complete: false }), 'materials-must-be-complete', 'nr25-11.1')
    open.refuses(review({ consistent: false }), 'materials-must-agree', 'nr25-11.1')
    open.act(review({})).act({ on: '2026-06-01', who: 'registrar', task: 'publicise', outcome: 'published', contents: { 'publicity-notice': NOTICE } })
    expect([open.due('publicity'), open.effects('publish').at(-1)]).toMatchObject(['2026-06-15', { kind: 'registration-publicity' }])
    open.time('2026-06-16')
    const issue = (until: string) => ({ on: '2026-06-16', who: 'registrar', task: 'coding', outcome: 'issued', contents: { 'registration-code': code(until) } })
    open.refuses(issue('2029-06-16'), 'validity-must-not-exceed-three-years', 'nr25-15.1')
    open.act(issue('2029-06-15'))
    expect([open.status, told.world.registers['registrations']?.['parking'], open.effects('publish').at(-1)]).toMatchObject(['registered', { code: 'GGSJ-510100-000001', 'valid-until': '2029-06-15', state: '已登记' }, { kind: 'registration-result' }])
    told.refusesOpening({ ...opening(), on: '2026-06-17' }, 'registration-must-be-first', 'nr25-9.1')
  })

  test('an application not taken names its reasons', () => {
    const told = story()
    const open = told.open(opening()).act(apply()).act(accept('refuse', { 'refusal-reasons': '不属于登记范围' }))
    expect([open.status, open.open, open.effects('notify').at(-1)]).toMatchObject(['not-accepted', [], { to: ['registrant'], text: '不属于登记范围' }])
  })
})
