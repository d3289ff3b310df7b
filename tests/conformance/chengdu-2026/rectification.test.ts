import { describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { law, running } from '#tests/support/chengdu-oversight-story.ts'
import { decideByPolicy } from '#core/decision/policy.ts'
import type { Story, StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('rectification')

/** An agreement with seven running supplies. */
const begun = () => running({ 'GJ-1': 'air-quality', 'GJ-2': 'water-quality', 'GJ-3': 'bus-lines', 'GJ-4': 'air-quality', 'GJ-5': 'water-quality', 'GJ-6': 'bus-lines', 'GJ-7': 'air-quality' })

const BREACH: JsonObject = { clause: '协议第八条第二款', facts: '超出约定场景使用数据', 'found-on': '2026-10-12', evidence: file('检查记录.pdf') }
const ORDER: JsonObject = {
  reason: '超出约定场景使用数据',
  measures: [{ measure: '停止超范围作业', requirement: '删除作业及结果' }, { measure: '清理账号', requirement: '收回多余权限' }, { measure: '开展培训', requirement: '全员完成' }],
}
const recorded = (story: Story, agreement: StoryCase) =>
  story.open({ on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement }, contents: { 'breach-record': BREACH } })
const issue = (due: string | null, order: JsonObject = ORDER) => ({
  on: '2026-10-12', who: 'director', task: 'order', outcome: 'issue', contents: { 'rectification-order': order, ...(due === null ? {} : { 'rectification-due': due }) },
})
const ordered = (story: Story, agreement: StoryCase) => recorded(story, agreement).act(issue('2026-11-13'))
const at = (step: string, measure: string) => `${step}@measures=${measure}`
const report = (measure: string, on = '2026-11-05') => ({ on, who: 'operator', task: at('rectify', measure), outcome: 'report', contents: { 'rectification-report': { done: '已经全部完成', proof: file('整改证明.pdf') } } })
const accept = (measure: string, on = '2026-11-06', outcome = 'accept') => ({ on, who: 'drafter', task: at('accept', measure), outcome, contents: { 'rectification-opinion': '符合要求' } })
const suspend = (on = '2026-10-13', supplies: string[] = ['GJ-1']) => ({
  on, who: 'director', task: 'suspension', outcome: 'suspend', contents: { suspension: { supplies, reason: '防止继续超范围使用' } },
})

/** What the table of service calls says where everything else stands. */
function calls(change: JsonObject): string {
  const policy = law.pack.policies['service-access']
  if (policy === undefined) throw new Error('no policy service-access')
  const verdict = decideByPolicy(policy, { identity_verified: true, key_revoked: false, agreement: 'granted', released: true, product: 'granted', ended_supplies: 0, suspended_supplies: 0, ...change })
  return verdict.allow ? 'allowed' : `${verdict.refusal.code} ${verdict.refusal.provision}`
}

describe('a rectification', () => {
  test('cd26-33.1a: a breach found on 2026-10-12 and an order by 2026-11-13 with three measures give the operator three tasks; an order without a due date is refused', () => {
    const { story, agreement } = begun()
    const line = { on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement }, contents: { 'breach-record': { ...BREACH, evidence: null } } }
    story.refusesOpening(line, 'content-must-be-present', 'cd26-33.1')
    story.refusesOpening({ ...line, contents: { 'breach-record': { ...BREACH, 'found-on': '2026-10-13' } } }, 'breach-must-have-happened', 'cd26-33.1')
    story.refusesOpening({ ...line, who: 'authority' }, 'actor-must-hold-office', 'cd26-33.1')
    const opened = recorded(story, agreement)
    opened.refuses(issue(null), 'content-must-be-present', 'cd26-33.1')
    opened.refuses(issue('2026-10-12'), 'rectification-due-must-lie-ahead', 'cd26-33.1')
    opened.refuses(issue('2026-11-13', { ...ORDER, measures: [] }), 'content-must-be-present', 'cd26-33.1')
    opened.act(issue('2026-11-13'))
    expect(opened.open).toEqual([at('rectify', '停止超范围作业'), at('rectify', '开展培训'), at('rectify', '清理账号'), 'suspension'].toSorted())
    expect(opened.due(at('rectify', '开展培训'))).toBe('2026-11-13')
  })

  test('cd26-33.1b cd26-33.1c: while it is open, two of seven supplies are suspended on 2026-10-13 and their calls refused; the last accepted measure resumes them and tells the operator', () => {
    const { story, agreement } = begun()
    const opened = recorded(story, agreement)
    opened.refuses(suspend(), 'step-must-be-open', 'cd26-33.1')
    opened.act(issue('2026-11-13'))
    opened.refuses(suspend('2026-10-13', ['GJ-9']), 'suspension-must-name-running-supplies', 'cd26-33.1')
    opened.refuses({ ...suspend(), contents: { suspension: { supplies: ['GJ-1'], reason: '' } } }, 'content-must-be-present', 'cd26-33.1')
    opened.refuses({ ...suspend(), who: 'manager' }, 'actor-must-hold-office', 'cd26-33.1')
    opened.act(suspend('2026-10-13', ['GJ-1', 'GJ-3']))
    expect(Object.entries(story.world.standings).filter(([kind, to]) => kind.startsWith('supply/') && to === 'suspended').map(([kind]) => kind)).toEqual(['supply/GJ-1', 'supply/GJ-3'])
    expect(calls({ suspended_supplies: 2 })).toBe('supply-must-not-be-suspended cd26-33.1')
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'public-data-manager'], text: '防止继续超范围使用' })
    for (const measure of ['停止超范围作业', '清理账号']) opened.act(report(measure)).act(accept(measure))
    expect(story.world.standings['supply/GJ-1']).toBe('suspended')
    opened.act(report('开展培训')).act(accept('开展培训', '2026-11-06', 'reject')).act({ ...report('开展培训', '2026-11-10'), task: `${at('rectify', '开展培训')}#2` })
    opened.act({ ...accept('开展培训', '2026-11-13'), task: `${at('accept', '开展培训')}#2` })
    expect([opened.status, opened.open]).toEqual(['closed', []])
    expect([story.world.standings['supply/GJ-1'], story.world.standings['supply/GJ-3']]).toEqual(['granted', 'granted'])
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'public-data-manager'] })
    opened.refuses(suspend('2026-11-16'), 'step-must-be-open', 'cd26-33.1')
  })

  test('is extended only before it ends, with a reason, to a later day', () => {
    const { story, agreement } = begun()
    const opened = ordered(story, agreement)
    const extend = (on: string, due: string, reason = '培训师资需要协调') => ({
      on, who: 'director', task: at('rectify', '开展培训'), outcome: 'extend', contents: { 'rectification-due': due, 'rectification-extension-reason': reason },
    })
    opened.refuses(extend('2026-11-14', '2026-11-30'), 'extension-must-be-made-before-due', 'cd26-33.1')
    opened.refuses(extend('2026-11-13', '2026-11-30', ''), 'content-must-be-present', 'cd26-33.1')
    opened.refuses(extend('2026-11-13', '2026-11-13'), 'rectification-due-must-lie-ahead', 'cd26-33.1')
    opened.refuses({ ...extend('2026-11-13', '2026-11-30'), who: 'operator' }, 'actor-must-hold-office', 'cd26-33.1')
    opened.act(extend('2026-11-13', '2026-11-30'))
    expect(opened.due(`${at('rectify', '开展培训')}#2`)).toBe('2026-11-30')
  })

  test('cd26-33.1d: due on 2026-11-13 and not accepted, on 2026-11-14 a termination is open that cannot be closed with “continue”', () => {
    const { story, agreement } = begun()
    const opened = ordered(story, agreement).act(suspend()).act(report('清理账号')).act(accept('清理账号')).act(report('停止超范围作业', '2026-11-13'))
    expect(opened.time('2026-11-13').status).toBe('rectifying')
    opened.time('2026-11-14')
    expect([opened.status, opened.open]).toEqual(['overdue', ['lift', 'termination']])
    opened.refuses(report('开展培训', '2026-11-14'), 'step-must-be-open', 'cd26-33.1')
    opened.refuses({ on: '2026-11-16', who: 'director', task: 'termination', outcome: 'continue', contents: {} }, 'outcome-must-be-provided', 'cd26-33.1')
    const grounds = (ground: string) => [{ ground, facts: '整改期限届满未完成', evidence: file('核查.pdf'), clause: '协议第八条第二款' }]
    const terminate = (ground: string) => ({ on: '2026-11-16', who: 'director', task: 'termination', outcome: 'terminate', contents: { 'exit-grounds': grounds(ground), 'exit-draft': '拟终止授权运营协议，请提出意见。' } })
    opened.refuses(terminate('own-request'), 'termination-must-rest-on-overdue-rectification', 'cd26-33.1')
    opened.act(terminate('breach'))
    expect([opened.status, opened.open]).toEqual(['terminating', []])
    const exit = lastCase(story, 'exit')
    expect([exit.state.parties['operator'], exit.open]).toEqual(['tianfu-data', ['comment']])
    exit.time('2026-11-24')
    const keepOn = { on: '2026-11-24', who: 'director', task: 'decide', outcome: 'continue', contents: { 'exit-continue-reason': '运营机构承诺继续整改' } }
    exit.refuses(keepOn, 'overdue-rectification-must-end-agreement', 'cd26-33.1')
  })
})

