import { describe, expect, test as plain } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { decision, documents, fairReview, file, notice, plan, PLAN_CONDITIONS } from '#tests/support/authorization-contents.ts'
import { planInDeliberation } from '#tests/support/authorization-story.ts'
import { earlyAgreement } from '#tests/support/chengdu-early-story.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { PROOF, REVIEWED, VERIFIED, application, offered, priceDecision, product, released } from '#tests/support/offering-contents.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { agreementOverFour } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('competition', ['product', 'product-service', 'operator-selection'])

const story = () => fresh(WIDE_CAST)
const contract = (agreed: StoryCase, change: JsonObject = {}, on = '2026-09-01', who = 'operator') => ({
  on, who, procedure: 'service-contract', links: { agreement: agreed },
  contents: { 'service-contract': { customer: '蓉城数据实验室有限公司', subject: '空气质量查询服务', starts: '2026-09-01', ends: '2027-08-31', document: file('合同.pdf'), ...change } },
})
const clauses = (finding: string, more: JsonObject = {}) => ({
  on: '2026-09-02', who: 'reviewer', task: 'clause-check', outcome: 'checked',
  contents: { 'clause-check': [{ name: '服务内容', finding: 'none' }, { name: '开发主体不得以低于500元的价格销售', finding }], ...more },
})

describe('contracts', () => {
  test('cd26-6.1a: “shall not sell below 500 yuan” in a contract of 2026-09-01 is marked as fixing resale prices: no activation, and one referral to market supervision', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'air-quality': 'environment-bureau' })
    const uploaded = told.open(contract(agreed))
    uploaded.refuses({ on: '2026-09-01', who: 'operator', task: 'activate', outcome: 'activated' }, 'step-must-be-open', 'cd26-7.6')
    uploaded.refuses(clauses('resale-price'), 'referral-must-name-supervisor', 'cd26-6.1')
    uploaded.refuses({ ...clauses('none'), who: 'operator' }, 'actor-must-hold-office', 'cd26-6.1')
    uploaded.act(clauses('resale-price', { 'market-supervisor': 'market-supervision-bureau' }))
    expect([uploaded.open, uploaded.state.tasks.find((task) => task.step === 'referral')?.organization]).toEqual([['activate', 'referral'], 'market-supervision-bureau'])
    expect(uploaded.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-authority'], notice: '合同条款涉嫌排除、限制竞争' })
    expect(uploaded.refuses({ on: '2026-09-02', who: 'operator', task: 'activate', outcome: 'activated' }, 'contract-must-not-restrict-competition', 'cd26-6.1').message).toContain('开发主体不得以低于500元的价格销售')
    uploaded.act({ on: '2026-09-03', who: 'operator', task: 'activate', outcome: 'drop' })
    uploaded.act({ on: '2026-09-09', who: 'market-bureau', task: 'referral', outcome: 'handled', contents: { opinion: '已责令改正' } })
    expect([uploaded.status, uploaded.open]).toEqual(['dropped', []])
  })

  plain.each(['market-division', 'exclusive', 'other'])('cd26-6.1a: a clause marked “%s” does not become active either; a clean contract does', (finding) => {
    const told = story()
    const agreed = earlyAgreement(told, { 'air-quality': 'environment-bureau' })
    const activate = { on: '2026-09-02', who: 'operator', task: 'activate', outcome: 'activated' }
    told.open(contract(agreed)).act(clauses(finding, { 'market-supervisor': 'market-supervision-bureau' })).refuses(activate, 'contract-must-not-restrict-competition', 'cd26-6.1')
    const clean = told.open(contract(agreed)).act(clauses('none'))
    expect(clean.open).toEqual(['activate'])
    expect([clean.act(activate).status, told.world.standings[`service-contract/${clean.id}`]]).toEqual(['active', 'granted'])
    expect(clean.effects('notify')).toEqual([])
  })

  test('cd26-21.1a: under an agreement that ends on 2026-12-31, a contract of 11-16 that runs to 2027-03-31 is refused with the end date', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'air-quality': 'environment-bureau' }, { term: { start: '2026-07-01', end: '2026-12-31' } })
    const refusal = told.refusesOpening(contract(agreed, { ends: '2027-03-31' }, '2026-11-16'), 'contract-must-end-with-agreement', 'cd26-21.1')
    expect(refusal.message).toContain('2026-12-31')
    told.refusesOpening(contract(agreed, { ends: '2027-01-01' }, '2026-11-16'), 'contract-must-end-with-agreement', 'cd26-21.1')
    told.refusesOpening(contract(agreed, { ends: '2026-12-31' }, '2026-11-16', 'stranger'), 'party-must-be-the-same', 'cd26-21.1')
    expect(told.open(contract(agreed, { ends: '2026-12-31' }, '2026-11-16')).status).toBe('uploaded')
  })
})

describe('the same terms for everybody', () => {
  const ask = (of: string, change: JsonObject = {}, who = 'developer', on = '2026-09-02', more: JsonObject = {}) => ({ on, who, procedure: 'product-service', contents: { 'usage-application': application(of, { 'purpose-class': 'industry', ...change }), 'identity-proof': PROOF, ...more } })
  const grant = (price: number, quota = 10000, on = '2026-09-02') => ({ on, who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price, quota } } })
  const refuse = (change: JsonObject) => ({ on: '2026-09-02', who: 'operator', task: 'decision', outcome: 'refuse', contents: { 'usage-refusal': { reason: 'technical', explanation: '接入环境不满足要求', evidence: file('测试.pdf'), ...change } } })

  test('cd26-6.1b: with 2,000 yuan a month on the public list, 3,500 for developer D alone on 2026-09-02 is refused, and so is a rejection with an empty reason', () => {
    const told = story()
    const listed = offered(told, agreementOverFour(told), '2026-09-01', { price: 2000, 'price-unit': 'month' }, { ceiling: 2000 })
    const asked = told.open(ask(listed.id))
    expect(asked.refuses(grant(3500), 'price-must-be-the-public-one', 'cd26-6.1').details).toMatchObject({ found: 3500, wanted: 2000 })
    asked.refuses(grant(1500), 'price-must-be-the-public-one', 'cd26-6.1')
    asked.refuses(refuse({ reason: '' }), 'content-must-be-present', 'cd26-6.1')
    asked.refuses(refuse({ reason: 'dislike' }), 'content-must-be-typed', 'cd26-6.1')
    asked.refuses(refuse({ evidence: null }), 'content-must-be-present', 'cd26-6.1')
    asked.refuses(refuse({ explanation: '' }), 'content-must-be-present', 'cd26-6.1')
    expect(asked.act(grant(2000)).status).toBe('granted')
  })

  test('cd26-6.1b: who is refused complains to the data authority in one step', () => {
    const told = story()
    const listed = offered(told, agreementOverFour(told), '2026-09-01')
    const asked = () => told.open(ask(listed.id)).act(refuse({}))
    const complained = asked()
    expect([complained.effects('notify').at(-1), complained.due('complaint')]).toMatchObject([{ to: ['consumer'], text: '接入环境不满足要求' }, '2026-09-22'])
    const complain = { on: '2026-09-03', who: 'developer', task: 'complaint', outcome: 'complain', contents: { 'usage-complaint': '接入条件已满足，理由不成立' } }
    complained.act(complain)
    expect([complained.effects('notify').at(-1), complained.due('complaint-decision')]).toMatchObject([{ to: ['data-authority'] }, '2026-09-17'])
    const decide = (outcome: string) => ({ on: '2026-09-10', who: 'authority', task: 'complaint-decision', outcome, contents: { 'usage-complaint-decision': '经核查作出的处理意见' } })
    complained.refuses({ ...decide('reconsider'), who: 'operator' }, 'actor-must-hold-office', 'cd26-7.1')
    complained.act(decide('reconsider'))
    expect([complained.open, complained.effects('notify').at(-1)]).toMatchObject([['decision#2'], { to: ['operator', 'consumer'] }])
    const dismissed = asked().act(complain).act(decide('dismiss'))
    expect([dismissed.status, dismissed.open]).toEqual(['refused', []])
    const silent = asked().time('2026-09-22')
    expect([silent.open, silent.time('2026-09-23').open]).toEqual([['complaint'], []])
  })

  test('cd26-7.6b: product P2 “for one customer” is refused on 2026-09-09; for all verified customers it is published', () => {
    const told = story()
    const agreement = agreementOverFour(told)
    const release = released(told, agreement, '2026-09-08')
    const offer = (change: JsonObject) => ({ on: '2026-09-09', who: 'operator', procedure: 'product', links: { release, agreement }, contents: { product: product(change), 'price-decision': priceDecision() } })
    told.refusesOpening(offer({ visibility: 'invited' }), 'offer-must-be-open-to-all', 'cd26-7.6')
    told.refusesOpening(offer({ terms: '' }), 'content-must-be-present', 'cd26-7.6')
    for (const missing of ['description', 'contact']) told.refusesOpening(offer({ [missing]: '' }), 'content-must-be-present', 'cd26-30.2')
    const published = told.open(offer({ visibility: 'all-verified' })).act({ on: '2026-09-09', who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEWED } })
    expect([published.status, published.effects('publish').at(-1), told.world.standings[`product/${published.id}`]]).toMatchObject(['listed', { kind: 'product', price: 1.2, contact: '028-12345678' }, 'granted'])
  })

  test('cd26-21.1b: company C, 60% owned by operator A, may not redevelop A’s product on 2026-10-12; an unrelated company may ask', () => {
    const told = story()
    const listed = offered(told, agreementOverFour(told))
    const redevelop = (change: JsonObject = {}, holders: JsonObject[] = [], who = 'developer') => ask(listed.id, { use: 'redevelop', ...change }, who, '2026-10-12', { 'redevelopment-holders': holders })
    const share = (percent: number) => [{ holder: 'tianfu-data', share: percent }, { holder: 'other-data', share: 100 - percent }]
    expect(told.refusesOpening(redevelop({}, share(60)), 'operator-must-not-redevelop', 'cd26-21.1').message).toContain('60%')
    told.refusesOpening(redevelop({}, share(50)), 'operator-must-not-redevelop', 'cd26-21.1')
    expect(told.open(redevelop({}, share(49))).open).toEqual(['decision'])
    told.refusesOpening(redevelop({}, [], 'operator-as-consumer'), 'operator-must-not-redevelop', 'cd26-21.1')
    for (const tie of ['controlled', 'controlling', 'same-controller', 'shared-staff']) told.refusesOpening(redevelop({ tie }), 'operator-must-not-redevelop', 'cd26-21.1')
    expect(told.open(redevelop()).status).toBe('applied')
    const other = () => told.open(redevelop({ tie: 'other' }))
    const judge = (outcome: string, who = 'director') => ({ on: '2026-10-13', who, task: 'tie-decision', outcome, contents: { opinion: '经核查作出的判断' } })
    expect([other().open, other().due('tie-decision')]).toEqual([['tie-decision'], '2026-10-19'])
    other().refuses(judge('independent', 'operator'), 'actor-must-hold-office', 'cd26-21.1')
    expect(other().act(judge('independent')).open).toEqual(['decision'])
    const indirect = other().act(judge('indirect'))
    expect([indirect.status, indirect.effects('notify').at(-1)]).toMatchObject(['refused', { to: ['consumer', 'operator'] }])
  })
})

describe('selection documents', () => {
  test('cd26-6.1c: a tender of 2026-07-15 that requires “registered in Chengdu for 3 years” is not published, and the condition is named', () => {
    const local = '在成都注册满3年'
    const conditions = [...PLAN_CONDITIONS, local]
    const told = story()
    const text = plan({ 'operator-conditions': conditions.map((requirement) => ({ kind: 'other', requirement })) })
    const waiting = planInDeliberation(told, text, conditions)
    waiting.act({ on: '2026-07-10', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, '2026-07-10') } })
    const round = told.open({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', links: { plan: waiting }, contents: { 'case-name': '运营机构选定' } })
      .act({ on: '2026-07-13', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents({ conditions }) } })
      .act({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice('2026-07-20') } })
      .act({ on: '2026-07-20', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    const passed = (review: JsonObject, who = 'reviewer') => ({ on: '2026-07-20', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': review } })
    const found = fairReview(PLAN_CONDITIONS)
    const review = (finding: string) => ({ ...found, clauses: [...(found['clauses'] as JsonObject[]), { name: local, finding }] }) // a table of the sample
    round.refuses({ on: '2026-07-20', who: 'drafter', task: 'publish-documents', outcome: 'published' }, 'step-must-be-open', 'cd26-13.1')
    for (const finding of ['local-registration', 'ownership-form', 'local-record', 'named-brand']) {
      expect(round.refuses(passed(review(finding)), 'competition-must-not-be-restricted', 'cd26-6.1').message).toContain(local)
    }
    round.refuses(passed(found), 'every-condition-must-be-reviewed', 'cd26-6.1')
    round.refuses(passed(review('none'), 'drafter'), 'reviewer-must-not-be-author', null)
    const back = round.act({ on: '2026-07-20', who: 'reviewer', task: 'review-fair-competition', outcome: 'return-for-change', contents: { opinion: '请删去本地注册条件' } })
    expect([back.status, back.open]).toEqual(['preparing', ['prepare-documents#2']])
  })
})
