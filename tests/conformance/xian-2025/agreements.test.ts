import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { GROUNDS, agreement, award, decision, documents, file, plan, qualification } from '#tests/support/xian-contents.ts'
import { CONSULTED, XIAN, draftConsulted, inForce, last, planInDeliberation, planInForce, selectionConcluded, selectionScored, signature, signedBy, signing } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('the draft agreement and the selection', () => {
  const drafting = () => {
    const told = story()
    const planned = planInForce(told)
    return { told, planned, draft: last(told, 'agreement-draft') }
  }
  const ready = (change: JsonObject) => ({ on: '2026-03-30', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement({ operator: null, ...change }) } })

  test.each([
    ['resources', 'xa25-20.1.1'], ['term', 'xa25-20.1.2'], ['products', 'xa25-20.1.3'], ['supporting-platform', 'xa25-20.1.4'], ['ownership', 'xa25-20.1.5'], ['disclosure', 'xa25-20.1.6'], ['accounting', 'xa25-20.1.7'],
    ['protection', 'xa25-20.1.8'], ['evaluation', 'xa25-20.1.9'], ['liability', 'xa25-20.1.10'], ['disputes', 'xa25-20.1.11'], ['change-and-termination', 'xa25-20.1.12'], ['other', 'xa25-20.1.13'], ['no-redevelopment', 'xa25-6.2'],
  ])('without “%s” is refused with its item: %s', (key, provision) => {
    drafting().draft.refuses(ready({ [key]: null }), 'content-must-be-present', provision)
  })

  test('xa25-20.1.1 xa25-20.1.7 xa25-20.1.9 xa25-20.1.12: the plan’s data and shares, no automatic renewal, all six grounds', () => {
    const { draft } = drafting()
    expect(draft.refuses(ready({ resources: [{ entry: 'school', name: '学校', provider: 'education' }] }), 'resources-must-be-within-plan', 'xa25-20.1.1').message).toContain('school')
    draft.refuses(ready({ accounting: { 'cost-and-revenue': '单独核算', distribution: [{ party: '运营机构', share: 70 }, { party: '数据提供单位', share: 30 }] } }), 'shares-must-be-the-plans', 'xa25-20.1.7')
    draft.refuses(ready({ evaluation: { evaluation: '每年评价', 'renewal-or-exit': '自动续约', 'automatic-renewal': true } }), 'renewal-must-not-be-automatic', 'xa25-20.1.9')
    draft.refuses(ready({ 'termination-grounds': GROUNDS.slice(0, 5).map((ground) => ({ ground })) }), 'all-grounds-must-be-agreed', 'xa25-20.1.12')
    expect(draft.act(ready({})).status).toBe('consulting')
  })

  test('xa25-20.1.2: exactly five years hold, a day more only with an exception in the approved plan', () => {
    const until = (end: string, because?: string) => ready({ term: { start: '2026-05-18', end, ...(because === undefined ? {} : { 'longer-because': because }) } })
    expect(drafting().draft.act(until('2031-05-17')).status).toBe('consulting')
    drafting().draft.refuses(until('2031-05-18'), 'term-must-not-exceed-limit', 'xa25-20.1.2')
    drafting().draft.refuses(until('2031-05-18', '投资回收期较长，确需延长期限'), 'longer-term-must-be-in-the-plan', 'xa25-20.1.2')
    const told = story()
    planInForce(told, plan({ term: { start: '2026-04-01', end: '2032-12-31', 'longer-because': '基础设施投资回收期较长' } }))
    expect(last(told, 'agreement-draft').act(until('2031-05-18', '投资回收期较长，确需延长期限')).status).toBe('consulting')
  })

  test('xa25-20.1b: the round runs to 2026-04-16 at the earliest, and closes with every opinion answered', () => {
    const { draft } = drafting()
    draft.act(ready({}))
    const start = (end: string) => ({ on: '2026-04-01', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': { end, 'agreement-text': file('草案.pdf'), consulted: CONSULTED } } })
    draft.refuses(start('2026-04-15'), 'consultation-must-be-long-enough', null)
    draft.act(start('2026-04-16'))
    const close = (on: string, answer?: string) => ({
      on, who: 'drafter', task: 'close-consultation', outcome: 'closed',
      contents: { consultation: { summary: '收到一条意见', comments: [{ name: '一', from: '市交通运输局', comment: '明确更新频率', ...(answer === undefined ? {} : { answer }) }] } },
    })
    draft.refuses(close('2026-04-14', '采纳'), 'consultation-must-have-ended', 'xa25-20.1')
    draft.refuses(close('2026-04-17'), 'every-comment-must-be-answered', 'xa25-20.1')
    expect(draft.act(close('2026-04-17', '采纳')).status).toBe('consulted')
  })

  test('xa25-21.1a: a selection needs an approved plan and a consulted draft', () => {
    const { told, planned, draft } = drafting()
    const line = { on: '2026-04-07', who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft }, contents: { 'case-name': '运营机构选定' } }
    told.refusesOpening(line, 'draft-agreement-must-be-consulted', 'xa25-21.1')
    draftConsulted(told)
    expect(told.open({ ...line, on: '2026-04-17' }).status).toBe('preparing')
    const other = story()
    const waiting = planInDeliberation(other)
    other.refusesOpening({ ...line, links: { plan: waiting } }, 'plan-must-be-approved', 'xa25-18.1')
  })

  test('xa25-21.1b xa25-12.1.2a xa25-6.1a: a competitive way, the plan’s conditions and no local record', () => {
    const { told, planned } = drafting()
    const draft = draftConsulted(told)
    const open = told.open({ on: '2026-04-17', who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft }, contents: { 'case-name': '运营机构选定' } })
    const prepare = (change: JsonObject) => ({ on: '2026-04-20', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents(change) } })
    open.refuses(prepare({ method: 'direct-award' }), 'content-must-be-typed', 'xa25-21.1')
    open.refuses(prepare({ conditions: ['注册资本不低于5000万元'] }), 'conditions-must-be-within-plan', 'xa25-12.1.2')
    open.act(prepare({}))
    open.refuses({ on: '2026-04-20', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': { clauses: [{ name: '注册资本不低于1000万元', finding: 'local-record' }], conclusion: '要求本地业绩', reviewed: '2026-04-20' } } }, 'competition-must-not-be-restricted', 'xa25-6.1')
  })

  test('xa25-3.5: the operator is a legal person', () => {
    const { told, planned } = drafting()
    const open = selectionScored(told, planned, draftConsulted(told))
    const choose = (winner: string) => ({ on: '2026-05-08', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award(winner), 'operator-qualification': qualification(winner) } })
    open.refuses(choose('third-data'), 'operator-must-be-a-legal-person', 'xa25-3.5')
    expect(open.act(choose('qin-data')).open).toEqual(['publicize'])
  })
})

describe('the agreement', () => {
  test('xa25-22.1b: no signature before the agency’s decision on this text', () => {
    const told = story()
    const planned = planInForce(told)
    const draft = draftConsulted(told)
    const open = told.open({ on: '2026-05-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: planned, draft, selection: selectionConcluded(told, planned, draft) }, contents: { 'case-name': '授权运营协议' } })
    const ready = (change: JsonObject) => ({ on: '2026-05-12', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })
    open.refuses(ready({ operator: 'other-data' }), 'counterparty-must-be-the-winner', 'xa25-12.1.2')
    open.refuses(ready({ resources: [{ entry: 'parking', name: '停车', provider: 'parking-centre' }, { entry: 'school', name: '学校', provider: 'education' }] }), 'resources-must-be-within-plan', 'xa25-20.1.1')
    open.act(ready({}))
    open.refuses({ on: '2026-05-13', who: 'director', task: 'sign-agency', outcome: 'sign', contents: {} }, 'step-must-be-open', 'xa25-22.1')
    open.refuses({ on: '2026-05-14', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement({ other: '另有约定' }), '2026-05-14') } }, 'decision-must-carry', 'xa25-22.1')
  })

  test('xa25-22.1a: alone, or with the sector authority’s signature besides', () => {
    expect(signedBy(signing(story())).status).toBe('signed')
    const joint = signedBy(signing(story(), { 'joint-signatories': [{ organization: 'transport-bureau' }] }))
    expect([joint.status, joint.open]).toEqual(['signing', ['sign-sector@co-signers=transport-bureau']])
    expect(joint.act({ on: '2026-05-15', who: 'traffic', task: 'sign-sector', outcome: 'sign', contents: { 'sector-signature': signature() } }).status).toBe('signed')
  })

  test('xa25-13.1.1 xa25-12.1.6a: it begins on its first day, grants, and is to be made public', () => {
    const open = signedBy(signing(story()))
    expect(open.time('2026-05-17').status).toBe('signed')
    expect(open.time('2026-05-18').status).toBe('in-force')
    expect(open.story.world.standings[`agreement/${open.id}`]).toBe('granted')
    expect(open.open).toContain('publish-authorization')
  })

  test('xa25-32.1 xa25-32.4b: it ends by itself after 2031-05-17; rights close and the exit opens', () => {
    const told = story()
    const open = inForce(told)
    expect(open.time('2031-05-17').status).toBe('in-force')
    open.time('2031-05-18')
    expect([open.status, open.effects('access.revoke').length, told.world.standings[`agreement/${open.id}`]]).toEqual(['ended', 1, 'revoked'])
    expect(last(told, 'exit').open).toEqual(['confirm-closure', 'deregister', 'destruction', 'key-destruction'])
    expect(open.open.filter((one) => ['run', 'request-exit', 'propose-termination'].includes(one))).toEqual([])
  })

  test('xa25-32.2: leaving needs the agency’s consent; without it the agreement runs on', () => {
    const open = inForce(story())
    const ask = { on: '2026-11-02', who: 'operator', task: 'request-exit', outcome: 'request', contents: { 'exit-request': { clause: '第八条', reason: '业务调整', arrangements: '移交使用主体', proposed: '2026-12-31' } } }
    const declined = open.act(ask)
    expect([declined.status, declined.due('consent-exit')]).toEqual(['in-force', '2026-11-16'])
    declined.act({ on: '2026-11-09', who: 'drafter', task: 'consent-exit', outcome: 'decline', contents: { opinion: '正在履行，不同意' } })
    expect(declined.status).toBe('in-force')
    const left = inForce(story()).act(ask).act({ on: '2026-11-16', who: 'drafter', task: 'consent-exit', outcome: 'consent', contents: { 'exit-consent': { 'ends-on': '2026-12-31', opinion: '同意' } } })
    expect(left.time('2026-12-31').status).toBe('in-force')
    expect(left.time('2027-01-01').status).toBe('ended')
  })

  const propose = (row: JsonObject, on = '2026-11-10') => ({ on, who: 'drafter', task: 'propose-termination', outcome: 'propose', contents: { 'termination-proposal': [{ facts: '事实清楚', evidence: file('证据.pdf'), ...row }] } })

  test('xa25-32.3a: a unilateral end needs one of the six grounds, a hearing until 2026-11-17 and a collective decision', () => {
    const told = story()
    const open = inForce(told)
    open.refuses(propose({ ground: 'better-offers' }), 'content-must-be-typed', 'xa25-32.3')
    const row = { ground: 'incident', grade: 'serious', 'severe-consequences': '大量数据泄露' }
    open.act(propose(row))
    expect(open.due('hear')).toBe('2026-11-17')
    const decides = { on: '2026-11-18', who: 'director', task: 'decide-termination', outcome: 'terminate' }
    open.refuses({ ...decides, contents: {} }, 'step-must-be-open', 'xa25-32.3')
    open.time('2026-11-18')
    const text: Json = [{ facts: '事实清楚', evidence: file('证据.pdf'), ...row }]
    open.refuses({ ...decides, contents: { 'termination-decision': { ...decision('别的文本', '2026-11-18'), reasons: '事故重大' } } }, 'decision-must-carry', 'xa25-32.3')
    open.act({ ...decides, contents: { 'termination-decision': { ...decision(text, '2026-11-18'), reasons: '事故重大，终止协议' } } })
    expect([open.status, last(told, 'exit').status]).toEqual(['ended', 'closing'])
  })

  test('xa25-32.3.2: a breach with its clause, an order and its failure', () => {
    const open = inForce(story())
    open.refuses(propose({ ground: 'uncorrected' }), 'breach-must-name-clause', 'xa25-32.3.2')
    open.refuses(propose({ ground: 'uncorrected', clause: '8.2' }), 'correction-must-have-been-ordered', 'xa25-32.3.2')
    open.refuses(propose({ ground: 'uncorrected', clause: '8.2', order: '〔2026〕5号', 'failed-since': '2026-11-11' }), 'correction-time-must-have-passed', 'xa25-32.3.2')
    expect(open.act(propose({ ground: 'uncorrected', clause: '8.2', order: '〔2026〕5号', 'failed-since': '2026-09-23' })).open).toContain('hear')
  })

  test('xa25-32.3.4: an incident with both marks; xa25-32.3.6: a named law and a finding', () => {
    const open = inForce(story())
    open.refuses(propose({ ground: 'incident', grade: 'large', 'severe-consequences': '严重后果' }), 'incident-must-be-serious', 'xa25-32.3.4')
    open.refuses(propose({ ground: 'incident', grade: 'serious' }), 'incident-must-have-severe-consequences', 'xa25-32.3.4')
    open.refuses(propose({ ground: 'other-unlawful', finding: '行政处罚决定' }), 'other-ground-must-name-law', 'xa25-32.3.6')
    open.refuses(propose({ ground: 'other-unlawful', law: '数据安全法第四十五条' }), 'other-ground-must-name-law', 'xa25-32.3.6')
    expect(open.act(propose({ ground: 'restricted' })).open).toContain('hear')
  })

  test('xa25-8.1: no step changes the holder', () => {
    const steps = Object.values(law.pack.procedures['operation-agreement']?.steps ?? {})
    expect(steps.flatMap((step) => Object.values(step.outcomes)).filter((one) => /转让|转移/.test(one.title))).toEqual([])
  })
})

describe('the exit', () => {
  const ended = (told: Story) => {
    inForce(told).time('2031-05-18')
    return last(told, 'exit')
  }

  test('xa25-32.4a xa25-32.4c xa25-32.4d xa25-32.4e: deletion, closure and cancelled registrations, then the report', () => {
    const told = story()
    const exit = ended(told)
    expect(exit.due('destruction')).toBe('2031-05-30')
    const row = { copy: 'C1', kind: 'data', 'data-set': '停车数据', place: '授权运营平台', method: 'overwrite', tool: '覆写工具', 'destroyed-on': '2031-05-20', 'operator-person': '李明', witness: '王强', 'hash-before': 'a'.repeat(64), 'check-after': '无法恢复' }
    const remove = (rows: Json) => ({ on: '2031-05-21', who: 'operator', task: 'destruction', outcome: 'report', contents: { 'destruction-records': rows }, facts: { copies: { C1: { copy: 'C1' }, C2: { copy: 'C2' } } } })
    exit.refuses(remove([row]), 'every-copy-must-be-destroyed', 'xa25-32.4')
    exit.act(remove([row, { ...row, copy: 'C2', kind: 'product', method: 'handed-over' }]))
    exit.act({ on: '2031-05-22', who: 'drafter', task: 'destruction-acceptance', outcome: 'accept', contents: { 'destruction-opinion': '通过' } })
    expect(told.world.registers['destructions']?.[exit.id]).toMatchObject({ 'keep-years': 3 })
    const closing = { on: '2031-06-03', who: 'drafter', task: 'close', outcome: 'closed', contents: { 'exit-report': '退出事项均已完成' } }
    exit.refuses(closing, 'step-must-be-open', 'xa25-32.4')
    exit.act({ on: '2031-05-22', who: 'drafter', task: 'confirm-closure', outcome: 'confirmed', contents: { 'permission-closure': { closed: '密钥十二个', archived: '方案、协议、日志' } } })
    const cancel = (on?: string) => ({ on: '2031-06-02', who: 'operator', task: 'deregister', outcome: 'done', contents: { deregistrations: [{ registration: 'GGSJ-1', ...(on === undefined ? {} : { 'cancelled-on': on }) }] } })
    exit.refuses(cancel(), 'every-registration-must-be-cancelled', 'xa25-32.4')
    expect(exit.act(cancel('2031-06-02')).act(closing).status).toBe('closed')
  })
})
