import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { decideByPolicy } from '#core/decision/policy.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { PROOF, REVIEWED, VERIFIED, application, job, offered, priceDecision, product, releaseRequest, released, requested, vote } from '#tests/support/offering-contents.ts'
import { registered } from '#tests/support/registration-contents.ts'
import { Story } from '#tests/support/story.ts'
import { SUPPLY_CAST, agreementOverFour, fourEntries, lastCase } from '#tests/support/supply-story.ts'

const law = await lawOf('chengdu-2026')

/** A story with an agreement in force and the catalogue. */
function begun() {
  const story = new Story(law, SUPPLY_CAST)
  fourEntries(story)
  return { story, agreement: agreementOverFour(story) }
}

describe('a result leaves the environment', () => {
  const opening = (agreement: ReturnType<typeof begun>['agreement'], facts: Json, change: JsonObject = {}, who = 'operator') => ({
    on: '2026-10-12', who, procedure: 'output-release', links: { agreement }, contents: { 'release-request': releaseRequest(change) }, facts: { job: facts },
  })
  const round = (outcome: string, change: JsonObject = {}) => ({ outcome, contents: { 'release-vote': vote(change) } })
  const agency = { on: '2026-10-13', who: 'reviewer', task: 'agency-review' }
  const environment = { on: '2026-10-14', who: 'environment', task: 'provider-review@providers=environment-bureau' }
  const transport = { on: '2026-10-15', who: 'transport', task: 'provider-review@providers=transport-bureau' }

  test('only from a job of the agreement that the automatic checks do not block, by a method that cannot be reversed', () => {
    const { story, agreement } = begun()
    const own = job(agreement.id)
    story.refusesOpening(opening(agreement, {}), 'result-must-come-from-environment', 'cd26-19.2')
    story.refusesOpening(opening(agreement, job('another')), 'job-must-belong-to-agreement', 'cd26-21.1')
    story.refusesOpening(opening(agreement, job(agreement.id, { verdict: 'block' })), 'automatic-checks-must-not-block', 'cd26-19.2')
    story.refusesOpening(opening(agreement, own, { method: 'raw' }), 'raw-data-must-not-leave', 'cd26-19.2')
    for (const method of ['encryption', 'token', 'plain-hash', 'memorising-model']) {
      story.refusesOpening(opening(agreement, own, { method }), 'reversible-method-must-not-leave', 'cd26-19.2')
    }
    story.refusesOpening(opening(agreement, own, {}, 'stranger'), 'party-must-be-the-same', 'cd26-21.1')
    for (const method of ['aggregate', 'salted-hash']) expect(story.open(opening(agreement, own, { method })).status).toBe('reviewing')
    expect(story.open(opening(agreement, job(agreement.id, { verdict: 'review' }))).status).toBe('reviewing')
  })

  test('when the agency and every provider concerned have let it', () => {
    const { story, agreement } = begun()
    const asked = requested(story, agreement)
    expect(asked.open).toEqual(['agency-review', 'provider-review@providers=environment-bureau', 'provider-review@providers=transport-bureau'])
    asked.act({ ...environment, ...round('pass') }).act({ ...agency, on: '2026-10-14', ...round('pass') })
    expect(asked.effects('environment.release')).toEqual([])
    asked.act({ ...transport, ...round('pass') })
    expect([asked.status, asked.open]).toEqual(['released', []])
    expect(asked.effects('environment.release')).toEqual([{ job: 'job-1', title: '逐日空气质量统计' }])
    expect(story.world.registers['releases']?.[asked.id]).toMatchObject({ digest: 'd'.repeat(64), tables: ['air-quality', 'bus-lines'], 'released-on': '2026-10-15' })
  })

  test('the agency alone is not enough, nor one provider; open data need no provider', () => {
    const { story, agreement } = begun()
    expect(requested(story, agreement).act({ ...agency, ...round('pass') }).status).toBe('reviewing')
    const open = requested(story, agreement, { job: job(agreement.id, { providers: [] }) })
    expect(open.open).toEqual(['agency-review'])
    expect(open.act({ ...agency, ...round('pass') }).status).toBe('released')
  })

  test('no reviewer is the author, of the operator or of another organisation', () => {
    const { story, agreement } = begun()
    const byReviewer = requested(story, agreement, { job: job(agreement.id, { author: 'reviewer' }) })
    byReviewer.refuses({ ...agency, ...round('pass') }, 'reviewer-must-not-be-author', null)
    expect(byReviewer.act({ ...agency, who: 'director', ...round('pass') }).status).toBe('reviewing')
    const asked = requested(story, agreement)
    asked.refuses({ ...agency, who: 'analyst', ...round('pass') }, 'actor-must-hold-office', 'cd26-26.1')
    asked.refuses({ ...agency, who: 'elsewhere', ...round('pass') }, 'actor-must-be-concerned-organization', 'cd26-26.1')
    asked.refuses({ ...environment, who: 'transport', ...round('pass') }, 'actor-must-be-concerned-organization', null)
  })

  test('a vote answers all three headings and agrees with them', () => {
    const { story, agreement } = begun()
    const asked = requested(story, agreement)
    asked.refuses({ ...agency, ...round('pass', { 'other-risk-note': '' }) }, 'content-must-be-present', null)
    asked.refuses({ ...agency, ...round('pass', { 'beyond-agreement': 'yes' }) }, 'vote-must-agree-with-report', 'cd26-26.2')
    asked.refuses({ ...agency, ...round('pass', { 'direct-exposure': 'yes' }) }, 'vote-must-agree-with-report', 'cd26-19.2')
    asked.refuses({ ...agency, ...round('pass', { 'other-risk': 'yes' }) }, 'vote-must-agree-with-report', 'cd26-26.4')
  })

  test('not against one refusal, whoever has agreed before; blind reviewers all vote before anybody is told', () => {
    const { story, agreement } = begun()
    const asked = requested(story, agreement).act({ ...agency, ...round('pass') }).act({ ...environment, ...round('pass') }).act({ ...transport, ...round('refuse', { 'other-risk': 'yes' }) })
    expect([asked.status, asked.open, asked.effects('environment.release')]).toEqual(['disputed', ['resolve'], []])
    const first = requested(story, agreement).act({ ...agency, ...round('refuse') }).act({ ...environment, ...round('refuse') })
    expect(first.status).toBe('reviewing')
    first.act({ ...transport, ...round('refuse') })
    expect([first.status, first.open]).toEqual(['refused', []])
  })

  test('changes send it back to the operator, and all vote anew on the new text', () => {
    const { story, agreement } = begun()
    const asked = requested(story, agreement).act({ ...agency, ...round('pass') }).act({ ...environment, ...round('changes') })
    expect([asked.status, asked.open]).toEqual(['revising', ['revise']])
    asked.refuses({ on: '2026-10-15', who: 'operator', task: 'revise', outcome: 'resubmit', contents: { 'release-request': releaseRequest({ job: 'job-2' }) }, facts: { job: job(agreement.id, { verdict: 'block' }) } }, 'automatic-checks-must-not-block', 'cd26-19.2')
    asked.act({ on: '2026-10-15', who: 'operator', task: 'revise', outcome: 'resubmit', contents: { 'release-request': releaseRequest({ job: 'job-2' }) }, facts: { job: job(agreement.id, { id: 'job-2' }) } })
    expect(asked.open).toHaveLength(3)
    asked.act({ ...agency, on: '2026-10-16', ...round('pass') }).act({ ...environment, on: '2026-10-16', ...round('pass') })
    expect(asked.status).toBe('reviewing')
    asked.act({ ...transport, on: '2026-10-16', ...round('pass') })
    expect(asked.effects('environment.release')).toEqual([{ job: 'job-2', title: '逐日空气质量统计' }])
  })
})

describe('a product', () => {
  const opening = (from: ReturnType<typeof begun>, change: JsonObject = {}, decision: JsonObject | null = priceDecision()) => ({
    on: '2026-10-12', who: 'operator', procedure: 'product', links: { release: released(from.story, from.agreement), agreement: from.agreement },
    contents: { product: product(change), ...(decision === null ? {} : { 'price-decision': decision }) },
  })

  test('comes only from a release, for the approved scenario', () => {
    const from = begun()
    from.story.refusesOpening({ ...opening(from), links: { agreement: from.agreement } }, 'product-must-come-from-release', 'cd26-19.2')
    from.story.refusesOpening({ ...opening(from), links: { agreement: from.agreement, release: requested(from.story, from.agreement) } }, 'product-must-come-from-release', 'cd26-19.2')
    from.story.refusesOpening(opening(from, { scenario: '商业选址' }), 'scenario-must-be-the-approved', 'cd26-20.1')
    from.story.refusesOpening({ ...opening(from), who: 'stranger' }, 'party-must-be-the-same', 'cd26-19.2')
    from.story.refusesOpening(opening(from, { raw: true }), 'raw-data-must-not-enter-market', 'cd26-26.1')
    expect(from.story.open(opening(from)).open).toEqual(['review'])
  })

  test('of raw data that are lawfully open may be offered', () => {
    const from = begun()
    const release = requested(from.story, from.agreement, { job: job(from.agreement.id, { tables: ['open-weather'], providers: [] }) })
      .act({ on: '2026-10-12', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote() } })
    const line = { ...opening(from, { raw: true }), links: { release, agreement: from.agreement } }
    expect(from.story.open(line).status).toBe('reviewing')
  })

  test('is free for the public good, and priced within the guided price for industry', () => {
    const from = begun()
    for (const priceClass of ['public-governance', 'public-welfare']) {
      from.story.refusesOpening(opening(from, { 'price-class': priceClass, price: 500 }), 'public-benefit-must-be-free', 'cd26-23.1')
      expect(from.story.open(opening(from, { 'price-class': priceClass, price: 0, 'price-unit': 'free' }, null)).status).toBe('reviewing')
    }
    from.story.refusesOpening(opening(from, { price: 1.2 }, null), 'fee-must-rest-on-price-decision', 'cd26-23.2')
    from.story.refusesOpening(opening(from, { price: 1.5 }), 'price-must-not-exceed-ceiling', 'cd26-23.2')
    from.story.refusesOpening(opening(from, {}, priceDecision({ 'valid-until': '2026-10-11' })), 'price-decision-must-be-valid', 'cd26-23.2')
    expect(from.story.open(opening(from, { price: 1.2 }, priceDecision({ 'valid-until': '2026-10-12' }))).status).toBe('reviewing')
  })

  test('is offered to all verified customers, after both reviews', () => {
    const from = begun()
    from.story.refusesOpening(opening(from, { visibility: 'invited' }), 'offer-must-be-open-to-all', 'cd26-7.6')
    from.story.refusesOpening(opening(from, { contact: '' }), 'content-must-be-present', 'cd26-30.2')
    const reviewing = from.story.open(opening(from))
    const publish = (change: JsonObject) => ({ on: '2026-10-12', who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': { ...REVIEWED, ...change } } })
    reviewing.refuses(publish({ security: 'failed' }), 'security-review-must-have-passed', 'cd26-26.1')
    reviewing.refuses(publish({ conformity: 'failed' }), 'conformity-review-must-have-passed', 'cd26-26.1')
    reviewing.refuses({ ...publish({}), who: 'operator' }, 'actor-must-hold-office', 'cd26-26.1')
    reviewing.act(publish({}))
    expect(from.story.world.standings[`product/${reviewing.id}`]).toBe('granted')
    expect(from.story.world.registers['products']?.[reviewing.id]).toMatchObject({ 'registration-state': '登记办理中', sources: ['air-quality', 'bus-lines'], 'agreement-ends': '2029-08-19' })
  })

  test('is registered after its first delivery, and its number arrives', () => {
    const from = begun()
    const listed = offered(from.story, from.agreement).act({ on: '2026-10-12', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '蓉城出行', evidence: '交付单1' } } })
    expect(listed.status).toBe('registration-pending')
    const registration = lastCase(from.story, 'registration')
    expect([registration.state.parties['registrant'], registration.due('apply')]).toEqual(['tianfu-data', '2026-11-09'])
    expect(registration.state.contents['term-end']?.value).toBe('2029-08-19')
    registered(registration, 'operator', '2029-08-19')
    expect(listed.status).toBe('registered')
    expect(from.story.world.registers['products']?.[listed.id]).toMatchObject({ name: '空气质量查询', registration: 'GGSJ-510100-000001', 'registration-state': '已登记' })
  })
})

describe('the use of a product', () => {
  const opening = (of: string, change: JsonObject = {}, who = 'consumer') => ({ on: '2026-10-13', who, procedure: 'product-service', contents: { 'usage-application': application(of, change), 'identity-proof': PROOF } })
  const grant = (change: JsonObject = {}, check: JsonObject = {}) => ({ on: '2026-10-14', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { ...VERIFIED, ...check }, 'usage-terms': { price: 1.2, quota: 10000, ...change } } })

  test('is asked for a product on offer, its scenario, within the agreement’s term', () => {
    const { story, agreement } = begun()
    const listed = offered(story, agreement)
    story.refusesOpening(opening('product-unknown'), 'product-must-be-on-offer', 'cd26-30.2')
    story.refusesOpening(opening(listed.id, { scenario: '商业选址' }), 'scenario-must-be-the-products', 'cd26-21.1')
    story.refusesOpening(opening(listed.id, { ends: '2029-08-20' }), 'use-must-end-with-agreement', 'cd26-21.1')
    story.refusesOpening({ ...opening(listed.id), contents: { 'usage-application': application(listed.id) } }, 'content-must-be-present', 'cd26-7.6')
    expect(story.open(opening(listed.id, { ends: '2029-08-19' })).status).toBe('applied')
  })

  test('for redevelopment is closed to the operator and to those tied to it', () => {
    const { story, agreement } = begun()
    const listed = offered(story, agreement)
    story.refusesOpening(opening(listed.id, { use: 'redevelop' }, 'operator-as-consumer'), 'operator-must-not-redevelop', 'cd26-21.1')
    story.refusesOpening(opening(listed.id, { use: 'redevelop', tie: 'controlled' }), 'operator-must-not-redevelop', 'cd26-21.1')
    expect(story.open(opening(listed.id, { use: 'redevelop', tie: 'none' })).status).toBe('applied')
  })

  test('is granted to a verified consumer at the public price and within what was asked', () => {
    const { story, agreement } = begun()
    const listed = offered(story, agreement)
    const asked = story.open(opening(listed.id))
    asked.refuses(grant({}, { verified: false }), 'identity-must-be-verified', 'cd26-27.1')
    asked.refuses(grant({ price: 3.5 }), 'price-must-be-the-public-one', 'cd26-6.1')
    asked.refuses(grant({ quota: 10001 }), 'quota-must-stay-within-application', 'cd26-21.1')
    asked.refuses({ ...grant(), who: 'stranger' }, 'actor-must-be-concerned-organization', 'cd26-7.6')
    const welfare = story.open(opening(listed.id, { 'purpose-class': 'public-governance' }))
    welfare.refuses(grant({ price: 1.2 }), 'public-benefit-must-be-free', 'cd26-23.1')
    expect(welfare.act(grant({ price: 0 })).status).toBe('granted')
    asked.act(grant())
    expect(asked.effects('services.grant')).toEqual([{ subscription: asked.id, product: listed.id, consumer: 'travel-company', scenario: '空气质量服务', purpose: '出行应用展示空气质量', quota: 10000, price: 1.2, ends: '2027-10-12' }])
    expect(asked.time('2027-10-12').status).toBe('granted')
    expect(asked.time('2027-10-13').status).toBe('lapsed')
    expect(story.world.standings[`subscription/${asked.id}`]).toBe('ended')
  })

  test('is refused only with a reason from the list and evidence; the applicant may complain', () => {
    const { story, agreement } = begun()
    const asked = story.open(opening(offered(story, agreement).id))
    const refuse = (change: JsonObject) => ({ on: '2026-10-14', who: 'operator', task: 'decision', outcome: 'refuse', contents: { 'usage-refusal': { reason: 'technical', explanation: '接入环境不满足要求', evidence: file('测试.pdf'), ...change } } })
    asked.refuses(refuse({ reason: '' }), 'content-must-be-present', 'cd26-6.1')
    asked.refuses(refuse({ reason: 'dislike' }), 'content-must-be-typed', 'cd26-6.1')
    asked.refuses(refuse({ evidence: null }), 'content-must-be-present', 'cd26-6.1')
    asked.act(refuse({})).act({ on: '2026-10-15', who: 'consumer', task: 'complaint', outcome: 'complain', contents: { 'usage-complaint': '接入条件已满足，理由不成立' } })
    asked.act({ on: '2026-10-20', who: 'authority', task: 'complaint-decision', outcome: 'reconsider', contents: { 'usage-complaint-decision': '经核查接入条件已满足，请重新答复' } })
    expect(asked.open).toEqual(['decision#2'])
  })
})

describe('a call of a product', () => {
  const policy = law.pack.policies['service-access']
  if (policy === undefined) throw new Error('the pack has no policy service-access')
  const allowed: JsonObject = {
    today: '2026-11-16', identity_verified: true, key_revoked: false, subscription: 'granted', product: 'granted', agreement: 'granted', released: true, suspended_supplies: 0,
    ends: '2027-10-12', scenario: '空气质量服务', declared_scenario: '空气质量服务', purpose: '出行应用', mode: 'query', kind: 'query-interface',
    fields: ['station', 'pm25'], allowed_fields: ['station', 'day', 'pm25'], quota_left: 1, price: 1.2,
  }
  const refusalOf = (change: JsonObject) => {
    const verdict = decideByPolicy(policy, { ...allowed, ...change })
    return verdict.allow ? 'allowed' : `${verdict.refusal.code} ${verdict.refusal.provision}`
  }

  test.each([
    [{}, 'allowed'],
    [{ today: '2027-10-12' }, 'allowed'],
    [{ today: '2027-10-13' }, 'use-must-not-have-ended cd26-21.1'],
    [{ identity_verified: false }, 'identity-must-be-verified cd26-26.2'],
    [{ key_revoked: true }, 'key-must-not-be-revoked cd26-27.1'],
    [{ agreement: 'revoked' }, 'access-must-not-be-revoked cd26-25.2'],
    [{ agreement: 'suspended' }, 'agreement-must-stand cd26-21.1'],
    [{ suspended_supplies: 1 }, 'supply-must-not-be-suspended cd26-33.1'],
    [{ released: false }, 'product-must-come-from-release cd26-19.2'],
    [{ product: 'ended' }, 'product-must-be-on-offer cd26-30.2'],
    [{ subscription: 'suspended' }, 'subscription-must-stand cd26-26.2'],
    [{ declared_scenario: '商业选址' }, 'scenario-must-be-the-granted cd26-20.1'],
    [{ kind: 'check-interface' }, 'mode-must-be-the-products cd26-20.1'],
    [{ kind: 'check-interface', mode: 'verify' }, 'allowed'],
    [{ fields: ['station', 'resident-id'] }, 'fields-must-be-the-products cd26-26.2'],
    [{ quota_left: 0 }, 'quota-must-not-be-exceeded cd26-26.2'],
    [{ agreement: null }, 'access-must-be-provided-for cd26-26.2'],
    [{ purpose: '' }, 'access-must-be-provided-for cd26-26.2'],
    [{ fields: [] }, 'access-must-be-provided-for cd26-26.2'],
  ] satisfies [JsonObject, string][])('with %j is %s', (change, expected) => {
    expect(refusalOf(change)).toBe(expected)
  })
})

describe('an export', () => {
  const policy = law.pack.policies['export']
  if (policy === undefined) throw new Error('the pack has no policy export')
  test.each([
    [{ verdict: 'pass', agreement: 'granted', release: 'granted' }, 'export-allowed'],
    [{ verdict: 'review', agreement: 'granted', release: 'granted' }, 'export-allowed'],
    [{ verdict: 'block', agreement: 'granted', release: 'granted' }, 'automatic-checks-must-not-block'],
    [{ verdict: 'pass', agreement: 'revoked', release: 'granted' }, 'agreement-must-stand'],
    [{ verdict: 'pass', agreement: 'granted' }, 'release-must-be-reviewed'],
    [{ verdict: 'pass', agreement: 'granted', release: 'suspended' }, 'release-must-stand'],
    [{ agreement: 'granted', release: 'granted' }, 'access-must-be-provided-for'],
  ] satisfies [JsonObject, string][])('of %j gives %s', (input, expected) => {
    const verdict = decideByPolicy(policy, input)
    expect(verdict.allow ? verdict.code : verdict.refusal.code).toBe(expected)
  })
})
