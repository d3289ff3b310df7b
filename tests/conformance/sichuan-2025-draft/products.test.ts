import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { PROOF, REVIEWED, VERIFIED, application, job, offered, priceDecision, product, releaseRequest, released } from '#tests/support/offering-contents.ts'
import { delivered, file, inForce, officer, readyToSupply, signed, story } from '#tests/support/sichuan-story.ts'
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

  test('sc25-5.2: with a consent valid to 2026-10-31 nothing is supplied on 2026-11-02; on the last day of the consent it is', () => {
    const shared = (until: string) => {
      const told = story()
      const under = inForce(told)
      const supply = readyToSupply(told, under, undefined, { origin: 'shared' }, { 'sharing-consent': { provider: '省公安厅', purpose: '用于空气质量服务场景', 'valid-until': until, document: file('同意书.pdf') } })
      told.open(officer())
      told.open({ on: '2026-09-07', who: 'operator', procedure: 'emergency-drill', links: { agreement: under }, contents: { 'emergency-plan': file('预案.pdf') } })
      return supply
    }
    const send = (on: string) => ({ on, who: 'drafter', task: 'supply', outcome: 'send' })
    shared('2026-10-31').refuses(send('2026-11-02'), 'shared-data-must-have-consent', 'sc25-5.2')
    expect(shared('2026-11-02').act(send('2026-11-02')).open.some((one) => one.startsWith('supply-receipt'))).toBe(true)
    story().refusesOpening({ on: '2026-07-08', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('air-quality', { origin: 'shared' }), 'risk-statement': risk() } }, 'shared-data-must-have-consent', 'sc25-5.2')
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

  const fee = (on: string, product_: string, price: number, code?: string) => ({
    on, who: 'operator', procedure: 'fee-entry', contents: { 'fee-entry': { product: product_, price } }, ...(code === undefined ? {} : { facts: { registration: { code } } }),
  })

  test('sc25-20.1a: a subsidiary of the operator, and the operator itself, do not redevelop', () => {
    const told = story()
    const listed = offered(told, inForce(told))
    const ask = (change: JsonObject, who = 'consumer') => ({ on: '2026-10-12', who, procedure: 'product-service', contents: { 'usage-application': application(listed.id, { use: 'redevelop', ...change }), 'identity-proof': PROOF } })
    for (const tie of ['controlled', 'controlling', 'same-controller', 'shared-staff']) told.refusesOpening(ask({ tie }), 'operator-must-not-redevelop', 'sc25-20.1')
    told.refusesOpening(ask({}, 'operator-as-consumer'), 'operator-must-not-redevelop', 'sc25-20.1')
    expect(told.open(ask({ tie: 'none' })).status).toBe('applied')
  })

  test('sc25-17.1b: a product first delivered on 2026-10-19 is to be registered by 2026-11-16, and a fee entered before is refused', () => {
    const told = story()
    const listed = delivered(told, inForce(told))
    const registration = [...told.cases.values()].findLast((one) => one.state.procedure === 'registration')
    expect(registration?.due('apply')).toBe('2026-11-16')
    told.refusesOpening(fee('2026-10-20', listed.id, 1.2), 'fee-must-follow-registration', 'sc25-21.1')
  })

  const ask = { on: '2026-10-12', who: 'operator', procedure: 'price-listing', contents: { 'price-listing': { product: 'P1', title: '空气质量查询', registration: 'GGSJ-1' } } }
  const set = (change: JsonObject, on = '2026-10-20') => ({ on, who: 'authority', task: 'set', outcome: 'set', contents: { 'price-standard': { number: '川发改〔2026〕1号', 'set-by': 'province', ceiling: 1.2, 'valid-until': '2027-12-31', ...change } } })
  const agree = { on: '2026-10-21', who: 'authority', task: 'agree', outcome: 'agree', contents: { 'joint-opinion': '同意' } }

  test('sc25-21.1d: a product registered on 2026-10-12 is a task of the price department, and a fee of 2026-10-13 is refused because the item is not in the catalogue', () => {
    const told = story()
    told.refusesOpening(ask, 'priced-product-must-be-registered', 'sc25-21.1')
    const open = told.open({ ...ask, facts: { registration: { code: 'GGSJ-1' } } })
    expect([open.state.tasks.map((task) => [task.step, task.office]), open.due('set')]).toEqual([[['set', 'price-authority']], '2026-11-09'])
    told.refusesOpening(fee('2026-10-13', 'P1', 0.9, 'GGSJ-1'), 'fee-must-be-in-the-price-list', 'sc25-21.1')
    open.act(set({})).act(agree)
    told.refusesOpening(fee('2026-10-22', 'P1', 1.5, 'GGSJ-1'), 'fee-must-not-exceed-the-standard', 'sc25-21.1')
    expect(told.open(fee('2026-10-22', 'P1', 0.9, 'GGSJ-1')).status).toBe('entered')
  })

  test('sc25-21.1e: a standard entered without a delegation is refused', () => {
    const open = story().open({ ...ask, facts: { registration: { code: 'GGSJ-1' } } })
    open.refuses(set({ 'set-by': 'delegated' }), 'delegation-must-be-named', 'sc25-21.1')
    open.refuses({ ...set({}), who: 'drafter' }, 'actor-must-hold-office', 'sc25-21.1')
  })

  test('sc25-21.1f: under a delegation valid to 2027-12-31 the standard is accepted with the data authority’s word, from any other body it is not', () => {
    const told = story()
    const open = told.open({ ...ask, facts: { registration: { code: 'GGSJ-1' } } })
    open.refuses(set({ 'set-by': 'other' }), 'standard-must-be-set-by-province-or-delegate', 'sc25-21.1')
    open.act(set({ 'set-by': 'delegated', delegation: '川府函〔2026〕2号' }))
    expect(told.world.registers['price-list']).toBeUndefined()
    open.act(agree)
    expect(told.world.registers['price-list']?.['P1']).toMatchObject({ 'set-by': 'delegated', ceiling: 1.2, 'valid-until': '2027-12-31' })
    expect(open.effects('publish')).toMatchObject([{ kind: 'price-standard', ceiling: 1.2 }])
  })

  test('sc25-6.1b: at 800 yuan for all, 1,500 yuan for one customer are refused on 2026-10-13', () => {
    const told = story()
    const under = inForce(told)
    const listed = told.open({ on: '2026-10-12', who: 'operator', procedure: 'product', links: { release: released(told, under), agreement: under }, contents: { product: product({ price: 800, 'price-unit': 'month' }), 'price-decision': priceDecision({ ceiling: 2000 }) } })
      .act({ on: '2026-10-12', who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEWED } })
    signed(told, under)
    const asked = told.open({ on: '2026-10-13', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': application(listed.id), 'identity-proof': PROOF } })
    const grant = (price: number) => ({ on: '2026-10-13', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price, quota: 100 } } })
    expect(asked.refuses(grant(1500), 'price-must-be-the-public-one', 'sc25-6.1').message).toContain('800')
    expect(asked.act(grant(800)).status).toBe('granted')
    const refused = told.open({ on: '2026-10-13', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': application(listed.id), 'identity-proof': PROOF } })
    refused.refuses({ on: '2026-10-14', who: 'operator', task: 'decision', outcome: 'refuse', contents: {} }, 'content-must-be-present', 'sc25-6.1')
    refused.act({ on: '2026-10-14', who: 'operator', task: 'decision', outcome: 'refuse', contents: { 'usage-refusal': { reason: 'technical', explanation: '接入条件不满足', evidence: file('测试记录.pdf') } } })
    refused.act({ on: '2026-10-15', who: 'consumer', task: 'complaint', outcome: 'complain', contents: { 'usage-complaint': '接入条件已经满足' } })
    expect(refused.state.tasks).toMatchObject([{ step: 'complaint-decision', organization: 'development-commission' }])
  })

  test('sc25-6.1c: a ranking rule that is not published, or not the same for partners, is refused on 2026-09-07', () => {
    const told = story()
    const rule = (change: JsonObject) => ({ on: '2026-09-07', who: 'operator', procedure: 'ranking-rule', contents: { 'ranking-rule': { kind: 'ranking', name: '产品目录排序', rule: '按调用量排序', published: 'https://data.sc.gov.cn/rule', equal: true, ...change } } })
    told.refusesOpening(rule({ published: null }), 'rule-must-be-published', 'sc25-6.1')
    told.refusesOpening(rule({ equal: false }), 'rule-must-be-equal-for-all', 'sc25-6.1')
    expect(told.open(rule({})).effects('publish')).toMatchObject([{ kind: 'ranking-rule', rule: '按调用量排序' }])
  })

  test('sc25-19.1b: a file without lineage is put forward as no product on 2026-09-21', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening({ on: '2026-09-21', who: 'operator', procedure: 'product', links: { agreement: under }, contents: { product: product(), 'price-decision': priceDecision() } }, 'product-must-come-from-release', 'sc25-19.1')
    const listed = offered(told, under)
    expect(told.world.registers['products']?.[listed.id]).toMatchObject({ job: 'job-1', sources: ['air-quality', 'bus-lines'], supplies: ['GJ-1', 'GJ-2'] })
  })

  const again = (base: string, who: string, change: JsonObject = {}) => ({ on: '2026-11-02', who, procedure: 'redeveloped-product', contents: { 'redeveloped-product': { base, name: `${who}的应用`, price: 9800, 'price-unit': 'month', ...change } } })

  test('sc25-21.1g: a redeveloped product at 9,800 yuan a month needs no price decision on 2026-11-02', () => {
    const told = story()
    const listed = delivered(told, inForce(told))
    const made = told.open(again(listed.id, 'redeveloper-one'))
    expect(told.world.registers['redeveloped-products']?.[made.id]).toMatchObject({ price: 9800, 'price-unit': 'month', developer: 'app-company' })
    told.refusesOpening(again(listed.id, 'operator-as-consumer'), 'operator-must-not-redevelop', 'sc25-20.1')
  })

  test('sc25-20.1b: a delivered product has its two redeveloped products below it in public', () => {
    const told = story()
    const under = inForce(told)
    const listed = offered(told, under)
    told.refusesOpening(again(listed.id, 'redeveloper-one'), 'redevelopment-must-rest-on-a-delivered-product', 'sc25-20.1')
    listed.act({ on: '2026-10-19', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某公司', evidence: 'JF-1' } } })
    const two = ['redeveloper-one', 'redeveloper-two'].map((who) => told.open(again(listed.id, who)))
    expect(two.flatMap((one) => one.effects('publish'))).toMatchObject([{ kind: 'redeveloped-product', base: listed.id, title: 'redeveloper-one的应用' }, { base: listed.id, title: 'redeveloper-two的应用' }])
    expect(told.law.pack.registers['redeveloped-products']?.public).toBe(true)
    expect(Object.values(told.world.registers['redeveloped-products'] ?? {}).filter((one) => one['base'] === listed.id)).toHaveLength(2)
  })

  test('sc25-26.1c: a product released on 2026-10-12 is in the public list on that day with form, limits and price', () => {
    const told = story()
    const under = inForce(told)
    const listed = told.open({ on: '2026-10-12', who: 'operator', procedure: 'product', links: { release: released(told, under), agreement: under }, contents: { product: product({ limit: '每秒10次', 'response-time': '200毫秒以内' }), 'price-decision': priceDecision() } })
    expect(told.world.registers['products']?.[listed.id]).toBeUndefined()
    listed.act({ on: '2026-10-12', who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEWED } })
    expect(told.law.pack.registers['products']?.public).toBe(true)
    expect(told.world.registers['products']?.[listed.id]).toMatchObject({ kind: 'query-interface', limit: '每秒10次', 'response-time': '200毫秒以内', price: 1.2, 'published-on': '2026-10-12' })
    expect(listed.effects('publish')).toMatchObject([{ kind: 'product', price: 1.2, limit: '每秒10次' }])
  })
})
