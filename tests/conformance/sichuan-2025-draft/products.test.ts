import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { PROOF, REVIEWED, VERIFIED, application, job, offered, priceDecision, product, releaseRequest, released } from '#tests/support/offering-contents.ts'
import { delivered, file, inForce, officer, readyToSupply, signed, story } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { entry, field, risk } from '#tests/support/supply-contents.ts'

describe('data and products', () => {
  const opening = (change: JsonObject = {}, statement: JsonObject = {}) => ({ on: '2026-07-08', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('air-quality', change), 'risk-statement': risk(statement) } })

  test('sc25-3.2: an entry of 2026-07-06 without the duty from which its data come is refused', () => {
    story().refusesOpening({ ...opening({ duty: '' }), on: '2026-07-06' }, 'content-must-be-present', 'sc25-3.2')
    expect(story().open({ ...opening({}), on: '2026-07-06' }).status).toBe('submitted')
  })

  test('sc25-5.1b: an entry with fields without level is refused on 2026-07-08, and the field is named by its row', () => {
    const fields = Array.from({ length: 30 }, (_one, index) => field(`f${index + 1}`, index === 6 || index === 20 ? { grade: '' } : {}))
    expect(story().refusesOpening(opening({ fields }), 'content-must-be-present', 'sc25-5.1').message).toContain('第7行／级别')
    story().refusesOpening(opening({ grade: 'core' }), 'core-data-must-not-be-authorized', 'sc25-5.1')
  })

  test('sc25-5.1c: important data without an assessment are refused on 2026-07-08; with one the data authority judges', () => {
    const important = opening({}, { 'important-data': true })
    story().refusesOpening(important, 'important-data-must-be-assessed', 'sc25-5.1')
    const assessed = story().open({ ...important, contents: { ...important.contents, 'security-assessment': file('评估报告.pdf') } })
    expect(assessed.state.tasks).toMatchObject([{ step: 'important-data', organization: 'development-commission' }])
    expect(assessed.act({ on: '2026-07-10', who: 'authority', task: 'important-data', outcome: 'block', contents: { 'important-data-opinion': '风险不可控，不予纳入' } }).status).toBe('blocked')
  })

  test('sc25-5.1d: a mobile number without a protection, or in an entry that declares no personal information, is refused', () => {
    story().refusesOpening(opening({ personal: true, fields: [field('mobile', { sensitive: 'personal' })] }), 'sensitive-field-must-be-protected', 'sc25-5.1')
    story().refusesOpening(opening({ fields: [field('mobile', { sensitive: 'personal', protection: 'mask' })] }), 'personal-information-must-be-declared', 'sc25-5.1')
    expect(story().open(opening({ personal: true, fields: [field('mobile', { sensitive: 'personal', protection: 'mask' })] })).status).toBe('submitted')
  })

  test('sc25-5.3a: what holds a state secret is refused', () => {
    story().refusesOpening(opening({}, { 'state-secret': true }), 'risk-must-be-excluded', 'sc25-5.3')
  })

  test('sc25-5.3b: what affects public safety or social stability is refused on 2026-07-08, and passes with a new statement only', () => {
    story().refusesOpening(opening({}, { 'public-safety': true }), 'risk-must-be-excluded', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'social-stability': true }), 'risk-must-be-excluded', 'sc25-5.3')
    expect(story().open(opening()).status).toBe('submitted')
  })

  test('sc25-5.3c: what a law keeps closed is refused with that law; what is only not opened yet is accepted', () => {
    expect(story().refusesOpening(opening({}, { 'closed-by-law': '统计法第二十五条' }), 'data-closed-by-law-must-not-be-authorized', 'sc25-5.3').message).toContain('统计法第二十五条')
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

  const leave = (under: StoryCase, method: string) => ({ on: '2026-09-21', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest({ method }) }, facts: { job: job(under.id) } })

  test('sc25-4.1a sc25-19.1c: raw rows do not leave the environment on 2026-09-21, a summary does after its review', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening(leave(under, 'raw'), 'raw-data-must-not-leave', 'sc25-19.1')
    expect(told.open(leave(under, 'aggregate')).status).toBe('reviewing')
  })

  test('sc25-19.1d: hashed mobile numbers without salt, tokens, kept keys and models that remember their rows are reversible', () => {
    const told = story()
    const under = inForce(told)
    for (const method of ['plain-hash', 'token', 'encryption', 'memorising-model']) told.refusesOpening(leave(under, method), 'reversible-method-must-not-leave', 'sc25-19.1')
    expect(told.open(leave(under, 'salted-hash')).status).toBe('reviewing')
  })

  const offer = (told: Story, under: StoryCase) => {
    const links = { release: released(told, under), agreement: under }
    return (change: JsonObject, price: JsonObject | null = priceDecision()) => ({ on: '2026-10-12', who: 'operator', procedure: 'product', links, contents: { product: product(change), ...(price === null ? {} : { 'price-decision': price }) } })
  }

  test('sc25-21.1c: with a ceiling of 1.20 yuan 1.50 yuan are refused on 2026-10-12 and 0.90 accepted; the class alone frees nothing', () => {
    const told = story()
    const line = offer(told, inForce(told))
    expect(told.refusesOpening(line({ price: 1.5 }), 'price-must-not-exceed-ceiling', 'sc25-21.1').message).toContain('1.2')
    told.refusesOpening(line({ price: 0.9 }, null), 'fee-must-rest-on-price-decision', 'sc25-21.1')
    told.refusesOpening(line({ price: 0.9 }, priceDecision({ 'valid-until': '2026-10-11' })), 'price-decision-must-be-valid', 'sc25-21.1')
    expect(told.open(line({ price: 0.9 })).status).toBe('reviewing')
    expect(told.open(line({ 'price-class': 'public-welfare', price: 0.9 })).status).toBe('reviewing')
  })

  test('sc25-23.1g: raw rows of a resource that is not open do not enter the market', () => {
    const told = story()
    const line = offer(told, inForce(told))
    told.refusesOpening(line({ raw: true }), 'raw-data-must-not-enter-market', 'sc25-23.1')
    expect(told.open(line({ raw: false })).status).toBe('reviewing')
  })

  const fee = (on: string, offeredProduct: string, price: number, code?: string) => ({
    on, who: 'operator', procedure: 'fee-entry', contents: { 'fee-entry': { product: offeredProduct, price } }, ...(code === undefined ? {} : { facts: { registration: { code } } }),
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
