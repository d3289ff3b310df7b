import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { PROOF, application, job, offered, priceDecision, product, releaseRequest, released } from '#tests/support/offering-contents.ts'
import { inForce, story } from '#tests/support/sichuan-story.ts'
import { entry, field, risk } from '#tests/support/supply-contents.ts'

describe('data and products', () => {
  const opening = (change: JsonObject = {}, statement: JsonObject = {}) => ({ on: '2026-07-08', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('air-quality', change), 'risk-statement': risk(statement) } })

  test('sc25-3.2 sc25-5.1b sc25-5.1d: a duty, a grade for each field, a protection for personal ones', () => {
    story().refusesOpening(opening({ duty: '' }), 'content-must-be-present', 'sc25-3.2')
    story().refusesOpening(opening({ fields: [field('station', { grade: '' })] }), 'content-must-be-present', 'sc25-5.1')
    story().refusesOpening(opening({ personal: true, fields: [field('mobile', { sensitive: 'personal' })] }), 'sensitive-field-must-be-protected', 'sc25-5.1')
  })

  test('sc25-5.3a sc25-5.3b sc25-5.3c sc25-5.1c: neither secrets nor public safety nor what a law keeps closed', () => {
    story().refusesOpening(opening({}, { 'state-secret': true }), 'risk-must-be-excluded', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'public-safety': true }), 'risk-must-be-excluded', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'closed-by-law': '统计法第二十五条' }), 'data-closed-by-law-must-not-be-authorized', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'important-data': true }), 'important-data-must-be-assessed', 'sc25-5.1')
    expect(story().open(opening({ open: false })).status).toBe('submitted')
  })

  test('sc25-4.1a sc25-19.1c sc25-19.1d: raw and reversible results do not leave the environment', () => {
    const told = story()
    const under = inForce(told)
    const ask = (method: string) => ({ on: '2026-10-12', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest({ method }) }, facts: { job: job(under.id) } })
    told.refusesOpening(ask('raw'), 'raw-data-must-not-leave', 'sc25-19.1')
    told.refusesOpening(ask('token'), 'reversible-method-must-not-leave', 'sc25-19.1')
    expect(told.open(ask('aggregate')).status).toBe('reviewing')
  })

  test('sc25-21.1c sc25-23.1g: a fee within the guided price, no raw rows on the market; the class alone frees nothing', () => {
    const told = story()
    const under = inForce(told)
    const links = { release: released(told, under), agreement: under }
    const line = (change: JsonObject, price: JsonObject | null = priceDecision()) => ({ on: '2026-10-12', who: 'operator', procedure: 'product', links, contents: { product: product(change), ...(price === null ? {} : { 'price-decision': price }) } })
    told.refusesOpening(line({ price: 1.5 }), 'price-must-not-exceed-ceiling', 'sc25-21.1')
    told.refusesOpening(line({ price: 0.9 }, null), 'fee-must-rest-on-price-decision', 'sc25-21.1')
    told.refusesOpening(line({ raw: true }), 'raw-data-must-not-enter-market', 'sc25-23.1')
    expect(told.open(line({ price: 0.9 })).status).toBe('reviewing')
    expect(told.open(line({ 'price-class': 'public-welfare', price: 0.9 })).status).toBe('reviewing')
  })

  test('sc25-20.1a sc25-17.1b: no redevelopment by the operator or who is tied to it; first delivered on 2026-10-19, to be registered by 2026-11-16', () => {
    const told = story()
    const listed = offered(told, inForce(told))
    const ask = (change: JsonObject, who = 'consumer') => ({ on: '2026-10-13', who, procedure: 'product-service', contents: { 'usage-application': application(listed.id, { use: 'redevelop', ...change }), 'identity-proof': PROOF } })
    told.refusesOpening(ask({ tie: 'controlled' }), 'operator-must-not-redevelop', 'sc25-20.1')
    told.refusesOpening(ask({}, 'operator-as-consumer'), 'operator-must-not-redevelop', 'sc25-20.1')
    expect(told.open(ask({ tie: 'none' })).status).toBe('applied')
    listed.act({ on: '2026-10-19', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某公司', evidence: 'JF-1' } } })
    expect([...told.cases.values()].findLast((one) => one.state.procedure === 'registration')?.due('apply')).toBe('2026-11-16')
  })

  test('sc25-21.1d sc25-21.1e sc25-21.1f: registered before listed; set by the province or its delegate, with the data authority', () => {
    const told = story()
    const ask = { on: '2026-10-12', who: 'operator', procedure: 'price-listing', contents: { 'price-listing': { product: 'P1', title: '空气质量查询', registration: 'GGSJ-1' } } }
    told.refusesOpening(ask, 'priced-product-must-be-registered', 'sc25-21.1')
    const open = told.open({ ...ask, facts: { registration: { code: 'GGSJ-1' } } })
    expect(open.due('set')).toBe('2026-11-09')
    const set = (change: JsonObject) => ({ on: '2026-10-20', who: 'authority', task: 'set', outcome: 'set', contents: { 'price-standard': { number: '川发改〔2026〕1号', 'set-by': 'province', ceiling: 1.2, 'valid-until': '2027-12-31', ...change } } })
    open.refuses(set({ 'set-by': 'other' }), 'standard-must-be-set-by-province-or-delegate', 'sc25-21.1')
    open.refuses(set({ 'set-by': 'delegated' }), 'delegation-must-be-named', 'sc25-21.1')
    open.act(set({ 'set-by': 'delegated', delegation: '川府函〔2026〕2号' }))
    expect(told.world.registers['price-list']).toBeUndefined()
    open.act({ on: '2026-10-21', who: 'authority', task: 'agree', outcome: 'agree', contents: { 'joint-opinion': '同意' } })
    expect(told.world.registers['price-list']?.['P1']).toMatchObject({ ceiling: 1.2 })
  })
})
