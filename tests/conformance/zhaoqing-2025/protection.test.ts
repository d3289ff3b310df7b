import { expect, test } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { gravest } from '#core/disclosure-control/finding.ts'
import { checkPersonalIdentifiers } from '#core/disclosure-control/personal-identifiers.ts'
import type { Cell } from '#core/disclosure-control/typed-result.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, zqAgreementInForce } from '#tests/support/zhaoqing-story.ts'

const pack = packOf('zhaoqing-2025')
const exporting = pack.policies['export']

/** An identity number of 18 digits with its check digit (GB 11643). */
function identityNumber(serial: number): string {
  const body = `44120219900101${String(serial).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0)
  return body + '10X98765432'[sum % 11]
}

test('zq25-6.1c: 18-digit identity numbers in 40 of 1,000 rows hold the result back under article 6, name the field, and only reviewers let it go', () => {
  if (!exporting) throw new Error('the pack has no table for exports')
  const result = (hits: number) => ({
    columns: [{ name: 'station', kind: 'text' as const, type: 'text' }, { name: 'note', kind: 'text' as const, type: 'text' }],
    rows: Array.from({ length: 1000 }, (_, row): Cell[] => [`站点${row}`, row < hits ? identityNumber(row) : '正常']),
  })
  const { policy } = disclosurePolicyOf(pack.thresholds)
  const findings = checkPersonalIdentifiers(result(40), policy.identifiers)
  expect(JSON.stringify(findings)).toContain('note')
  const verdict = gravest(findings.map((finding) => finding.verdict))
  expect(verdict).not.toBe('pass')
  expect(gravest(checkPersonalIdentifiers(result(0), policy.identifiers).map((finding) => finding.verdict))).toBe('pass')
  const decided = decideByPolicy(exporting, { verdict, agreement: 'granted' })
  expect(decided).toMatchObject({ allow: false, refusal: { code: 'release-must-be-reviewed', provision: 'zq25-6.1' } })
  expect(decideByPolicy(exporting, { verdict: 'block', agreement: 'granted', release: 'granted' })).toMatchObject({ allow: false, refusal: { code: 'automatic-checks-must-not-block', provision: 'zq25-6.1' } })
  expect(decideByPolicy(exporting, { verdict, agreement: 'granted', release: 'granted' })).toMatchObject({ allow: true })
})

test('zq25-24.5a: a product of 2026-07-08 that came from no workspace of the platform is refused', async () => {
  const told = new Story(await lawOf('zhaoqing-2025'), ZHAOQING)
  const agreement = zqAgreementInForce(told)
  const submitted = { on: '2026-07-08', who: 'operator', procedure: 'product', links: { agreement }, contents: {} }
  told.refusesOpening(submitted, 'product-must-come-from-release', 'zq25-24.5')
  const release = { on: '2026-07-08', who: 'operator', procedure: 'output-release', links: { agreement }, facts: { job: null }, contents: { 'release-request': { job: 'package-from-outside', title: '外部软件包', purpose: '形成产品', recipients: '公众', method: 'aggregate', 'method-note': '按小时汇总' } } }
  told.refusesOpening(release, 'result-must-come-from-environment', 'zq25-3.5')
})
