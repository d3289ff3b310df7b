import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { PROOF, VERIFIED, application } from '#tests/support/offering-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { VOTES, decided, demand, demandItem, file, product } from '#tests/support/xian-contents.ts'
import { FINDING, XIAN, demanded, handedIn, inForce, last, late, listed, productRegistered, released, reviewed, supplied } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('demand and supply', () => {
  const review = (on: string, rows: Json[]) => ({ on, who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'decided', contents: { 'review-decisions': rows } })

  test('xa25-23.1a: only what the agreement holds, at once; xa25-23.1b: received on 2026-09-18, due on 2026-09-22', () => {
    const told = story()
    const under = inForce(told)
    const received = demanded(told, '2026-09-18', under)
    listed(told, 'school', 'parking')
    expect(told.refusesOpening({ on: '2026-09-17', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('school')]) } }, 'demand-must-stay-within-agreement', 'xa25-6.2').message).toContain('school')
    expect(received.due('provider-review@providers=parking-centre')).toBe('2026-09-22')
    expect(late(received.time('2026-09-22'))).toEqual([])
    expect(late(received.time('2026-09-23'))).toHaveLength(2)
    expect(received.act(review('2026-09-23', [decided('parking')])).lateness('provider-review')).toBe(1)
  })

  test('xa25-11.1.4a xa25-9.1.4b: each provider on its own lines, the data authority on their reason, within the same days; silence approves nothing', () => {
    const received = demanded(story(), '2026-09-18')
    received.refuses(review('2026-09-21', [decided('metro')]), 'decision-must-be-on-own-items', 'xa25-11.1.4')
    received.act(review('2026-09-21', [decided('parking')]))
    expect(received.due('authority-review@providers=parking-centre')).toBe('2026-09-22')
    const approve = (change: JsonObject) => ({ on: '2026-09-22', who: 'authority', task: 'authority-review', outcome: 'approve', contents: { 'authority-finding': { ...FINDING, ...change } } })
    received.refuses(approve({ smallest: false }), 'demand-must-be-smallest', 'xa25-9.1.4')
    received.refuses({ ...approve({}), who: 'operator' }, 'actor-must-hold-office', 'xa25-23.1')
    received.act(approve({})).time('2026-09-30')
    expect(received.open).toEqual(['provider-review@providers=metro-company', 'provision@providers=parking-centre/approved-items=parking'])
  })

  test('xa25-11.1.3: the first supply opens the provider’s registration, due twenty working days later', () => {
    const told = story()
    supplied(told)
    expect(told.world.standings['supply/GJ-1']).toBe('granted')
    const registration = last(told, 'registration')
    expect([registration.open, registration.state.parties['registrant'], registration.due('apply')]).toEqual([['apply'], 'parking-centre', '2026-10-29'])
  })

  test('xa25-11.1.4b: the first batch is confirmed by its provider', () => {
    const going = demanded(story(), '2026-09-18').act(review('2026-09-21', [decided('parking')])).act({ on: '2026-09-21', who: 'authority', task: 'authority-review', outcome: 'approve', contents: { 'authority-finding': FINDING } })
    going.refuses({ on: '2026-09-22', who: 'parking', task: 'provision', outcome: 'delivered', contents: { provision: { 'provide-by': 'batch-table', fields: ['station', 'hour', 'pm25'], rows: 1, sha256: 'a'.repeat(64) } } }, 'content-must-be-present', 'xa25-11.1.4')
  })
})

describe('the use of a product', () => {
  /** A product published on the node on 2026-12-14. */
  const published = (told: Story) => {
    const open = reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    productRegistered(told)
    return open.act({ on: '2026-12-11', who: 'operator', task: 'publish', outcome: 'send' })
      .act({ on: '2026-12-14', who: 'platform', task: 'node-receipt', outcome: 'received', contents: { 'node-receipt': { number: 'XA-1', 'published-on': '2026-12-14' } } })
  }
  const ask = (of: string, change: JsonObject = {}, who = 'consumer') => ({ on: '2026-12-15', who, procedure: 'product-service', contents: { 'usage-application': application(of, { scenario: '停车引导', ...change }), 'identity-proof': PROOF } })

  test('xa25-6.2b: neither the operator nor who is tied to it redevelops', () => {
    const told = story()
    const { id } = published(told)
    told.refusesOpening(ask(id, { use: 'redevelop', tie: 'controlled' }), 'operator-must-not-redevelop', 'xa25-6.2')
    told.refusesOpening(ask(id, { use: 'redevelop' }, 'operator-as-consumer'), 'operator-must-not-redevelop', 'xa25-6.2')
    expect(told.open(ask(id, { use: 'redevelop' })).status).toBe('applied')
  })

  test('xa25-13.1.5a xa25-6.1b xa25-13.1.5b: only with its identity reviewed, at the public price, and on record', () => {
    const told = story()
    const { id } = published(told)
    const asked = told.open(ask(id))
    const grant = (terms: JsonObject, check: JsonObject = {}) => ({ on: '2026-12-16', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { ...VERIFIED, ...check }, 'usage-terms': { price: 0, quota: 100, ...terms } } })
    asked.refuses(grant({}, { verified: false }), 'identity-must-be-verified', 'xa25-13.1.5')
    asked.refuses(grant({ price: 1 }), 'price-must-be-the-public-one', 'xa25-6.1')
    asked.act(grant({}))
    expect(told.world.registers['subscriptions']?.[asked.id]).toMatchObject({ consumer: 'travel-company', quota: 100, 'granted-on': '2026-12-16' })
  })
})

describe('a product', () => {
  test('xa25-25.1a xa25-24.1b xa25-3.2: comes from the environment, is processed, and asks for a review', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening({ on: '2026-09-22', who: 'operator', procedure: 'product', links: { agreement: under }, contents: { product: product() } }, 'product-must-come-from-release', 'xa25-24.1')
    told.refusesOpening({ on: '2026-09-22', who: 'operator', procedure: 'product', links: { agreement: under, release: released(told, under) }, contents: { product: product({ kind: 'data-set', raw: true }) } }, 'product-must-be-processed', 'xa25-3.2')
  })

  test('xa25-25.1b: three reviewers, due on 2026-10-13; not passed while one is missing', () => {
    const open = handedIn(story(), '2026-09-22')
    expect(open.open).toEqual(['agency-review', 'provider-review@providers=metro-company', 'provider-review@providers=parking-centre'])
    expect(open.open.map((one) => open.due(one))).toEqual(['2026-10-13', '2026-10-13', '2026-10-13'])
    open.act({ on: '2026-09-23', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'product-vote': VOTES } })
    open.act({ on: '2026-09-23', who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'pass', contents: { 'product-vote': VOTES } })
    expect([open.status, open.open]).toEqual(['reviewing', ['provider-review@providers=metro-company']])
    expect(open.act({ on: '2026-09-24', who: 'metro', task: 'provider-review', outcome: 'pass', contents: { 'product-vote': VOTES } }).status).toBe('reviewed')
  })

  test.each([
    ['xa25-25.1.1', 'beyond-agreement', 'use-must-keep-to-agreement'], ['xa25-25.1.2', 'direct-exposure', 'data-must-not-be-exposed'], ['xa25-25.1.3', 'other-risk', 'no-other-risk-may-remain'],
  ])('%s: no pass while “%s” is found', (provision, heading, code) => {
    const open = handedIn(story(), '2026-09-22')
    const pass = (change: JsonObject) => ({ on: '2026-09-29', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'product-vote': { ...VOTES, ...change } } })
    open.refuses(pass({ [heading]: 'yes' }), code, provision)
    open.refuses(pass({ [`${heading}-note`]: '' }), 'content-must-be-present', provision)
    expect(open.act(pass({})).open).toHaveLength(2)
  })

  test('xa25-25.1c: a found risk returns it; every finding is answered, and the review begins again', () => {
    const told = story()
    const open = handedIn(told, '2026-09-22').act({ on: '2026-09-28', who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'rectify', contents: { 'product-vote': { ...VOTES, 'other-risk': 'yes' } } })
    expect([open.status, open.open]).toEqual(['returned', ['state-risks']])
    open.act({ on: '2026-09-28', who: 'reviewer', task: 'state-risks', outcome: 'stated', contents: { 'risk-findings': [{ finding: '单户可识别', expected: '提高汇总程度' }, { finding: '调用不限次', expected: '限制次数' }] } })
    const again = (answers: string[]) => ({ on: '2026-10-12', who: 'operator', task: 'revise', outcome: 'resubmit', contents: { product: product(), 'risk-answers': answers.map((finding) => ({ finding, done: '已整改' })) } })
    expect(open.refuses(again(['单户可识别']), 'every-risk-must-be-answered', 'xa25-25.1').message).toContain('调用不限次')
    open.act(again(['单户可识别', '调用不限次']))
    expect([open.status, open.due('agency-review')]).toEqual(['reviewing', '2026-10-26'])
  })

  test('xa25-26.1: passed on 2026-09-18, the application is due on 2026-10-22 under this article, late on 2026-10-23', () => {
    const told = story()
    reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    const registration = last(told, 'registration')
    expect([registration.open, registration.due('apply-product')]).toEqual([['apply-product'], '2026-10-22'])
    expect(registration.state.tasks[0]?.clock?.basis).toMatchObject({ kind: 'interpretation' })
    expect(late(registration.time('2026-10-22'))).toEqual([])
    expect(late(registration.time('2026-10-23')).at(-1)).toMatchObject({ to: ['data-authority', 'registrant'] })
  })

  test('xa25-13.1.2 xa25-27.1a xa25-27.1b: registered before it is published, and published with the node’s receipt', () => {
    const told = story()
    const open = reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    const send = (on: string) => ({ on, who: 'operator', task: 'publish', outcome: 'send' })
    open.refuses(send('2026-10-26'), 'product-must-be-registered-before-publication', 'xa25-13.1.2')
    productRegistered(told)
    expect(open.status).toBe('registered')
    open.refuses({ ...send('2026-12-11'), who: 'drafter' }, 'actor-must-hold-office', 'xa25-27.1')
    open.act(send('2026-12-11'))
    expect([open.status, told.world.standings[`product/${open.id}`]]).toEqual(['publishing', undefined])
    expect(open.effects('port').at(-1)).toMatchObject({ port: 'national-node', action: 'publish', concludes: 'node-receipt', registration: 'GGSJ-510100-000001' })
    open.act({ on: '2026-12-14', who: 'platform', task: 'node-receipt', outcome: 'received', contents: { 'node-receipt': { number: 'XA-1', 'published-on': '2026-12-14' } } })
    expect([open.status, told.world.standings[`product/${open.id}`], told.world.registers['products']?.[open.id]]).toMatchObject(['listed', 'granted', { 'node-receipt': 'XA-1', 'published-on': '2026-12-14' }])
  })

  test('xa25-14.1 xa25-29.1 xa25-14.2a: a price needs a policy of both authorities in force, within its ceiling', () => {
    const told = story()
    const under = inForce(told)
    const release = released(told, under)
    const priced = (price: number, on: string, change: JsonObject = {}) => ({ on, who: 'operator', procedure: 'product', links: { release, agreement: under }, contents: { product: product({ price, 'price-unit': 'call', 'price-policy': '西发改价〔2026〕9号', ...change }) } })
    told.refusesOpening(priced(0.1, '2026-09-20'), 'price-must-rest-on-policy', 'xa25-29.1')
    const policy = told.open({ on: '2026-09-21', who: 'pricing', procedure: 'price-policy', contents: { 'price-policy': { number: '西发改价〔2026〕9号', title: '公共数据价格政策', kind: 'guided', products: '数据接口', ceiling: 0.12, effective: '2026-10-12' } } })
    told.refusesOpening(priced(0.1, '2026-10-12'), 'price-must-rest-on-policy', 'xa25-29.1')
    policy.act({ on: '2026-09-22', who: 'authority', task: 'agree', outcome: 'agree', contents: { 'policy-opinion': '同意' } })
    told.refusesOpening(priced(0.1, '2026-10-11'), 'price-must-rest-on-policy', 'xa25-29.1')
    told.refusesOpening(priced(0.13, '2026-10-12'), 'price-must-not-exceed-ceiling', 'xa25-14.2')
    expect(told.open(priced(0.12, '2026-10-12')).status).toBe('reviewing')
  })

  test('xa25-14.2b xa25-14.2c xa25-24.2: the price is marked, no former price is claimed, personal information has its ground', () => {
    const told = story()
    const under = inForce(told)
    const release = released(told, under)
    const opening = (change: JsonObject) => ({ on: '2026-09-20', who: 'operator', procedure: 'product', links: { release, agreement: under }, contents: { product: product(change) } })
    told.refusesOpening(opening({ 'price-unit': 'call' }), 'free-product-must-say-free', 'xa25-14.2')
    told.refusesOpening(opening({ 'price-unit': '' }), 'content-must-be-present', 'xa25-14.2')
    told.refusesOpening(opening({ 'former-price': 1 }), 'former-price-must-not-be-claimed', 'xa25-14.2')
    told.refusesOpening(opening({ personal: true }), 'personal-information-must-have-ground', 'xa25-24.2')
    told.refusesOpening(opening({ answerable: '' }), 'content-must-be-present', 'xa25-34.1')
    expect(told.open(opening({ personal: true, 'personal-ground': '经匿名化处理并通过检验', 'impact-assessment': file('影响评估.pdf'), 'personal-notice': '处理目的、方式和范围' })).status).toBe('reviewing')
  })
})
