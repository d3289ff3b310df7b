import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { documents, fairReview, qualification, signingCheck } from '#tests/support/authorization-contents.ts'
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

  const on24 = (change: JsonObject = {}) => ({ ...text(change), on: '2026-08-24' })
  const RESOURCES = [{ entry: 'air-quality', name: '空气质量监测数据', provider: 'environment-bureau' }, { entry: 'bus-lines', name: '公交线路数据', provider: 'transport-bureau' }]

  test('sc25-16.1.1 sc25-5.1a: one resource more than the plan has is refused and named, fewer are accepted', () => {
    const open = drafting(story())
    expect(open.refuses(on24({ resources: [...RESOURCES, { entry: 'deyang-rivers', name: '德阳水情', provider: 'water-bureau' }] }), 'resources-must-be-within-plan', 'sc25-5.1').message).toContain('deyang-rivers')
    expect(open.act(on24({ resources: RESOURCES.slice(0, 1) })).status).toBe('in-deliberation')
  })

  test('sc25-16.1.2: from 2026-09-01 an end on 2031-08-31 is accepted, and 2031-09-01 only with the reason for the longer term', () => {
    const open = drafting(story())
    open.refuses(on24({ term: { start: '2026-09-01', end: '2031-09-01' } }), 'term-must-not-exceed-limit', 'sc25-16.1.2')
    expect(drafting(story()).act(on24({ term: { start: '2026-09-01', end: '2031-09-01', 'longer-because': '省人民政府批准的重大项目周期需要' } })).status).toBe('in-deliberation')
    expect(open.act(on24({ term: { start: '2026-09-01', end: '2031-08-31' } })).status).toBe('in-deliberation')
  })

  test('sc25-16.1.3: of eight products the one without its requirement for the security review is refused by its row', () => {
    const products = Array.from({ length: 8 }, (_one, index) => ({ name: `产品${index + 1}`, class: 'public-benefit', 'technical-standard': '接口规范', 'security-review': index === 4 ? '' : '发布前安全审核', 'compliance-review': '业务规范性审核' }))
    expect(drafting(story()).refuses(on24({ products }), 'content-must-be-present', 'sc25-16.1.3').message).toContain('第5行／安全审核要求')
  })

  test('sc25-16.1.5: the ownership of products left open is refused', () => {
    expect(drafting(story()).refuses(on24({ ownership: { equipment: '软硬件设备归投资方所有', products: '' } }), 'content-must-be-present', 'sc25-16.1.5').message).toContain('公共数据产品和服务的权属')
  })

  test('sc25-16.1.7: a share of 60% in the plan and 70% in the agreement is refused', () => {
    const told = story()
    const shares = [{ party: '运营机构', share: 60 }, { party: '省财政', share: 40 }]
    const approved = planInForce(told, '2026-07-10', { accounting: { 'cost-and-revenue': '单独核算成本和收入', distribution: '按贡献分配收益', shares } })
    const open = drafting(told, approved)
    const accounting = (first: number) => ({ accounting: { 'cost-and-revenue': '单独核算，按年报送', distribution: [{ party: '运营机构', share: first }, { party: '省财政', share: 100 - first }] } })
    expect(open.refuses(on24(accounting(70)), 'shares-must-be-the-plans', 'sc25-16.1.7').message).toContain('60')
    expect(open.act(on24(accounting(60))).status).toBe('in-deliberation')
  })

  test('sc25-16.1.8: an agreement without how to respond to incidents is refused', () => {
    expect(drafting(story()).refuses(on24({ protection: { security: '分类分级保护', 'personal-information': '去标识化处理', monitoring: '全程风险监测', emergency: '' } }), 'content-must-be-present', 'sc25-16.1.8').message).toContain('应急处置措施')
  })

  test('sc25-16.1.12: a termination of 2026-11-02 on a condition of the agreement names its clause', () => {
    const told = story()
    const under = inForce(told)
    const end = (change: JsonObject) => ({ on: '2026-11-02', who: 'drafter', procedure: 'exit', links: { agreement: under }, contents: { 'exit-grounds': [{ ground: 'agreed', facts: '连续两年评估不合格', evidence: file('评估.pdf'), ...change }], 'exit-draft': '运营机构符合约定的终止情形，拟终止协议。' } })
    told.refusesOpening(end({}), 'agreed-ground-must-name-clause', 'sc25-16.1.12')
    expect(told.open(end({ clause: '第十二条第一项' })).status).toBe('draft')
  })

  test('sc25-16.1a sc25-16.1.10: with part ten empty the agreement is not put to deliberation, and the part is named', () => {
    expect(drafting(story()).refuses(on24({ liability: '' }), 'content-must-be-present', 'sc25-16.1.10').message).toContain('（十）违约责任')
  })

  test('sc25-3.5: a partnership is not awarded, and no agreement is drawn up with what is no legal person', () => {
    const told = story()
    const open = selectionScored(told, planInForce(told))
    open.refuses({ on: '2026-08-10', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('third-data'), 'operator-qualification': qualification('third-data') } }, 'operator-must-be-a-legal-person', 'sc25-3.5')
  })

  test('sc25-15.1b: a text edited after the decision of 2026-08-28 is not signed on 2026-08-31', () => {
    const open = drafting(story()).act(text()).act({ on: '2026-08-28', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-28') } })
    const other = hashOf(agreement({ other: '另有约定' }))
    open.refuses({ on: '2026-08-31', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': { 'text-hash': other, original: file('协议.pdf') } } }, 'signature-must-be-on-the-approved-text', 'sc25-15.1')
    const early = drafting(story()).act(text())
    early.refuses({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement({ other: '另有约定' }), '2026-08-18') } }, 'decision-must-carry', 'sc25-15.1')
    expect(open.open).toEqual(['sign-agency', 'sign-operator'])
  })

  test('sc25-15.1c: company A won, so company B is not entered on 2026-08-31', () => {
    drafting(story()).refuses({ ...text({ operator: 'other-data' }), on: '2026-08-31' }, 'counterparty-must-be-the-winner', 'sc25-15.1')
  })

  test('sc25-14.2b: a winner in insolvency since 2026-08-20 does not get its agreement signed on 2026-08-31', () => {
    const open = signing(story()).act({ on: '2026-08-31', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': { 'text-hash': hashOf(agreement()), original: file('协议.pdf') } } })
    const sign = (change: JsonObject) => ({ on: '2026-08-31', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': { 'text-hash': hashOf(agreement()), original: file('协议.pdf') }, 'signing-check': signingCheck('2026-08-31', change) } })
    open.refuses(sign({ insolvent: true }), 'operator-must-not-be-insolvent', 'sc25-14.2')
    expect(open.act(sign({})).status).toBe('in-force')
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

  test('sc25-14.1b sc25-14.2a sc25-14.2c sc25-14.2d: a competitive way, and a winner who shows capacity, is creditworthy and tested', () => {
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
