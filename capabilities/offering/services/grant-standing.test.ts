import { beforeAll, describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { mayHaveKey } from './grant-standing.store.ts'
import type { GrantStanding } from './grant-standing.store.ts'

const ENDS = '2026-12-31'
const GRANT: GrantStanding = {
  subscription: 'case-1', scenario: '新风联动', purpose: '室内空气', ends: ENDS, price: 0,
  subscriptionStanding: 'granted', productStanding: 'granted', agreementStanding: 'granted', released: true, releaseStanding: 'granted', usableUntil: null, suspendedSupplies: 0, endedSupplies: 0,
  kind: 'check-interface', fields: ['month', 'pm25'], pack: 'chengdu-2026', packDigest: '',
}

let law: CaseLaw
beforeAll(async () => {
  law = await lawOf('chengdu-2026')
})

function said(change: Partial<GrantStanding>, today = ENDS): string {
  const verdict = mayHaveKey(law, { ...GRANT, ...change }, legalDate(today))
  return verdict.allow ? verdict.code : verdict.refusal.code
}

describe('a key is made', () => {
  test('for a grant that stands, on its last day, whatever form the product has', () => {
    expect(said({})).toBe('service-access-allowed')
    expect(said({ kind: 'dataset-interface' })).toBe('service-access-allowed')
  })

  test('no more on the day after', () => {
    expect(said({}, '2027-01-01')).toBe('use-must-not-have-ended')
  })

  test('not where the grant, the product, the agreement or a supply does not stand, by the rule that says so', () => {
    for (const state of ['suspended', 'revoked', 'ended', 'none']) expect(said({ subscriptionStanding: state })).toBe('subscription-must-stand')
    expect(said({ productStanding: 'suspended' })).toBe('product-must-be-on-offer')
    expect(said({ agreementStanding: 'ended' })).toBe('access-must-not-be-revoked')
    expect(said({ agreementStanding: 'suspended' })).toBe('agreement-must-stand')
    expect(said({ suspendedSupplies: 1 })).toBe('supply-must-not-be-suspended')
    expect(said({ suspendedSupplies: 1, endedSupplies: 1 })).toBe('supply-must-not-be-terminated')
    expect(said({ released: false })).toBe('product-must-come-from-release')
  })
})
