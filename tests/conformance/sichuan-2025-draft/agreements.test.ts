import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { documents, fairReview, qualification } from '#tests/support/authorization-contents.ts'
import { award, signBoth } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { agreement, decision, drafting, file, inForce, late, opened, planInDeliberation, planInForce, ready, selectionConcluded, selectionScored, signing, story, text } from '#tests/support/sichuan-story.ts'

describe('selection and agreement', () => {
  test('sc25-6.1a: a plan with a local condition is not submitted', () => {
    const conditions = ['capital', 'management', 'technology', 'service', 'security'].map((kind) => `具备${kind}条件`)
    const open = opened(story()).act(ready()).act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'none' }).act({ on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final' })
    const review = (finding: string) => ({ on: '2026-07-07', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions, finding) } })
    open.refuses(review('local-registration'), 'competition-must-not-be-restricted', 'sc25-6.1')
    expect(open.act(review('none')).open).toEqual(['submit'])
  })

  test('sc25-10.1: no selection without an approved plan', () => {
    const told = story()
    const line = { on: '2026-07-20', who: 'drafter', procedure: 'operator-selection', links: { plan: planInDeliberation(told) }, contents: { 'case-name': '运营机构选定' } }
    told.refusesOpening(line, 'plan-must-be-approved', 'sc25-10.1')
    expect(selectionConcluded(told, planInForce(told)).status).toBe('concluded')
  })

  test.each([
    ['sc25-16.1.1', 'resources'], ['sc25-16.1.2', 'term'], ['sc25-16.1.3', 'products'], ['sc25-16.1.4', 'supporting-platform'], ['sc25-16.1.5', 'ownership'], ['sc25-16.1.6', 'disclosure'], ['sc25-16.1.7', 'accounting'],
    ['sc25-16.1.8', 'protection'], ['sc25-16.1.9', 'evaluation'], ['sc25-16.1.10', 'liability'], ['sc25-16.1.11', 'disputes'], ['sc25-16.1.12', 'change-and-termination'], ['sc25-16.1.13', 'other'],
  ])('%s: without “%s” the agreement is refused with its item', (provision, key) => {
    drafting(story()).refuses(text({ [key]: null }), 'content-must-be-present', provision)
  })

  test('sc25-20.1a: without its clause against redevelopment the agreement is refused', () => {
    drafting(story()).refuses(text({ 'no-redevelopment': null }), 'content-must-be-present', 'sc25-20.1')
  })

  test('sc25-16.1.2 sc25-3.5 sc25-21.1a: five years at most, a legal person, shares of one hundred', () => {
    const open = drafting(story())
    open.refuses(text({ term: { start: '2026-08-20', end: '2031-08-20' } }), 'term-must-not-exceed-limit', 'sc25-16.1.2')
    open.refuses({ ...text(), facts: { operator: { name: '某合伙企业', 'legal-person': false } } }, 'operator-must-be-a-legal-person', 'sc25-3.5')
    open.refuses(text({ accounting: { 'cost-and-revenue': '单独核算', distribution: [{ party: '甲', share: 95 }] } }), 'shares-must-sum-to-whole', 'sc25-21.1')
    expect(open.act(text({ term: { start: '2026-08-20', end: '2031-08-19' } })).status).toBe('in-deliberation')
  })

  test('sc25-15.1b sc25-15.1c sc25-16.1a: the winner alone, and no signature before the agency’s decision on this text', () => {
    const open = drafting(story())
    open.refuses(text({ operator: 'other-data' }), 'counterparty-must-be-the-winner', 'sc25-15.1')
    open.act(text())
    open.refuses({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement({ other: '另有约定' }), '2026-08-18') } }, 'decision-must-carry', 'sc25-15.1')
    expect(signing(story()).open).toEqual(['sign-agency', 'sign-operator'])
  })

  test('sc25-15.1a: drawn up with a sector authority, it waits for that signature too', () => {
    const told = story()
    const approved = planInForce(told)
    const joint = told.open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selectionConcluded(told, approved) }, contents: { 'case-name': '授权运营协议', 'joint-signatories': [{ organization: 'health-commission' }] } })
    joint.act(text()).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18') } })
    signBoth(joint, '2026-08-31', agreement())
    expect([joint.status, joint.open]).toEqual(['signing', ['sign-sector@co-signers=health-commission']])
    const sign = (who: string) => ({ on: '2026-08-31', who, task: 'sign-sector', outcome: 'sign', contents: { 'sector-signature': { 'text-hash': hashOf(agreement()) } } })
    joint.refuses(sign('transport'), 'actor-must-be-concerned-organization', 'sc25-15.1')
    expect(joint.act(sign('health')).status).toBe('in-force')
  })

  test('sc25-14.1b sc25-14.2a sc25-14.2b sc25-14.2c sc25-14.2d: a competitive way, and a winner who shows capacity, is solvent, creditworthy and tested', () => {
    const told = story()
    const approved = planInForce(told)
    const open = selectionScored(told, approved)
    const choose = (change: JsonObject) => ({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data', change) } })
    open.refuses(choose({ 'management-capacity': null }), 'content-must-be-present', 'sc25-14.2')
    open.refuses(choose({ insolvent: true }), 'operator-must-not-be-insolvent', 'sc25-14.2')
    open.refuses(choose({ dishonest: true }), 'operator-must-be-creditworthy', 'sc25-14.2')
    const graded = (until: string) => choose({ 'graded-protection': { certificate: '1', grade: 'third', 'valid-until': until, report: file('测评.pdf') } })
    open.refuses(graded('2026-08-06'), 'graded-protection-must-be-valid', 'sc25-14.2')
    expect(open.act(graded('2026-08-07')).open).toEqual(['publicize'])
    const prepared = told.open({ on: '2026-07-27', who: 'drafter', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    prepared.refuses({ on: '2026-07-27', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents({ method: 'direct-award' }) } }, 'content-must-be-typed', 'sc25-14.1')
  })

  test('sc25-15.2a: signed on 2026-08-31 or 2026-09-22, to be filed by 2026-09-14 or 2026-10-13', () => {
    expect(inForce(story(), '2026-08-31').due('file-agreement')).toBe('2026-09-14')
    const signed = inForce(story(), '2026-09-22')
    expect(signed.due('file-agreement')).toBe('2026-10-13')
    expect(late(signed.time('2026-10-13')).filter((one) => one['task'] === 'file-agreement')).toEqual([])
    expect(late(signed.time('2026-10-14')).filter((one) => one['task'] === 'file-agreement')).toHaveLength(1)
  })
})
