import { describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { registeredDeveloper, statement } from '#tests/support/chengdu-market-story.ts'
import { PROOF, VERIFIED, application, offered, priceDecision, product, released } from '#tests/support/offering-contents.ts'
import { agreementOverFour } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('pricing', ['product', 'product-service'])

function begun() {
  const told = fresh(WIDE_CAST)
  return { told, agreement: agreementOverFour(told) }
}

describe('free use', () => {
  const ask = (of: string, purpose: string) => ({ on: '2026-10-12', who: 'emergency', procedure: 'product-service', contents: { 'usage-application': application(of, { purpose: '防汛指挥调度', 'purpose-class': purpose }), 'identity-proof': PROOF } })
  const grant = (price: number) => ({ on: '2026-10-12', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price, quota: 10000 } } })

  test('cd26-23.1c: the Emergency Bureau orders P1 for flood control on 2026-10-12; 500 yuan are refused, and the order is made at 0', () => {
    const { told, agreement } = begun()
    const listed = offered(told, agreement)
    for (const purpose of ['public-governance', 'public-welfare']) {
      const asked = told.open(ask(listed.id, purpose))
      expect(asked.refuses(grant(500), 'public-benefit-must-be-free', 'cd26-23.1').details).toMatchObject({ found: 500, wanted: 0 })
      asked.refuses(grant(1.2), 'public-benefit-must-be-free', 'cd26-23.1')
      expect(asked.act(grant(0)).status).toBe('granted')
      expect(asked.effects('services.grant')).toMatchObject([{ consumer: 'emergency-bureau', purpose: '防汛指挥调度', price: 0 }])
      expect(told.world.registers['subscriptions']?.[asked.id]).toMatchObject({ 'purpose-class': purpose, price: 0, consumer: 'emergency-bureau' })
    }
  })

  test('cd26-23.1c: a product for public governance or public welfare has the price 0', () => {
    const { told, agreement } = begun()
    const release = released(told, agreement)
    const offer = (change: JsonObject) => ({ on: '2026-10-12', who: 'operator', procedure: 'product', links: { release, agreement }, contents: { product: product({ 'price-unit': 'free', ...change }) } })
    for (const kind of ['public-governance', 'public-welfare']) {
      told.refusesOpening(offer({ 'price-class': kind, price: 500 }), 'public-benefit-must-be-free', 'cd26-23.1')
      expect(told.open(offer({ 'price-class': kind, price: 0 })).status).toBe('reviewing')
    }
  })
})

describe('guided and market prices', () => {
  test('cd26-23.2: under a ceiling of 1.20 yuan a call valid to 2026-12-31, 1.50 are refused on 10-12 and 1.20 taken; no fee without a decision or after its end', () => {
    const { told, agreement } = begun()
    const release = released(told, agreement, '2026-10-12')
    const offer = (price: number, decided: JsonObject | null = priceDecision(), on = '2026-10-12') => ({
      on, who: 'operator', procedure: 'product', links: { release, agreement }, contents: { product: product({ price }), ...(decided === null ? {} : { 'price-decision': decided }) },
    })
    expect(told.refusesOpening(offer(1.5), 'price-must-not-exceed-ceiling', 'cd26-23.2').details).toMatchObject({ found: 1.5, wanted: 1.2 })
    told.refusesOpening(offer(1.21), 'price-must-not-exceed-ceiling', 'cd26-23.2')
    told.refusesOpening(offer(1.2, null), 'fee-must-rest-on-price-decision', 'cd26-23.2')
    told.refusesOpening(offer(1.2, priceDecision(), '2027-01-01'), 'price-decision-must-be-valid', 'cd26-23.2')
    for (const part of ['why', 'number', 'authority', 'valid-until']) told.refusesOpening(offer(1.2, priceDecision({ [part]: '' })), 'content-must-be-present', 'cd26-23.2')
    expect(told.open(offer(1.2)).status).toBe('reviewing')
    expect(told.open(offer(1.2, priceDecision(), '2026-12-31')).status).toBe('reviewing')
  })

  test('cd26-23.3: developer D’s 9,800 yuan a month of 2026-11-02 are taken as “market price” without a decision; the operator cannot lower them', () => {
    const { told, agreement } = begun()
    const source = offered(told, agreement)
    registeredDeveloper(told, 'developer', '2026-10-20')
    const listed = told.open({
      on: '2026-11-02', who: 'developer', procedure: 'redeveloped-product',
      contents: { 'redeveloped-product': { name: '出行空气指数', source: source.id, description: '融合路况的空气指数', price: 9800, 'price-unit': 'month', personal: false }, 'compliance-statement': statement() },
    }).act({ on: '2026-11-02', who: 'developer', task: 'list', outcome: 'listed', contents: { 'compliance-statement': statement() } })
    expect(told.world.registers['redeveloped-products']?.[listed.id]).toMatchObject({ price: 9800, 'price-unit': 'month', 'price-basis': '市场定价', developer: 'rongcheng-lab' })
    const reprice = (who: string, price: number) => ({ on: '2026-11-03', who, task: 'pricing', outcome: 'reprice', contents: { 'market-price': price } })
    listed.refuses(reprice('operator', 5000), 'actor-must-hold-office', 'cd26-23.3')
    listed.refuses(reprice('other-developer', 5000), 'actor-must-be-concerned-organization', 'cd26-23.3')
    listed.act(reprice('developer', 12000))
    expect(told.world.registers['redeveloped-products']?.[listed.id]).toMatchObject({ price: 12000, 'price-basis': '市场定价' })
  })
})
