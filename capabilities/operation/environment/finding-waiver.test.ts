import { describe, expect, test } from 'vitest'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import type { CheckLayer } from '#core/disclosure-control/finding.ts'
import { blockingCodes, withWaivers } from './finding-waiver.ts'

const WAIVER = { id: 'waiver-1', findings: ['dominated-total', 'rare-values-raw', 'identifier-column', 'microdata-route'], reason: '行业总额已由统计部门公开', ends: '2026-12-31' }

function report(...blocking: [CheckLayer, string][]): DisclosureReport {
  const findings = blocking.map(([layer, code]) => ({ layer, code, heading: 'other-risk' as const, verdict: 'block' as const, evidence: {}, message: '有行由一两个主体占主导。', cure: '' }))
  return { verdict: 'block', summary: '不得输出', sections: [{ heading: 'other-risk', title: '其他风险', verdict: 'block', findings }] }
}

describe('a waiver of what blocks a result', () => {
  test('turns the finding into a matter for the reviewers, with case, reason and last day', () => {
    const { report: waived, used } = withWaivers(report(['entity-minimum', 'dominated-total']), [WAIVER])
    expect([waived.verdict, waived.sections[0]?.verdict, used]).toEqual(['review', 'review', [WAIVER]])
    expect(waived.sections[0]?.findings[0]).toMatchObject({ verdict: 'review', evidence: { waiver: 'waiver-1', waivedUntil: '2026-12-31' } })
    expect(waived.sections[0]?.findings[0]?.message).toContain('行业总额已由统计部门公开')
  })

  test.each([
    ['value-containment', 'rare-values-raw'], ['personal-identifiers', 'identifier-column'], ['entity-minimum', 'microdata-route'],
  ] satisfies [CheckLayer, string][])('never lets %s/%s pass, though a case names it: raw rows, identifiers and source values stay', (layer, code) => {
    const blocked = report([layer, code])
    expect(withWaivers(blocked, [WAIVER])).toEqual({ report: blocked, used: [] })
    expect(blockingCodes(blocked)).toEqual([`${layer}/${code}`])
  })

  test('leaves the result blocked by whatever else blocks it', () => {
    const { report: waived } = withWaivers(report(['entity-minimum', 'dominated-total'], ['value-containment', 'rare-values-raw']), [WAIVER])
    expect([waived.verdict, waived.summary]).toEqual(['block', '不得输出'])
  })
})
