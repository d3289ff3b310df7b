import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { GROUNDS, SHARES, agreement, decision, file, plan } from '#tests/support/xian-contents.ts'
import { CONSULTED, XIAN, draftConsulted, inForce, last, late, planInDeliberation, planInForce, selectionConcluded, signature, signedBy, signing } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

/** The agreement put up for the agency's decision on a day, with items changed. */
const putUp = (told = story()) => {
  const planned = planInForce(told)
  const draft = draftConsulted(told)
  return told.open({ on: '2026-05-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: planned, draft, selection: selectionConcluded(told, planned, draft) }, contents: { 'case-name': '授权运营协议' } })
}
const ready = (change: JsonObject, on = '2026-05-12') => ({ on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })
const group = (key: string): JsonObject => agreement()[key] as JsonObject // a group of the sample
const rows = (key: string): JsonObject[] => agreement()[key] as JsonObject[] // a table of the sample

describe('the thirteen items of an agreement', () => {
  const refuses = (change: JsonObject, code: string, provision: string) => putUp().refuses(ready(change), code, provision)
  const takes = (change: JsonObject) => expect(putUp().act(ready(change)).open).toEqual(['deliberate'])

  test('xa25-20.1.1: an entry outside the plan is refused and named', () => {
    refuses({ resources: null }, 'content-must-be-present', 'xa25-20.1.1')
    expect(refuses({ resources: [...rows('resources'), { entry: 'school', name: '学校', provider: 'education' }] }, 'resources-must-be-within-plan', 'xa25-20.1.1').message).toContain('school')
  })

  test('xa25-20.1.2: 2026-05-18 to 2031-05-17 is exactly five years; a day more only with the exception in the approved plan', () => {
    const until = (end: string, because?: string) => ({ ...ready({ operator: null, term: { start: '2026-05-18', end, ...(because === undefined ? {} : { 'longer-because': because }) } }), on: '2026-03-30' })
    const drafting = (text: JsonObject = plan()) => {
      const told = story()
      planInForce(told, text)
      return last(told, 'agreement-draft')
    }
    expect(drafting().act(until('2031-05-17')).status).toBe('consulting')
    expect(drafting().refuses(until('2031-05-18'), 'term-must-not-exceed-limit', 'xa25-20.1.2').message).toContain('2031-05-17')
    drafting().refuses(until('2031-05-18', '投资回收期较长，确需延长期限'), 'longer-term-must-be-in-the-plan', 'xa25-20.1.2')
    expect(drafting(plan({ term: { start: '2026-04-01', end: '2032-12-31', 'longer-because': '基础设施投资回收期较长' } })).act(until('2031-05-18', '投资回收期较长，确需延长期限')).status).toBe('consulting')
    refuses({ term: { start: '2026-05-18', end: '2031-05-18' } }, 'term-must-not-exceed-limit', 'xa25-20.1.2')
    takes({ term: { start: '2026-05-18', end: '2031-05-17' } })
  })

  test('xa25-20.1.3: of six products one has no requirement for the security review', () => {
    const row = rows('products')[0] ?? {}
    const six = Array.from({ length: 6 }, (_, index) => ({ ...row, name: `产品${index + 1}`, ...(index === 5 ? { 'security-review': '' } : {}) }))
    refuses({ products: null }, 'content-must-be-present', 'xa25-20.1.3')
    expect(refuses({ products: six }, 'content-must-be-present', 'xa25-20.1.3').message).toMatch(/第6行.*安全审核要求/)
    refuses({ products: [{ ...row, 'technical-standard': '' }] }, 'content-must-be-present', 'xa25-20.1.3')
    refuses({ products: [{ ...row, 'compliance-review': '' }] }, 'content-must-be-present', 'xa25-20.1.3')
  })

  test('xa25-20.1.4: the operator’s own cloud is not the supporting platform', () => {
    refuses({ 'supporting-platform': null }, 'content-must-be-present', 'xa25-20.1.4')
    refuses({ 'supporting-platform': 'other' }, 'platform-must-be-the-citys', 'xa25-20.1.4')
    takes({ 'supporting-platform': 'unified' })
  })

  test('xa25-20.1.5: without an owner of the products after the term it is refused', () => {
    refuses({ ownership: null }, 'content-must-be-present', 'xa25-20.1.5')
    for (const part of ['equipment', 'products', 'after-term']) refuses({ ownership: { ...group('ownership'), [part]: '' } }, 'content-must-be-present', 'xa25-20.1.5')
  })

  test('xa25-20.1.6: disclosure every two years is refused; without the clause against redevelopment article 6 is cited', () => {
    refuses({ disclosure: null }, 'content-must-be-present', 'xa25-20.1.6')
    expect(refuses({ 'disclosure-months': 24 }, 'disclosure-must-be-yearly', 'xa25-20.1.6').message).toContain('第十二条第（六）项')
    takes({ 'disclosure-months': 12 })
    refuses({ 'no-redevelopment': null }, 'content-must-be-present', 'xa25-6.2')
  })

  test('xa25-20.1.7: other shares than the plan’s are refused', () => {
    const accounting = (distribution: Json) => ({ accounting: { 'cost-and-revenue': '单独核算', distribution } })
    refuses({ accounting: null }, 'content-must-be-present', 'xa25-20.1.7')
    refuses(accounting([{ party: '运营机构', share: 70 }, { party: '数据提供单位', share: 30 }]), 'shares-must-be-the-plans', 'xa25-20.1.7')
    refuses(accounting([{ party: '运营机构', share: 60 }, { party: '数据提供单位', share: 25 }]), 'shares-must-sum-to-whole', 'xa25-20.1.7')
    takes(accounting(SHARES))
  })

  test('xa25-20.1.8: four parts, of which risk monitoring is empty', () => {
    for (const [part, title] of [['security', '数据安全要求'], ['personal-information', '个人信息保护要求'], ['monitoring', '风险监测措施'], ['emergency', '应急处置措施']]) {
      expect(refuses({ protection: { ...group('protection'), [part ?? '']: '' } }, 'content-must-be-present', 'xa25-20.1.8').message).toContain(title)
    }
  })

  test('xa25-20.1.9: a clause of automatic renewal', () => {
    refuses({ evaluation: null }, 'content-must-be-present', 'xa25-20.1.9')
    refuses({ evaluation: { ...group('evaluation'), 'automatic-renewal': true } }, 'renewal-must-not-be-automatic', 'xa25-20.1.9')
    takes({ evaluation: { ...group('evaluation'), 'automatic-renewal': false } })
  })

  test('xa25-20.1.10: without a time to correct', () => {
    refuses({ 'time-to-correct': null }, 'content-must-be-present', 'xa25-20.1.10')
    refuses({ liability: null }, 'content-must-be-present', 'xa25-20.1.10')
  })

  test('xa25-20.1.11: both arbitration and court', () => {
    refuses({ 'dispute-way': ['arbitration', 'court'] }, 'content-must-be-typed', 'xa25-20.1.11')
    refuses({ disputes: null }, 'content-must-be-present', 'xa25-20.1.11')
    takes({ 'dispute-way': 'court' })
  })

  test('xa25-20.1.12: five of the six grounds', () => {
    refuses({ 'change-and-termination': null }, 'content-must-be-present', 'xa25-20.1.12')
    for (const missing of GROUNDS) refuses({ 'termination-grounds': GROUNDS.filter((one) => one !== missing).map((ground) => ({ ground })) }, 'all-grounds-must-be-agreed', 'xa25-20.1.12')
  })

  test('xa25-20.1.13: an untouched section is refused, the statement none is accepted', () => {
    refuses({ other: null }, 'content-must-be-present', 'xa25-20.1.13')
    takes({ other: '无' })
  })
})

describe('consultation', () => {
  const drafted = () => {
    const told = story()
    const planned = planInForce(told)
    return { told, planned, draft: last(told, 'agreement-draft').act({ ...ready({ operator: null }), on: '2026-03-30' }) }
  }
  const start = (end: string, consulted: Json = CONSULTED) => ({ on: '2026-04-01', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': { end, 'agreement-text': file('草案.pdf'), consulted } } })

  test('xa25-20.1b: opened on 2026-04-01 the round ends on 2026-04-16; no selection on 2026-04-14, nor on 2026-04-17 with an opinion unanswered', () => {
    const { told, planned, draft } = drafted()
    expect(draft.refuses(start('2026-04-15'), 'consultation-must-be-long-enough', null).message).toContain('2026-04-16')
    draft.refuses(start('2026-04-16', [{ name: '市停车管理中心', role: 'data-provider' }]), 'all-sides-must-be-consulted', 'xa25-20.1')
    draft.act(start('2026-04-16'))
    const select = (on: string) => ({ on, who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft }, contents: { 'case-name': '运营机构选定' } })
    told.refusesOpening(select('2026-04-14'), 'draft-agreement-must-be-consulted', 'xa25-21.1')
    const comments = (answered: number): JsonObject[] => Array.from({ length: 12 }, (_, index) => ({ name: `意见${index + 1}`, from: '市交通运输局', comment: '明确更新频率', ...(index < answered ? { answer: '采纳' } : {}) }))
    const close = (on: string, answered: number) => ({ on, who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '收到十二条意见', comments: comments(answered) } } })
    draft.refuses(close('2026-04-16', 12), 'consultation-must-have-ended', 'xa25-20.1')
    expect(draft.refuses(close('2026-04-17', 11), 'every-comment-must-be-answered', 'xa25-20.1').message).toContain('意见12')
    told.refusesOpening(select('2026-04-17'), 'draft-agreement-must-be-consulted', 'xa25-21.1')
    expect([draft.act(close('2026-04-17', 12)).status, told.open(select('2026-04-17')).status]).toEqual(['consulted', 'preparing'])
  })

  test('xa25-21.1a: an approved plan without a consulted draft bears no selection on 2026-04-07; with the draft of 2026-04-17 it does', () => {
    const { told, planned, draft } = drafted()
    const line = (on: string, links: Record<string, typeof draft>) => ({ on, who: 'drafter', procedure: 'operator-selection', links, contents: { 'case-name': '运营机构选定' } })
    told.refusesOpening(line('2026-04-07', { plan: planned }), 'draft-agreement-must-be-consulted', 'xa25-21.1')
    told.refusesOpening(line('2026-04-07', { plan: planned, draft }), 'draft-agreement-must-be-consulted', 'xa25-21.1')
    const other = story()
    other.refusesOpening(line('2026-04-07', { plan: planInDeliberation(other) }), 'plan-must-be-approved', 'xa25-18.1')
    draft.act(start('2026-04-16')).act({ on: '2026-04-17', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    expect(told.open(line('2026-04-17', { plan: planned, draft })).status).toBe('preparing')
  })
})

describe('signing', () => {
  test('xa25-12.1.2b: won by company C on 2026-05-08, it is not signed with company D on 2026-05-25', () => {
    const open = putUp()
    expect(open.refuses(ready({ operator: 'other-data' }, '2026-05-25'), 'counterparty-must-be-the-winner', 'xa25-12.1.2').message).not.toBe('')
    open.act(ready({}, '2026-05-25')).act({ on: '2026-05-26', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-05-26') } })
    open.refuses({ on: '2026-05-26', who: 'stranger', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signature() } }, 'actor-must-be-concerned-organization', 'xa25-22.1')
  })

  test('xa25-22.1b: no signature on 2026-05-13 without the decision; decided on 2026-05-14 it opens, an edit of 2026-05-15 closes it', () => {
    const open = putUp().act(ready({}))
    open.refuses({ on: '2026-05-13', who: 'director', task: 'sign-agency', outcome: 'sign', contents: {} }, 'step-must-be-open', 'xa25-22.1')
    open.refuses({ on: '2026-05-14', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement({ other: '另有约定' }), '2026-05-14') } }, 'decision-must-carry', 'xa25-22.1')
    open.refuses({ on: '2026-05-14', who: 'drafter', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-05-14') } }, 'decider-must-not-be-author', null)
    open.act({ on: '2026-05-14', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-05-14') } })
    expect(open.open).toEqual(['sign-agency', 'sign-operator'])
    open.refuses({ on: '2026-05-15', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signature(agreement({ other: '另有约定' })) } }, 'signature-must-be-on-the-approved-text', 'xa25-22.1')
    open.act({ on: '2026-05-15', who: 'operator', task: 'sign-operator', outcome: 'return-for-change', contents: { opinion: '请修改其他事项' } }).act({ on: '2026-05-15', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'operation-agreement': agreement({ other: '另有约定' }) } })
    expect([open.open, open.state.conclusions.find((one) => one.step === 'deliberate')?.voided]).toEqual([['deliberate#2'], true])
  })

  test('xa25-22.1a: signed jointly, it is not in force on 2026-05-15 with two signatures; the bureau’s task is open', () => {
    const joint = signedBy(signing(story(), { 'joint-signatories': [{ organization: 'transport-bureau' }] }))
    expect([joint.status, joint.open, joint.state.tasks[0]?.organization]).toEqual(['signing', ['sign-sector@co-signers=transport-bureau'], 'transport-bureau'])
    expect(joint.time('2026-05-18').status).toBe('signing')
    joint.refuses({ on: '2026-05-18', who: 'health', task: 'sign-sector', outcome: 'sign', contents: { 'sector-signature': signature() } }, 'actor-must-be-concerned-organization', 'xa25-22.1')
    joint.act({ on: '2026-05-18', who: 'traffic', task: 'sign-sector', outcome: 'sign', contents: { 'sector-signature': signature() } })
    expect([joint.status, signedBy(signing(story())).status]).toEqual(['in-force', 'signed'])
  })

  test('xa25-8.1: asked on 2026-06-03 to put a subsidiary in its place, the platform offers no step and no approval', () => {
    const open = inForce(story())
    const steps = Object.values(law.pack.procedures['operation-agreement']?.steps ?? {})
    expect(steps.flatMap((step) => Object.values(step.outcomes)).filter((one) => /转让|转移/.test(one.title))).toEqual([])
    open.refuses({ on: '2026-06-03', who: 'operator', task: 'transfer', outcome: 'transfer', contents: {} }, 'step-must-be-open', 'xa25-22.1')
    open.refuses({ on: '2026-06-03', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement({ operator: 'third-data' }) } }, 'step-must-be-open', 'xa25-20.1')
    expect(open.state.parties['operator']).toBe('qin-data')
  })
})

describe('performance', () => {
  const dated = (names: string[], date: string): JsonObject => ({ 'dated-items': names.map((name) => ({ name, date, responsible: '运营机构' })) })
  const perform = (on: string, name: string, outcome = 'performed') => ({ on, who: 'operator', task: `perform@duties=${name}`, outcome, contents: { 'performance-report': '已经发布' } })
  const confirm = (on: string, name: string, outcome = 'confirmed') => ({ on, who: 'drafter', task: `confirm-performance@duties=${name}`, outcome, contents: { 'performance-opinion': '已核对' } })

  test('xa25-9.1.5c: of six products promised by 2026-12-31 four stand on 2027-01-04, and the data authority has follow-up tasks', () => {
    const names = [1, 2, 3, 4, 5, 6].map((index) => `产品${index}`)
    const told = story()
    const under = inForce(told, dated(names, '2026-12-31'))
    for (const name of names.slice(0, 4)) under.act(perform('2026-12-30', name)).act(confirm('2026-12-30', name))
    expect(late(under.time('2026-12-31')).filter(({ task }) => String(task).startsWith('perform'))).toEqual([])
    under.time('2027-01-04')
    expect(Object.keys(told.world.registers['performances'] ?? {})).toEqual(names.slice(0, 4))
    expect(under.state.tasks.filter(({ step }) => step === 'follow-up').map((one) => one.organization)).toEqual(['data-bureau', 'data-bureau'])
    expect(late(under).filter(({ task }) => String(task).startsWith('perform'))).toMatchObject([{ to: ['operator', 'implementing-agency', 'data-authority'] }, {}])
    expect(under.due('perform@duties=产品5')).toBe('2026-12-31')
  })

  test('xa25-13.1.9: three further duties stand as tasks with dates and go only with the agreement', () => {
    const under = inForce(story(), dated(['报告', '公益服务', '培训'], '2026-12-31'))
    expect(under.state.tasks.filter(({ step }) => step === 'perform').map((one) => [one.organization, under.due(one.id)])).toEqual(Array.from({ length: 3 }, () => ['qin-data', '2026-12-31']))
    under.refuses(perform('2026-06-01', '报告', 'drop'), 'outcome-must-be-provided', 'xa25-13.1.9')
  })

  test('xa25-12.1.7a: the checklist of 18 duties is confirmed item by item by the agency', () => {
    const names = Array.from({ length: 18 }, (_, index) => `义务${index + 1}`)
    const told = story()
    const under = inForce(told, dated(names, '2026-12-31'))
    expect(under.state.tasks.filter(({ step }) => step === 'perform')).toHaveLength(18)
    under.act(perform('2026-05-20', '义务1')).act(confirm('2026-05-21', '义务1')).act(perform('2026-05-20', '义务2')).act(confirm('2026-05-21', '义务2', 'guide'))
    expect([Object.keys(told.world.registers['performances'] ?? {}), under.open.filter((one) => one.startsWith('perform@duties=义务2'))]).toEqual([['义务1'], ['perform@duties=义务2#2']])
    under.refuses({ ...confirm('2026-05-22', '义务3'), who: 'operator' }, 'step-must-be-open', 'xa25-12.1.7')
  })

  test('xa25-12.1.7b: product 3, due on 2026-09-30 and only begun on 2026-10-08, is the operator’s overdue task, followed by the agency', () => {
    const under = inForce(story(), dated(['产品3'], '2026-09-30'))
    expect(late(under.time('2026-09-30')).filter(({ task }) => String(task).startsWith('perform'))).toEqual([])
    const told = late(under.time('2026-10-08')).filter(({ task }) => String(task).startsWith('perform'))
    expect([told, under.due('perform')]).toMatchObject([[{ to: ['operator', 'implementing-agency', 'data-authority'] }], '2026-09-30'])
    expect(under.act(perform('2026-10-12', '产品3')).open).toContain('confirm-performance@duties=产品3')
  })
})
