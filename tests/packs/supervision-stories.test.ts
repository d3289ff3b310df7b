import { describe, expect, test } from 'vitest'
import { firstPruningDay } from '#core/calendar/term.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { SUPPLY_CAST, lastCase, supplied } from '#tests/support/supply-story.ts'

const law = await lawOf('chengdu-2026')

/** An agreement with the running supply GJ-1. */
function begun() {
  const story = new Story(law, SUPPLY_CAST)
  const { agreement } = supplied(story)
  return { story, agreement }
}

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
  on, who: 'director', task: 'suspension', outcome: 'suspend', contents: { suspension: { supplies, reason: '防止继续超范围使用' } }, facts: { supplies: [{ id: 'GJ-1' }, { id: 'GJ-3' }] },
})

describe('a rectification', () => {
  test('rests on a breach record and has a due date that the agency sets', () => {
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

  test('may suspend named supplies only while it is open, and accepted proof resumes them', () => {
    const { story, agreement } = begun()
    const opened = recorded(story, agreement)
    opened.refuses(suspend(), 'step-must-be-open', 'cd26-33.1')
    opened.act(issue('2026-11-13'))
    opened.refuses(suspend('2026-10-13', ['GJ-2']), 'suspension-must-name-running-supplies', 'cd26-33.1')
    opened.refuses({ ...suspend(), contents: { suspension: { supplies: ['GJ-1'], reason: '' } } }, 'content-must-be-present', 'cd26-33.1')
    opened.refuses({ ...suspend(), who: 'manager' }, 'actor-must-hold-office', 'cd26-33.1')
    opened.act(suspend('2026-10-13', ['GJ-1', 'GJ-3']))
    expect([story.world.standings['supply/GJ-1'], story.world.standings['supply/GJ-3']]).toEqual(['suspended', 'suspended'])
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

  test('overdue opens a termination that cannot be closed with “continue”', () => {
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

describe('an exit', () => {
  const ground = (change: JsonObject = {}) => ({ ground: 'own-request', facts: '运营机构申请提前终止', evidence: file('申请.pdf'), ...change })
  const opening = (links: Record<string, StoryCase>, rows: Json[], on = '2026-11-16') => ({
    on, who: 'director', procedure: 'exit', links, contents: { 'exit-grounds': rows, 'exit-draft': '拟终止授权运营协议，请提出意见。' },
  })
  const breach = ground({ ground: 'breach', clause: '协议第八条第二款' })

  test('is the implementing agency’s, on a ground with its evidence', () => {
    const { story, agreement } = begun()
    story.refusesOpening(opening({ agreement }, []), 'content-must-be-present', 'cd26-25.1')
    story.refusesOpening(opening({ agreement }, [ground({ evidence: null })]), 'content-must-be-present', 'cd26-25.1')
    story.refusesOpening({ ...opening({ agreement }, [ground()]), who: 'authority' }, 'actor-must-hold-office', 'cd26-25.1')
    story.refusesOpening(opening({ agreement }, [ground({ ground: 'expiry' })]), 'expiry-must-have-come', 'cd26-25.1.1')
    expect(story.open(opening({ agreement }, [ground({ ground: 'expiry' })], '2029-08-19')).status).toBe('draft')
  })

  test('for a breach names the clause and follows a rectification, or says why none', () => {
    const { story, agreement } = begun()
    story.refusesOpening(opening({ agreement }, [ground({ ground: 'breach' })]), 'breach-must-name-clause', 'cd26-25.1.3')
    story.refusesOpening(opening({ agreement }, [breach]), 'breach-must-be-rectified-first', 'cd26-25.1.3')
    expect(story.open(opening({ agreement }, [{ ...breach, 'why-not-rectified': '数据已经外泄，无法改正' }])).status).toBe('draft')
    const rectification = recorded(story, agreement)
    story.refusesOpening(opening({ agreement, rectification }, [breach]), 'rectification-must-have-been-ordered', 'cd26-33.1')
    rectification.act(issue('2026-11-13'))
    expect(story.open(opening({ agreement, rectification }, [breach])).status).toBe('draft')
  })

  test('on the catch-all ground names law, article and finding', () => {
    const { story, agreement } = begun()
    const all = { ground: 'other-unlawful', law: '中华人民共和国数据安全法', article: '第三十二条', finding: '网信部门认定书' }
    for (const missing of ['law', 'article', 'finding']) {
      story.refusesOpening(opening({ agreement }, [ground({ ...all, [missing]: null })]), 'other-ground-must-name-law', 'cd26-25.1.7')
    }
    expect(story.open(opening({ agreement }, [ground(all)])).status).toBe('draft')
  })

  const decision: JsonObject = { reasons: '运营机构申请提前终止，经审核同意', answer: '已采纳运营机构意见', 'destroy-by': '2026-11-30', arrangements: '通知全部使用方停止使用' }
  const end = (on: string, change: JsonObject = {}) => ({ on, who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { ...decision, ...change } } })
  const ending = (story: Story, agreement: StoryCase) =>
    story.open(opening({ agreement }, [ground()])).act({ on: '2026-11-18', who: 'operator', task: 'comment', outcome: 'commented', contents: { 'operator-comment': '没有异议' } })

  test('hears the operator first; silence goes on but is no consent', () => {
    const { story, agreement } = begun()
    const opened = story.open(opening({ agreement }, [ground()]))
    opened.refuses(end('2026-11-16'), 'step-must-be-open', 'cd26-25.1')
    expect(opened.due('comment')).toBe('2026-11-23')
    expect(opened.time('2026-11-23').open).toEqual(['comment'])
    expect(opened.time('2026-11-24').open).toEqual(['decide'])
    expect(agreement.status).toBe('in-force')
    const kept = { on: '2026-11-25', who: 'director', task: 'decide', outcome: 'continue', contents: { 'exit-continue-reason': '运营机构撤回申请' } }
    expect([opened.act(kept).status, opened.open]).toEqual(['continued', []])
    const expired = story.open(opening({ agreement }, [ground({ ground: 'expiry' })], '2029-08-19')).time('2029-08-27')
    expired.refuses({ ...kept, on: '2029-08-27' }, 'expired-agreement-must-end', 'cd26-25.1.1')
  })

  test('revokes access, ends the agreement and destroys the keys in one act', () => {
    const { story, agreement } = begun()
    const opened = ending(story, agreement)
    opened.refuses(end('2026-11-20', { 'destroy-by': '2026-11-19' }), 'destruction-must-have-a-date', 'cd26-25.2')
    opened.refuses({ ...end('2026-11-20'), who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'cd26-25.2')
    opened.act(end('2026-11-20'))
    expect(opened.effects('access.revoke')).toEqual([{ agreement: agreement.id, reason: decision['reasons'] }])
    expect(opened.effects('exit.destroy-keys')).toEqual([{ agreement: agreement.id, concludes: 'key-destruction' }])
    expect([agreement.status, story.world.standings[`agreement/${agreement.id}`]]).toEqual(['ended', 'revoked'])
    expect(opened.open).toEqual(['destruction', 'key-destruction', 'notice'])
    story.refusesOpening({ on: '2026-11-20', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: {} }, 'demand-must-rest-on-agreement', 'cd26-20.1')
  })

  test('is complete when every known copy is destroyed for good by two persons and the record is accepted', () => {
    const { story, agreement } = begun()
    const opened = ending(story, agreement).act(end('2026-11-20'))
    expect(opened.due('destruction')).toBe('2026-11-30')
    const record = (copy: string, change: JsonObject = {}) => ({
      copy, 'data-set': '空气质量监测数据', place: '授权运营平台', method: 'key-destruction', tool: '密钥管理系统', 'destroyed-on': '2026-11-23', 'operator-person': '陈刚', witness: '刘芳', 'hash-before': 'a'.repeat(64), 'check-after': '经解密验证不可恢复', ...change,
    })
    const copies = { copies: [{ copy: 'v1' }, { copy: 'job-1' }] }
    const destroy = (rows: Json[]) => ({ on: '2026-11-23', who: 'operator', task: 'destruction', outcome: 'report', contents: { 'destruction-records': rows }, facts: copies })
    expect(opened.refuses(destroy([record('v1')]), 'every-copy-must-be-destroyed', 'cd26-25.2').message).toContain('job-1')
    opened.refuses(destroy([record('v1'), record('job-1', { method: 'recycle-bin' })]), 'content-must-be-typed', 'cd26-25.2')
    opened.refuses(destroy([record('v1'), record('job-1', { witness: '陈刚' })]), 'destruction-must-be-witnessed', 'cd26-25.2')
    opened.refuses(destroy([record('v1'), record('job-1', { witness: '' })]), 'content-must-be-present', 'cd26-25.2')
    opened.refuses(destroy([record('v1'), record('job-1', { 'destroyed-on': '2026-11-24' })]), 'destruction-must-have-happened', 'cd26-25.2')
    opened.act(destroy([record('v1'), record('job-1')]))
    opened.act({ on: '2026-11-24', who: 'reviewer', task: 'destruction-acceptance', outcome: 'accept', contents: { 'destruction-opinion': '记录完整' } })
    opened.act({ on: '2026-11-24', who: 'platform', task: 'key-destruction', outcome: 'destroyed', contents: { 'key-destruction': { 'destroyed-on': '2026-11-23', copies: 2, method: '销毁数据密钥' } } })
    expect(opened.status).toBe('ended')
    opened.act({ on: '2026-11-25', who: 'drafter', task: 'notice', outcome: 'published', contents: { 'publication-record': { address: 'https://www.chengdu.gov.cn/notice/1', date: '2026-11-25' } } })
    expect(opened.status).toBe('closed')
    const kept = story.world.registers['destructions']?.[opened.id]
    expect(kept).toMatchObject({ 'recorded-on': '2026-11-23', 'keep-years': 3 })
    expect(firstPruningDay(legalDate(String(kept?.['recorded-on'])), { years: Number(kept?.['keep-years']) })).toBe('2029-11-24')
  })
})

describe('the yearly disclosure', () => {
  const period = { 'period-from': '2026-01-01', 'period-to': '2026-12-31' }
  const opened = (on = '2027-01-01') => new Story(law, SUPPLY_CAST).open({ on, who: 'platform', procedure: 'disclosure', contents: period })
  const row = (change: JsonObject = {}) => ({
    operator: '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X', 'selection-method': '公开招标', 'agreement-date': '2026-08-20', content: '整体授权，治理、开发和提供产品服务', scope: '四项公共数据资源', starts: '2026-08-20', ends: '2029-08-19', ...change,
  })
  const facts = { period: { authorizations: [{ 'credit-code': '91510100MA6ABCDE0X' }], products: [{ id: 'product-1' }] } }
  const use = { product: 'product-1', name: '空气质量查询', operator: '天府数据运营有限公司', price: '1.2元/次', registration: '登记办理中', calls: 12400 }
  const publish = (rows: Json[], products: Json[] = [use], on = '2027-03-31') => ({
    on, who: 'drafter', task: 'disclose', outcome: 'publish', facts,
    contents: {
      'disclosure-report': { authorizations: rows, 'resources-not-named': 2, products, 'resources-used': 4, calls: 12400, 'free-calls': 0, consumers: 3 },
      'publication-record': { address: 'https://www.chengdu.gov.cn/disclosure/2026', date: on },
    },
  })

  test('is opened by the calendar for the year before and due by 31 March', () => {
    expect(opened().due('disclose')).toBe('2027-03-31')
    new Story(law, SUPPLY_CAST).refusesOpening({ on: '2026-12-31', who: 'platform', procedure: 'disclosure', contents: period }, 'period-must-have-ended', 'cd26-30.1')
    const told = opened().time('2027-03-31')
    expect(told.effects('notify')).toEqual([])
    expect(told.time('2027-04-01').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'] })
  })

  test('names every operator with credit code, content, scope and term, and every product', () => {
    opened().refuses(publish([]), 'every-authorization-must-be-disclosed', 'cd26-30.1')
    for (const missing of ['credit-code', 'content', 'scope', 'starts', 'ends', 'selection-method']) {
      opened().refuses(publish([row({ [missing]: '' })]), 'content-must-be-present', 'cd26-30.1')
    }
    opened().refuses(publish([row()], []), 'every-product-must-be-disclosed', 'cd26-30.2')
    opened().refuses({ ...publish([row()]), who: 'operator' }, 'actor-must-hold-office', 'cd26-30.1')
    const done = opened().act(publish([row()]))
    expect(done.status).toBe('published')
    expect(done.effects('publish')).toHaveLength(1)
  })
})
