import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { PROOF, VERIFIED, application } from '#tests/support/offering-contents.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { file, product } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, last, late, published, released } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const ask = (of: string, change: JsonObject = {}, who = 'consumer') => ({ on: '2026-12-15', who, procedure: 'product-service', contents: { 'usage-application': application(of, { scenario: '停车引导', ...change }), 'identity-proof': PROOF } })
const grant = (terms: JsonObject = {}, check: JsonObject = {}) => ({ on: '2026-12-16', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { ...VERIFIED, ...check }, 'usage-terms': { price: 0, quota: 100, ...terms } } })

describe('fair use', () => {
  test('xa25-6.1b: a clause that forbids to buy elsewhere or a price of its own is refused; a complaint reaches the market supervisor with the terms of that day', () => {
    const told = story()
    const { id } = published(told)
    const asked = told.open(ask(id))
    asked.refuses(grant({ exclusive: true }), 'terms-must-not-restrict-competition', 'xa25-6.1')
    asked.refuses(grant({ price: 1 }), 'price-must-be-the-public-one', 'xa25-6.1')
    expect(asked.act(grant({ exclusive: false })).status).toBe('granted')
    const complaint = told.open({ on: '2026-12-17', who: 'consumer', procedure: 'market-complaint', contents: { 'market-complaint': { product: id, kind: 'monopoly', text: '要求搭售其他产品' } } })
    expect([complaint.state.tasks.map((one) => [one.step, one.organization]), told.world.registers['market-complaints']?.[complaint.id]]).toMatchObject([[['investigate', 'market-bureau']], { kind: 'monopoly', operator: 'qin-data', terms: '经审核的使用主体均可申请', price: 0, 'complained-on': '2026-12-17' }])
    expect(complaint.effects('notify')).toMatchObject([{ to: ['market-supervisor', 'operator'] }])
  })

  test('xa25-6.2b: neither the operator nor a company it controls develops the product further; an unconnected one is served', () => {
    const told = story()
    const { id } = published(told)
    told.refusesOpening(ask(id, { use: 'redevelop', tie: 'controlled' }), 'operator-must-not-redevelop', 'xa25-6.2')
    for (const tie of ['controlling', 'same-controller', 'shared-staff']) told.refusesOpening(ask(id, { use: 'redevelop', tie }), 'operator-must-not-redevelop', 'xa25-6.2')
    told.refusesOpening(ask(id, { use: 'redevelop' }, 'operator-as-consumer'), 'operator-must-not-redevelop', 'xa25-6.2')
    expect(told.open(ask(id, { use: 'redevelop' })).status).toBe('applied')
  })

  test('xa25-6.2c: products open to further development are listed with licence and sample, the others with the reason', () => {
    const told = story()
    const open = published(told, { redevelopment: 'open', 'redevelopment-note': '署名即可再开发，附一百行样例' })
    expect([law.pack.registers['products']?.public, law.pack.registers['products']?.fields['redevelopment-note']?.public, told.world.registers['products']?.[open.id]]).toMatchObject([true, true, { redevelopment: 'open', 'redevelopment-note': '署名即可再开发，附一百行样例' }])
    const other = story()
    const closed = published(other, { redevelopment: 'closed', 'redevelopment-note': '涉及重点设施，不宜再开发' })
    expect(other.world.registers['products']?.[closed.id]).toMatchObject({ redevelopment: 'closed', 'redevelopment-note': '涉及重点设施，不宜再开发' })
    const third = story()
    const under = inForce(third)
    third.refusesOpening({ on: '2026-09-22', who: 'operator', procedure: 'product', links: { release: released(third, under), agreement: under }, contents: { product: product({ redevelopment: 'closed' }) } }, 'redevelopment-must-be-explained', 'xa25-6.2')
  })

  test('xa25-6.3: a hospital’s contractor lists nothing on 2026-05-07 without an agreement; a report of its sale opens a case on 2026-05-08', () => {
    const told = story()
    told.refusesOpening({ on: '2026-05-07', who: 'stranger', procedure: 'product', contents: { product: product() } }, 'product-must-come-from-release', 'xa25-24.1')
    told.refusesOpening({ on: '2026-05-07', who: 'hospital', procedure: 'product', contents: { product: product() } }, 'actor-must-hold-office', 'xa25-13.1.4')
    const tip = told.open({ on: '2026-05-08', who: 'authority', procedure: 'tip', contents: { tip: { 'received-on': '2026-05-08', product: '就诊数据查询', 'offered-by': '某软件公司', place: '其自有网站' } } })
    expect([tip.open, tip.due('verify'), tip.state.tasks[0]?.organization]).toEqual([['verify'], '2026-05-28', 'data-bureau'])
    expect(late(tip.time('2026-05-29'))).toHaveLength(1)
    const referral = { referral: { subject: '某软件公司', facts: '未经授权运营', law: '本细则第六条', evidence: file('网页.pdf') } }
    tip.act({ on: '2026-05-29', who: 'authority', task: 'verify', outcome: 'refer', contents: { 'tip-result': '经核查属实', ...referral } })
    expect([tip.status, last(told, 'referral').open]).toEqual(['referred', ['investigate']])
  })

  test('xa25-13.1.5a: a consumer without a review is not served on 2026-06-12; after the review it has its own key', () => {
    const told = story()
    const { id } = published(told)
    const asked = told.open(ask(id))
    asked.refuses(grant({}, { verified: false }), 'identity-must-be-verified', 'xa25-13.1.5')
    asked.refuses({ ...grant(), contents: { 'usage-terms': { price: 0, quota: 100 } } }, 'content-must-be-present', 'xa25-3.3')
    expect(told.world.standings[`subscription/${asked.id}`]).toBeUndefined()
    asked.act(grant())
    expect([told.world.standings[`subscription/${asked.id}`], asked.effects('services.grant')]).toMatchObject(['granted', [{ product: id, consumer: 'travel-company', subscription: asked.id, quota: 100 }]])
  })

  test('xa25-4.1b: a company registered on 2026-02-11 is checked by 2026-02-25, whatever its kind', () => {
    const told = story()
    const register = (kind: string) => told.open({ on: '2026-02-11', who: 'consumer', procedure: 'participant', contents: { participant: { name: '出行科技', kind, security: '等级保护二级' } } })
    const open = register('enterprise')
    expect([open.due('check'), ...['institution', 'social', 'university', 'other'].map((kind) => register(kind).open)]).toEqual(['2026-02-25', ['check'], ['check'], ['check'], ['check']])
    expect(late(open.time('2026-02-25'))).toEqual([])
    expect(late(open.time('2026-02-26'))).toHaveLength(1)
    open.act({ on: '2026-02-26', who: 'authority', task: 'check', outcome: 'admit', contents: { 'participant-check': '材料属实' } })
    expect([law.pack.registers['participants']?.public, told.world.registers['participants']?.['travel-company']]).toMatchObject([true, { name: '出行科技', kind: 'enterprise', 'admitted-on': '2026-02-26' }])
  })
})

describe('prices', () => {
  const policy = (told: Story, change: JsonObject = {}, on = '2026-05-11') => told.open({ on, who: 'pricing', procedure: 'price-policy', contents: { 'price-policy': { number: '西发改价〔2026〕9号', title: '公共数据价格政策', kind: 'guided', products: '数据接口', ceiling: 0.2, effective: '2026-05-11', ...change } } })
  const agree = (on = '2026-05-11') => ({ on, who: 'authority', task: 'agree', outcome: 'agree', contents: { 'policy-opinion': '同意公布' } })
  const priced = (links: Record<string, StoryCase>, price: number, on: string, change: JsonObject = {}) => ({ on, who: 'operator', procedure: 'product', links, contents: { product: product({ price, 'price-unit': 'call', 'price-policy': '西发改价〔2026〕9号', ...change }) } })
  const scene = () => {
    const told = story()
    const agreement = inForce(told)
    return { told, links: { release: released(told, agreement), agreement } }
  }

  test('xa25-14.1: a policy of 2026-05-11 with the price authority’s signature only is not public; with both it limits prices from its date', () => {
    const { told, links } = scene()
    const open = policy(told)
    expect([open.effects('publish'), told.world.registers['price-policies'], open.open]).toEqual([[], undefined, ['agree']])
    open.refuses({ ...agree(), who: 'pricing' }, 'actor-must-hold-office', 'xa25-14.1')
    told.refusesOpening(priced(links, 0.1, '2026-09-22'), 'price-must-rest-on-policy', 'xa25-29.1')
    open.act(agree())
    expect([open.status, open.effects('publish'), law.pack.registers['price-policies']?.public]).toMatchObject(['in-force', [{ kind: 'price-policy', number: '西发改价〔2026〕9号', ceiling: 0.2, effective: '2026-05-11' }], true])
    expect(told.open(priced(links, 0.2, '2026-09-22')).status).toBe('reviewing')
  })

  test('xa25-14.2a: over a guided maximum of 0.20 yuan 0.25 is refused on 2026-06-16; an invoice at 0.25 opens a case on its day', () => {
    const { told, links } = scene()
    policy(told).act(agree())
    expect(told.refusesOpening(priced(links, 0.25, '2026-09-22'), 'price-must-not-exceed-ceiling', 'xa25-14.2').message).toMatch(/0\.25.*0\.2/)
    expect(told.open(priced(links, 0.2, '2026-09-22')).status).toBe('reviewing')
    const other = story()
    const { id } = published(other)
    const complaint = other.open({ on: '2026-12-30', who: 'consumer', procedure: 'market-complaint', contents: { 'market-complaint': { product: id, kind: 'price', charged: 0.25, invoice: file('发票.pdf'), text: '发票价格高于公开价格' } } })
    expect([complaint.state.opened, other.world.registers['market-complaints']?.[complaint.id]]).toMatchObject(['2026-12-30', { charged: 0.25, price: 0, 'price-policy': '免费' }])
    const decide = (who: string) => ({ on: '2027-01-11', who, task: 'investigate', outcome: 'decide', contents: { 'market-decision': { number: '市监罚1号', content: '责令退还多收价款' } } })
    complaint.refuses(decide('authority'), 'actor-must-hold-office', 'xa25-14.2')
    complaint.act(decide('market'))
    expect(other.world.registers['penalties']?.['市监罚1号']).toMatchObject({ subject: 'qin-data', date: '2027-01-11' })
  })

  test('xa25-14.2b: a former price that was never in force is refused; a complaint reaches the market supervisor with the price since listing', () => {
    const { told, links } = scene()
    expect(told.refusesOpening({ ...priced(links, 0, '2026-09-22', { 'price-unit': 'free', 'price-policy': '免费', 'former-price': 1 }) }, 'former-price-must-not-be-claimed', 'xa25-14.2').message).toContain('1')
    const other = story()
    const { id } = published(other)
    const complaint = other.open({ on: '2026-12-18', who: 'consumer', procedure: 'market-complaint', contents: { 'market-complaint': { product: id, kind: 'fraud', text: '宣称的原价从未实行' } } })
    expect([complaint.open, other.world.registers['market-complaints']?.[complaint.id]]).toMatchObject([['investigate'], { kind: 'fraud', price: 0, 'listed-on': '2026-12-14', 'complained-on': '2026-12-18' }])
  })

  test('xa25-14.2c: a price without a unit is refused on 2026-06-18, a free product says free', () => {
    const { told, links } = scene()
    policy(told).act(agree())
    const hand = (change: JsonObject) => priced(links, 0.1, '2026-09-22', change)
    told.refusesOpening(hand({ 'price-unit': '' }), 'content-must-be-present', 'xa25-14.2')
    told.refusesOpening(hand({ 'price-unit': 'free' }), 'priced-product-must-name-unit', 'xa25-14.2')
    told.refusesOpening({ ...priced(links, 0, '2026-09-22', { 'price-unit': 'call', 'price-policy': '免费' }) }, 'free-product-must-say-free', 'xa25-14.2')
    expect(told.open(hand({})).status).toBe('reviewing')
  })

  test('xa25-29.1: without a policy 0.10 yuan is refused; under one of 2026-05-11 with 0.12 it is taken and 0.13 refused', () => {
    const { told, links } = scene()
    told.refusesOpening(priced(links, 0.1, '2026-04-20'), 'price-must-rest-on-policy', 'xa25-29.1')
    policy(told, { ceiling: 0.12, effective: '2026-05-11' }, '2026-04-27').act(agree('2026-04-28'))
    told.refusesOpening(priced(links, 0.1, '2026-05-10'), 'price-must-rest-on-policy', 'xa25-29.1')
    told.refusesOpening(priced(links, 0.13, '2026-05-11'), 'price-must-not-exceed-ceiling', 'xa25-14.2')
    expect(told.open(priced(links, 0.1, '2026-05-11')).status).toBe('reviewing')
    expect(told.open(priced(links, 0, '2026-04-20', { 'price-unit': 'free', 'price-policy': '免费' })).status).toBe('reviewing')
  })
})
