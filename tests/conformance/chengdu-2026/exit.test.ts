import { describe, expect } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import { firstPruningDay } from '#core/calendar/term.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { earlyAgreement } from '#tests/support/chengdu-early-story.ts'
import { begun, fresh, law, productOf, running, SEPTEMBER, suppliedAs, usedBy } from '#tests/support/chengdu-oversight-story.ts'
import type { Story, StoryAct, StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('exit', ['agreement-expiry'])

const ground = (change: JsonObject = {}) => ({ ground: 'own-request', facts: '运营机构申请提前终止', evidence: file('申请.pdf'), ...change })
const DRAFT = '拟终止授权运营协议，请提出意见。'
const opening = (links: Record<string, StoryCase>, rows: Json[], on = '2026-11-02') => ({ on, who: 'director', procedure: 'exit', links, contents: { 'exit-grounds': rows, 'exit-draft': DRAFT } })
const breach = ground({ ground: 'breach', clause: '协议第八条第二款' })
const decision: JsonObject = { reasons: '运营机构申请提前终止，经审核同意', answer: '已采纳运营机构意见', 'destroy-by': '2026-11-30', arrangements: '通知全部使用方停止使用' }
const end = (on: string, change: JsonObject = {}): StoryAct => ({ on, who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { ...decision, ...change } } })
const commented = { on: '2026-11-09', who: 'operator', task: 'comment', outcome: 'commented', contents: { 'operator-comment': '没有异议' } }
const ending = (story: Story, agreement: StoryCase) => story.open(opening({ agreement }, [ground()])).act(commented)
/** What a step requires that opens an exit. */
const exitOf = (kind: string): Record<string, Json> => ({ 'exit-grounds': [ground({ ground: kind })], 'exit-draft': DRAFT })
/** An agreement of 2026-08-20 with a supply of 2026-09-14. */
const supplied = () => {
  const opened = begun()
  suppliedAs(opened.story, opened.agreement, 'GJ-1', 'air-quality', SEPTEMBER)
  return opened
}

describe('the grounds', () => {
  test('cd26-25.1a: ending the agreement of 2026-08-20 on 2026-11-02 without a ground is refused; only the agency ends it, on evidence, and the operator sees the draft first', () => {
    const { story, agreement } = begun()
    story.refusesOpening(opening({ agreement }, []), 'content-must-be-present', 'cd26-25.1')
    story.refusesOpening(opening({ agreement }, [ground({ evidence: null })]), 'content-must-be-present', 'cd26-25.1')
    story.refusesOpening({ ...opening({ agreement }, [ground()]), who: 'authority' }, 'actor-must-hold-office', 'cd26-25.1')
    const opened = story.open(opening({ agreement }, [ground()]))
    expect(opened.effects('notify')[0]).toMatchObject({ to: ['operator'], notice: '终止协议决定草稿，请提出意见', text: DRAFT })
    opened.refuses(end('2026-11-02'), 'step-must-be-open', 'cd26-25.1')
    expect(opened.due('comment')).toBe('2026-11-09')
    expect(opened.time('2026-11-09').open).toEqual(['comment'])
    expect(opened.time('2026-11-10').open).toEqual(['decide'])
    expect(agreement.status).toBe('in-force')
    const kept = { on: '2026-11-11', who: 'director', task: 'decide', outcome: 'continue', contents: { 'exit-continue-reason': '运营机构撤回申请' } }
    expect([opened.act(kept).status, opened.open]).toEqual(['continued', []])
  })

  test('cd26-25.1.1: a term from 2026-08-20 to 2029-08-19: an expiry task from 2029-02-20, a second notice 90 days before, and on 2029-08-20 every call is refused', () => {
    const { story, agreement } = begun()
    const expiry = lastCase(story, 'agreement-expiry')
    expect(expiry.state.links['agreement']).toBe(agreement.id)
    expiry.refuses({ on: '2029-02-19', who: 'drafter', task: 'expire', outcome: 'ended-before' }, 'agreement-must-have-ended', 'cd26-25.1.1')
    expect(expiry.time('2029-02-19').open).toEqual(['expire', 'first-notice', 'second-notice'])
    expiry.time('2029-02-20')
    expect([expiry.open, expiry.status, expiry.due('arrange')]).toEqual([['arrange', 'expire', 'second-notice'], 'arranging', '2029-08-19'])
    expect(expiry.effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency', 'operator'], text: '2029-08-19' })
    expect(expiry.time('2029-05-20').effects('notify')).toHaveLength(1)
    expect(expiry.time('2029-05-21').effects('notify')).toHaveLength(2)
    expiry.act({ on: '2029-06-01', who: 'drafter', task: 'arrange', outcome: 'arranged', contents: { 'expiry-plan': { choice: 'new-selection', note: '重新组织公开招标' } } })
    story.refusesOpening(opening({ agreement }, [ground({ ground: 'expiry' })], '2029-08-18'), 'expiry-must-have-come', 'cd26-25.1.1')
    expect(expiry.time('2029-08-19').status).toBe('arranging')
    expiry.time('2029-08-20')
    expect([expiry.status, expiry.open, story.world.standings[`agreement/${agreement.id}`]]).toEqual(['expired', ['terminate'], 'suspended'])
    expect(call('suspended')).toBe('agreement-must-stand cd26-21.1')
    const start = (kind: string) => ({ on: '2029-08-20', who: 'director', task: 'terminate', outcome: 'start', contents: exitOf(kind) })
    expiry.refuses(start('breach'), 'ground-must-be-expiry', 'cd26-25.1.1')
    expiry.refuses({ on: '2029-08-20', who: 'director', task: 'terminate', outcome: 'ended-already' }, 'agreement-must-have-ended', 'cd26-25.1.1')
    expect(expiry.act(start('expiry')).status).toBe('terminating')
    const exit = lastCase(story, 'exit').time('2029-08-28')
    exit.refuses({ on: '2029-08-28', who: 'director', task: 'decide', outcome: 'continue', contents: { 'exit-continue-reason': '继续使用一年' } }, 'expired-agreement-must-end', 'cd26-25.1.1')
    exit.act(end('2029-08-28', { 'destroy-by': '2029-09-28' }))
    expect([agreement.status, call('revoked')]).toEqual(['ended', 'access-must-not-be-revoked cd26-25.2'])
  })

  test('cd26-25.1.2: applied on 2026-11-02 to end on 2026-12-31: the agency decides, eleven contracts stand for settlement, and the agreement runs on until then', () => {
    const { story, agreement } = running()
    const offered = productOf(story, agreement, ['GJ-1'], '空气质量')
    const contracts = Array.from({ length: 11 }, (_, index) => usedBy(story, offered, `user-${(index % 8) + 1}`).id)
    const apply = (change: JsonObject = {}) => ({ on: '2026-11-02', who: 'operator', procedure: 'exit-application', links: { agreement }, contents: { 'exit-application': { reason: '股东调整经营方向', 'planned-end': '2026-12-31', customers: '逐一结清合同', ...change } } })
    story.refusesOpening(apply({ 'planned-end': '2026-11-02' }), 'planned-end-must-lie-ahead', 'cd26-25.1.2')
    story.refusesOpening(apply({ customers: '' }), 'content-must-be-present', 'cd26-25.1.2')
    story.refusesOpening({ ...apply(), who: 'stranger' }, 'party-must-be-the-same', 'cd26-25.1.2')
    const applied = story.open(apply())
    expect(applied.open).toEqual(['decide', ...contracts.map((id) => `settle-contract@contracts=${id}`)].toSorted())
    expect([applied.due('decide'), applied.due(`settle-contract@contracts=${contracts[0] ?? ''}`), agreement.status]).toEqual(['2026-11-16', '2026-12-31', 'in-force'])
    const accept = (kind: string) => ({ on: '2026-11-10', who: 'director', task: 'decide', outcome: 'accept', contents: exitOf(kind) })
    applied.refuses(accept('breach'), 'ground-must-be-the-operators-application', 'cd26-25.1.2')
    applied.refuses({ ...accept('own-request'), who: 'authority' }, 'actor-must-hold-office', 'cd26-25.1.2')
    expect(applied.act(accept('own-request')).status).toBe('accepted')
    expect([lastCase(story, 'exit').status, agreement.status]).toEqual(['draft', 'in-force'])
    expect(story.open(apply()).act({ on: '2026-11-10', who: 'director', task: 'decide', outcome: 'refuse', contents: { 'exit-refusal': '合同没有结清' } }).open).toEqual([])
  })

  test('cd26-25.1.3: on a breach of 2026-10-12 without an order of rectification, or a reason for none, it is refused; the clause is named', () => {
    const { story, agreement } = begun()
    story.refusesOpening(opening({ agreement }, [ground({ ground: 'breach' })]), 'breach-must-name-clause', 'cd26-25.1.3')
    const refused = story.refusesOpening(opening({ agreement }, [breach]), 'breach-must-be-rectified-first', 'cd26-25.1.3')
    expect(refused.cure).toContain('第三十三条')
    expect(story.open(opening({ agreement }, [{ ...breach, 'why-not-rectified': '数据已经外泄，无法改正' }])).status).toBe('draft')
    const record = { clause: '协议第八条第二款', facts: '超出约定场景使用数据', 'found-on': '2026-10-12', evidence: file('检查记录.pdf') }
    const rectification = story.open({ on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement }, contents: { 'breach-record': record } })
    story.refusesOpening(opening({ agreement, rectification }, [breach]), 'rectification-must-have-been-ordered', 'cd26-33.1')
    rectification.act({ on: '2026-10-12', who: 'director', task: 'order', outcome: 'issue', contents: { 'rectification-order': { reason: '超出约定场景', measures: [{ measure: '停止作业', requirement: '删除结果' }] }, 'rectification-due': '2026-11-13' } })
    expect(story.open(opening({ agreement, rectification }, [breach])).status).toBe('draft')
  })

  test('cd26-25.1.4: an incident graded major on 2026-10-14 suspends every supply in the same act and opens the exit decision; also “continue” is kept with its reason', () => {
    const { story, agreement } = running({ 'GJ-1': 'air-quality', 'GJ-2': 'bus-lines' })
    const incident = () => story.open({ on: '2026-10-14', who: 'drafter', procedure: 'incident', links: { agreement }, contents: { incident: { segment: 'operation', occurred: '2026-10-14', facts: '平台数据被批量外传' } } })
    const major = (supplies: string[]) => ({ on: '2026-10-14', who: 'director', task: 'grade', outcome: 'major', contents: { 'incident-grade-reason': '涉及大量数据外传', 'interim-suspension': { supplies, reason: '防止继续外传' } } })
    const first = incident()
    expect(first.refuses(major(['GJ-1']), 'major-incident-must-suspend-every-supply', null).message).toContain('GJ-2')
    first.refuses(major(['GJ-1', 'GJ-2', 'GJ-9']), 'suspension-must-name-running-supplies', 'cd26-25.1.4')
    first.refuses({ ...major(['GJ-1', 'GJ-2']), who: 'operator' }, 'actor-must-hold-office', 'cd26-25.1.4')
    first.act(major(['GJ-1', 'GJ-2']))
    expect([story.world.standings['supply/GJ-1'], story.world.standings['supply/GJ-2'], first.open, first.status]).toEqual(['suspended', 'suspended', ['exit-decision', 'handle-operator'], 'exit-deciding'])
    first.refuses({ on: '2026-10-20', who: 'director', task: 'exit-decision', outcome: 'continue' }, 'content-must-be-present', 'cd26-25.1')
    first.act({ on: '2026-10-20', who: 'director', task: 'exit-decision', outcome: 'continue', contents: { 'exit-waiver': '数据已追回，隐患已消除' } })
    expect([story.world.standings['supply/GJ-1'], first.state.contents['exit-waiver']?.value]).toEqual(['granted', '数据已追回，隐患已消除'])
    const second = incident().act(major(['GJ-1', 'GJ-2']))
    second.refuses({ on: '2026-10-15', who: 'director', task: 'exit-decision', outcome: 'end', contents: exitOf('breach') }, 'ground-must-be-the-incident', 'cd26-25.1.4')
    expect(second.act({ on: '2026-10-15', who: 'director', task: 'exit-decision', outcome: 'end', contents: exitOf('incident') }).status).toBe('terminating')
    expect(lastCase(story, 'exit').state.contents['exit-grounds']?.value).toMatchObject([{ ground: 'incident' }])
    expect(incident().act({ on: '2026-10-14', who: 'director', task: 'grade', outcome: 'ordinary', contents: { 'incident-grade-reason': '影响轻微' } }).open).toEqual(['handle-operator'])
  })

  test('cd26-25.1.5: a finding due on 2026-11-13 without accepted proof opens the exit decision on 2026-11-14, with the ground in it', () => {
    const { story, agreement } = begun()
    const findings = (due: string) => [{ finding: '日志留存不全', requirement: '补齐日志', due }, { finding: '账号清理', requirement: '清理离职账号', due }]
    const record = (due: string) => ({ on: '2026-10-12', who: 'drafter', procedure: 'inspection', links: { agreement }, contents: { inspection: { authority: '市网信办', number: '检字〔2026〕5号' }, 'inspection-findings': findings(due) } })
    story.refusesOpening(record('2026-10-12'), 'correction-due-must-lie-ahead', 'cd26-25.1.5')
    const open = story.open(record('2026-11-13'))
    expect(open.due('correct@findings=账号清理')).toBe('2026-11-13')
    open.act({ on: '2026-11-05', who: 'operator', task: 'correct@findings=账号清理', outcome: 'report', contents: { 'finding-proof': '已清理12个账号' } })
      .act({ on: '2026-11-06', who: 'drafter', task: 'accept@findings=账号清理', outcome: 'accept', contents: { 'finding-opinion': '符合要求' } })
    open.act({ on: '2026-11-12', who: 'operator', task: 'correct@findings=日志留存不全', outcome: 'report', contents: { 'finding-proof': '已补齐部分日志' } })
    expect(open.time('2026-11-13').open).toEqual(['accept@findings=日志留存不全'])
    open.time('2026-11-14')
    expect([open.open, open.status]).toEqual([['exit-decision@findings=日志留存不全'], 'overdue'])
    const endIt = (kind: string) => ({ on: '2026-11-16', who: 'director', task: 'exit-decision', outcome: 'end', contents: exitOf(kind) })
    open.refuses(endIt('own-request'), 'ground-must-be-the-finding', 'cd26-25.1.5')
    open.refuses({ ...endIt('unrectified'), who: 'authority' }, 'actor-must-hold-office', 'cd26-25.1.5')
    expect(open.act(endIt('unrectified')).status).toBe('terminating')
    expect(lastCase(story, 'exit').state.contents['exit-grounds']?.value).toMatchObject([{ ground: 'unrectified' }])
    const spared = story.open(record('2026-11-13')).time('2026-11-14').act({ on: '2026-11-16', who: 'director', task: 'exit-decision@findings=账号清理', outcome: 'continue', contents: { 'exit-waiver': '逾期一日后已完成' } })
    expect(spared.open).toEqual(['exit-decision@findings=日志留存不全'])
  })

  test('cd26-25.1.6: a change of policy of 2026-10-19 that touches two of three agreements opens two decisions; “end” carries it as the ground', () => {
    const story = fresh()
    const [first, second, third] = ['air-quality', 'water-quality', 'bus-lines'].map((code) => earlyAgreement(story, { [code]: 'environment-bureau' }).id)
    const change = (rows: Json[]) => ({ on: '2026-10-19', who: 'drafter', procedure: 'policy-change', contents: { 'policy-change': { title: '公共数据授权运营管理规定', date: '2026-11-01', change: '调整运营机构资格' }, 'touched-agreements': rows } })
    story.refusesOpening(change([]), 'content-must-be-present', 'cd26-25.1.6')
    story.refusesOpening(change([{ agreement: 'agreement-elsewhere', effect: '资格变化' }]), 'touched-agreement-must-run', 'cd26-25.1.6')
    const touched = [first, third].map((agreement) => ({ agreement: agreement ?? '', effect: '资格变化' }))
    const open = story.open(change(touched))
    expect(open.open).toEqual([`decide@touched=${first}`, `decide@touched=${third}`].toSorted())
    expect(open.due(`decide@touched=${first}`)).toBe('2026-11-02')
    const decide = (outcome: string, more: Record<string, Json> = {}) => ({ on: '2026-10-20', who: 'director', task: `decide@touched=${first}`, outcome, contents: { 'policy-decision': '不再符合资格要求', ...more } })
    open.refuses(decide('end', exitOf('breach')), 'ground-must-be-the-policy-change', 'cd26-25.1.6')
    open.act(decide('end', exitOf('policy')))
    expect(lastCase(story, 'exit').state).toMatchObject({ links: { agreement: first }, contents: { 'exit-grounds': { value: [{ ground: 'policy' }] } } })
    open.act({ ...decide('not-concerned'), task: `decide@touched=${third}` })
    expect(open.status).toBe('closed')
    expect(story.open(change([{ agreement: second ?? '', effect: '资格变化' }])).act({ ...decide('adjust'), task: 'decide' }).status).toBe('closed')
  })

  test('cd26-25.1.7: the catch-all ground of 2026-11-02 without law, article or finding is refused', () => {
    const { story, agreement } = begun()
    const all = { ground: 'other-unlawful', law: '中华人民共和国数据安全法', article: '第三十二条', finding: '网信部门认定书' }
    for (const missing of ['law', 'article', 'finding']) {
      story.refusesOpening(opening({ agreement }, [ground({ ...all, [missing]: null })]), 'other-ground-must-name-law', 'cd26-25.1.7')
    }
    expect(story.open(opening({ agreement }, [ground(all)])).status).toBe('draft')
  })
})

/** What the table of service calls says of an agreement's standing. */
function call(agreement: string): string {
  const policy = law.pack.policies['service-access']
  if (policy === undefined) throw new Error('no policy service-access')
  const verdict = decideByPolicy(policy, { identity_verified: true, agreement })
  return verdict.allow ? 'allowed' : `${verdict.refusal.code} ${verdict.refusal.provision}`
}

describe('the end', () => {
  test('cd26-25.2a: ending the agreement on 2026-11-16 revokes every access in one act; a call after it is refused', () => {
    const { story, agreement } = supplied()
    const opened = ending(story, agreement)
    opened.refuses(end('2026-11-16', { 'destroy-by': '2026-11-15' }), 'destruction-must-have-a-date', 'cd26-25.2')
    opened.refuses({ ...end('2026-11-16'), who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'cd26-25.2')
    opened.act(end('2026-11-16'))
    expect(opened.effects('access.revoke')).toEqual([{ agreement: agreement.id, reason: decision['reasons'] }])
    expect(opened.effects('exit.destroy-keys')).toEqual([{ agreement: agreement.id, concludes: 'key-destruction' }])
    expect([agreement.status, story.world.standings[`agreement/${agreement.id}`]]).toEqual(['ended', 'revoked'])
    expect(opened.open).toEqual(['destruction', 'key-destruction', 'notice'])
    const counted = { on: '2026-11-17', who: 'drafter', task: 'expire', outcome: 'ended-before' }
    expect([lastCase(story, 'agreement-expiry').act(counted).status, lastCase(story, 'agreement-expiry').open]).toEqual(['ended', []])
    expect(call('revoked')).toBe('access-must-not-be-revoked cd26-25.2')
    story.refusesOpening({ on: '2026-11-16', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: {} }, 'demand-must-rest-on-agreement', 'cd26-20.1')
  })

  const record = (copy: string, change: JsonObject = {}) => ({
    copy, 'data-set': '空气质量监测数据', place: '授权运营平台', method: 'key-destruction', tool: '密钥管理系统', 'destroyed-on': '2026-11-23', 'operator-person': '陈刚', witness: '刘芳', 'hash-before': 'a'.repeat(64), 'check-after': '经解密验证不可恢复', ...change,
  })
  const known = Array.from({ length: 9 }, (_, index) => `copy-${index + 1}`)
  const destroy = (rows: Json[]): StoryAct => ({ on: '2026-11-23', who: 'operator', task: 'destruction', outcome: 'report', contents: { 'destruction-records': rows }, facts: { copies: known.map((copy) => ({ copy })) } })

  test('cd26-25.2b: of nine known copies, due on 2026-11-30, eight reported leave the exit open; “recycle bin” is no method', () => {
    const { story, agreement } = supplied()
    const opened = ending(story, agreement).act(end('2026-11-16'))
    expect(opened.due('destruction')).toBe('2026-11-30')
    expect(opened.refuses(destroy(known.slice(1).map((copy) => record(copy))), 'every-copy-must-be-destroyed', 'cd26-25.2').message).toContain('copy-1')
    opened.refuses(destroy(known.map((copy, index) => record(copy, index === 0 ? { method: 'recycle-bin' } : {}))), 'content-must-be-typed', 'cd26-25.2')
    expect(opened.open).toContain('destruction')
    opened.act(destroy(known.map((copy) => record(copy))))
    opened.act({ on: '2026-11-24', who: 'reviewer', task: 'destruction-acceptance', outcome: 'reject', contents: { 'destruction-opinion': '缺少核查记录' } })
    expect(opened.open).toContain('destruction#2')
  })

  test('cd26-25.2c: a destruction of 2026-11-23 entered with one person only is refused, and a saved record is not changed', () => {
    const { story, agreement } = supplied()
    const opened = ending(story, agreement).act(end('2026-11-16'))
    const rows = (change: JsonObject) => known.map((copy, index) => record(copy, index === 8 ? change : {}))
    opened.refuses(destroy(rows({ witness: '' })), 'content-must-be-present', 'cd26-25.2')
    opened.refuses(destroy(rows({ witness: '陈刚' })), 'destruction-must-be-witnessed', 'cd26-25.2')
    opened.refuses(destroy(rows({ 'destroyed-on': '2026-11-24' })), 'destruction-must-have-happened', 'cd26-25.2')
    for (const part of ['data-set', 'place', 'tool', 'hash-before', 'check-after']) opened.refuses(destroy(rows({ [part]: '' })), 'content-must-be-present', 'cd26-25.2')
    opened.act(destroy(rows({})))
    opened.refuses(destroy(rows({ tool: '另一工具' })), 'step-must-be-open', 'cd26-25.2')
    opened.act({ on: '2026-11-24', who: 'reviewer', task: 'destruction-acceptance', outcome: 'accept', contents: { 'destruction-opinion': '记录完整' } })
    opened.refuses(destroy(rows({ tool: '另一工具' })), 'step-must-be-open', 'cd26-25.2')
    expect(story.world.registers['destructions']?.[opened.id]).toMatchObject({ 'recorded-on': '2026-11-23', 'keep-years': 3 })
    expect(firstPruningDay(legalDate('2026-11-23'), { years: 3 })).toBe('2029-11-24')
    opened.act({ on: '2026-11-24', who: 'platform', task: 'key-destruction', outcome: 'destroyed', contents: { 'key-destruction': { 'destroyed-on': '2026-11-23', copies: 9, method: '销毁数据密钥' } } })
    expect(opened.status).toBe('ended')
    opened.act({ on: '2026-11-25', who: 'drafter', task: 'notice', outcome: 'published', contents: { 'publication-record': { address: 'https://www.chengdu.gov.cn/notice/1', date: '2026-11-25' } } })
    expect(opened.status).toBe('closed')
  })
})

test('an application, a finding and a change of policy concern an agreement in force', () => {
  const story = fresh()
  story.refusesOpening({ on: '2026-11-02', who: 'operator', procedure: 'exit-application', contents: {} }, 'application-must-concern-an-agreement', 'cd26-25.1.2')
  story.refusesOpening({ on: '2026-10-12', who: 'drafter', procedure: 'inspection', contents: {} }, 'inspection-must-concern-an-agreement', 'cd26-25.1.5')
})
