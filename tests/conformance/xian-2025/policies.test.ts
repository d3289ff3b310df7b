import { describe, expect, test } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'

const law = await lawOf('xian-2025')

/** What the table answers: the code and provision of a refusal, or of the row that allows. */
function answered(policy: string, input: JsonObject): [boolean, string, string | null] {
  const table = law.pack.policies[policy]
  if (!table) throw new Error(`the pack has no table ${policy}`)
  const verdict = decideByPolicy(table, input)
  if (!verdict.allow) return [false, verdict.refusal.code, verdict.refusal.provision]
  return [true, verdict.code, 'provision' in verdict.basis ? verdict.basis.provision : null]
}

describe('whether a product is served', () => {
  const CALL: JsonObject = {
    identity_verified: true, key_revoked: false, subscription: 'granted', product: 'granted', agreement: 'granted', released: true, suspended_supplies: 0,
    today: '2026-12-31', ends: '2026-12-31', scenario: '停车引导', declared_scenario: '停车引导', purpose: '出行应用', mode: 'query', kind: 'query-interface',
    fields: ['district'], allowed_fields: ['district', 'hour'], quota_left: 1, price: 0,
  }

  test('a call in order is answered on the last day and with the last call', () => {
    expect(answered('service-access', CALL)[0]).toBe(true)
    expect(answered('service-access', { ...CALL, mode: 'check', kind: 'check-interface' })[0]).toBe(true)
  })

  test.each<[string, JsonObject, string, string]>([
    ['an unverified identity', { identity_verified: false }, 'identity-must-be-verified', 'xa25-34.5'], ['nothing known of the identity', { identity_verified: 'unknown' }, 'identity-must-be-verified', 'xa25-34.5'],
    ['a revoked agreement', { agreement: 'revoked' }, 'access-must-not-be-revoked', 'xa25-32.4'], ['an ended agreement', { agreement: 'ended' }, 'access-must-not-be-revoked', 'xa25-32.4'],
    ['a suspended agreement', { agreement: 'suspended' }, 'agreement-must-stand', 'xa25-6.2'], ['a revoked key', { key_revoked: true }, 'key-must-not-be-revoked', 'xa25-13.1.5'],
    ['a suspended supply', { suspended_supplies: 1 }, 'supply-must-not-be-suspended', 'xa25-12.1.5'], ['no released result', { released: false }, 'product-must-come-from-release', 'xa25-8.2'],
    ['a suspended product', { product: 'suspended' }, 'product-must-be-on-offer', 'xa25-13.1.4'], ['an ended product', { product: 'ended' }, 'product-must-be-on-offer', 'xa25-13.1.4'],
    ['no subscription', { subscription: 'none' }, 'subscription-must-stand', 'xa25-34.5'], ['the day after the end', { today: '2027-01-01' }, 'use-must-not-have-ended', 'xa25-6.2'],
    ['another scenario', { declared_scenario: '信贷评估' }, 'scenario-must-be-the-granted', 'xa25-24.1'], ['a query to a check', { kind: 'check-interface' }, 'mode-must-be-the-products', 'xa25-24.1'],
    ['a further field', { fields: ['district', 'phone'] }, 'fields-must-be-the-products', 'xa25-34.5'], ['one call too many', { quota_left: 0 }, 'quota-must-not-be-exceeded', 'xa25-34.5'],
  ])('%s is refused', (_case, change, code, provision) => {
    expect(answered('service-access', { ...CALL, ...change })).toEqual([false, code, provision])
  })
})

describe('whether a result leaves the environment', () => {
  const RESULT: JsonObject = { verdict: 'pass', agreement: 'granted', release: 'granted' }

  test('a checked and released result does', () => {
    expect(answered('export', RESULT)).toEqual([true, 'export-allowed', 'xa25-24.1'])
    expect(answered('export', { ...RESULT, verdict: 'review' })[0]).toBe(true)
  })

  test.each<[string, JsonObject, string, string]>([
    ['a blocked one', { verdict: 'block' }, 'automatic-checks-must-not-block', 'xa25-8.2'], ['one under a suspended agreement', { agreement: 'suspended' }, 'agreement-must-stand', 'xa25-6.2'],
    ['one nobody reviewed', { release: null }, 'release-must-be-reviewed', 'na25-21.1'], ['one whose release is suspended', { release: 'suspended' }, 'release-must-stand', 'xa25-8.2'],
  ])('%s does not', (_case, change, code, provision) => {
    expect(answered('export', { ...RESULT, ...change })).toEqual([false, code, provision])
  })

  test('a verdict nobody knows lets nothing out', () => expect(answered('export', { ...RESULT, verdict: 'unknown' })[0]).toBe(false))
})

describe('whether data are used in the environment', () => {
  const USE: JsonObject = { agreement: 'granted', own: true, supplies: 2, for_scenario: 2, granted: 1, user: 'granted', today: '2026-10-12', ends: '2026-12-31' }

  test('one’s own supply of the scenario is', () => expect(answered('environment-access', USE)).toEqual([true, 'use-is-within-authorization', 'xa25-24.1']))

  test.each<[string, JsonObject, string, string]>([
    ['another’s agreement', { own: false }, 'agreement-must-be-own', 'xa25-6.2'], ['a revoked agreement', { agreement: 'revoked' }, 'agreement-must-stand', 'xa25-32.4'],
    ['nothing supplied', { supplies: 0, for_scenario: 0, granted: 0 }, 'data-must-be-supplied', 'xa25-13.1.1'], ['another scenario', { for_scenario: 0, granted: 0 }, 'scenario-must-be-approved', 'xa25-24.1'],
    ['a suspended supply', { granted: 0 }, 'supply-must-not-be-suspended', 'xa25-12.1.5'], ['a field declared to be masked and not masked', { unprotected: 1 }, 'declared-protection-must-be-in-force', 'xa25-5.1'],
  ])('%s is not', (_case, change, code, provision) => {
    expect(answered('environment-access', { ...USE, ...change })).toEqual([false, code, provision])
  })
})
