import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file, inForce, late, story } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'

describe('supervision', () => {
  const breach: JsonObject = { clause: '第八条', facts: '未按约定报送', 'found-on': '2026-10-12', evidence: file('记录.pdf') }
  const recorded = (told: Story) => told.open({ on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement: inForce(told) }, contents: { 'breach-record': breach } })
  const order = { on: '2026-10-15', who: 'drafter', task: 'order', outcome: 'issue', contents: { 'rectification-order': { reason: '未按约定报送', measures: ['甲项措施', '乙项措施', '丙项措施'].map((measure) => ({ measure, requirement: '完成' })) }, 'rectification-due': '2026-11-13' } }
  const instructed = (told: Story) => recorded(told).act({ on: '2026-10-14', who: 'authority', task: 'instruct', outcome: 'instruct', contents: { 'breach-report': { instruction: '责成限期整改', number: '川数〔2026〕5号' } } })

  test('sc25-29.1a: no order before the data authority’s instruction', () => {
    const open = recorded(story())
    open.refuses(order, 'step-must-be-open', 'sc25-29.1')
    expect(instructed(story()).open).toEqual(['order'])
  })

  test('sc25-29.1b sc25-29.1e sc25-29.1f: three measures due on 2026-11-13; on 2026-11-14 the termination, then the liability', () => {
    const told = story()
    const open = instructed(told)
    open.refuses({ ...order, contents: { 'rectification-order': order.contents['rectification-order'] } }, 'content-must-be-present', 'sc25-29.1')
    open.act(order)
    expect(open.open.filter((one) => one.startsWith('rectify')).map((one) => open.due(one))).toEqual(['2026-11-13', '2026-11-13', '2026-11-13'])
    expect(open.open).toContain('suspension')
    expect(open.time('2026-11-13').status).toBe('rectifying')
    expect([open.time('2026-11-14').status, open.open.includes('termination')]).toEqual(['overdue', true])
    open.act({ on: '2026-11-16', who: 'drafter', task: 'termination', outcome: 'terminate', contents: { 'exit-grounds': [{ ground: 'unrectified', facts: '逾期未整改', evidence: file('通知.pdf') }], 'exit-draft': '运营机构逾期未完成整改，拟终止协议。' } })
    expect(open.open).toEqual(['pursue'])
  })

  test('sc25-29.1d: with the last measure accepted, what was suspended is supplied again', () => {
    const told = story()
    const open = instructed(told).act(order)
    open.act({ on: '2026-10-16', who: 'drafter', task: 'suspension', outcome: 'suspend', contents: { suspension: { supplies: ['GJ-1'], reason: '整改期间暂停' } }, facts: { supplies: { 'GJ-1': { id: 'GJ-1' } } } })
    expect(told.world.standings['supply/GJ-1']).toBe('suspended')
    for (const measure of ['甲项措施', '乙项措施', '丙项措施']) {
      open.act({ on: '2026-11-05', who: 'operator', task: `rectify@measures=${measure}`, outcome: 'report', contents: { 'rectification-report': { done: '已经完成', proof: file('证明.pdf') } } })
      expect(told.world.standings['supply/GJ-1']).toBe('suspended')
      open.act({ on: '2026-11-06', who: 'drafter', task: `accept@measures=${measure}`, outcome: 'accept', contents: { 'rectification-opinion': '通过' } })
    }
    expect([open.status, open.effects('standing.set').at(-1)]).toMatchObject(['closed', { kind: 'supply', id: 'GJ-1', to: 'restored' }])
    expect(told.world.standings['supply/GJ-1']).not.toBe('suspended')
  })

  test('sc25-26.1a: the third quarter is reported by 2026-10-15; on 2026-10-16 it is overdue and the agency sees it', () => {
    const told = story()
    const open = told.open({ on: '2026-10-08', who: 'drafter', procedure: 'operation-report', links: { agreement: inForce(told) }, contents: { quarter: { 'period-from': '2026-07-01', 'period-to': '2026-09-30' } } })
    expect(open.due('report')).toBe('2026-10-15')
    expect(late(open.time('2026-10-15'))).toEqual([])
    expect(late(open.time('2026-10-16')).at(-1)).toMatchObject({ to: ['implementing-agency'] })
    open.act({ on: '2026-10-16', who: 'operator', task: 'report', outcome: 'sent', contents: { 'operation-report': { use: '共调用一万次', products: '空气质量查询', accounts: '收入十万元', 'signed-by': '李明' } } })
    expect(open.act({ on: '2026-10-19', who: 'drafter', task: 'receive', outcome: 'receive', contents: { 'report-opinion': '收到' } }).open).toEqual(['disclose'])
  })

  test('sc25-26.1b: with 12,400 calls in 2026 and the operator’s confirmation of 2027-03-15 the report is public with this figure; without, it is overdue from 2027-04-01', () => {
    const told = story()
    const open = told.open({ on: '2027-01-04', who: 'drafter', procedure: 'operation-report', links: { agreement: inForce(told) }, contents: { quarter: { 'period-from': '2026-07-01', 'period-to': '2026-12-31' } } })
      .act({ on: '2027-01-14', who: 'operator', task: 'report', outcome: 'sent', contents: { 'operation-report': { use: '2026年共调用12400次', products: '空气质量查询', accounts: '收入十万元', 'signed-by': '李明' } } })
      .act({ on: '2027-01-18', who: 'drafter', task: 'receive', outcome: 'receive', contents: { 'report-opinion': '收到' } })
    expect(open.due('disclose')).toBe('2027-03-31')
    expect(late(open.time('2027-03-31'))).toEqual([])
    expect(late(open.time('2027-04-01')).at(-1)).toMatchObject({ to: ['data-authority'] })
    open.act({ on: '2027-04-01', who: 'operator', task: 'disclose', outcome: 'disclosed', contents: { 'publication-record': { address: 'https://tianfu-data.cn/2026', date: '2027-04-01' } } })
    expect(open.effects('publish')).toMatchObject([{ kind: 'operation-report', use: '2026年共调用12400次', address: 'https://tianfu-data.cn/2026' }])
  })

  test('sc25-29.1c: without an open rectification no supply is suspended on 2026-10-13; with one it is', () => {
    const told = story()
    const open = recorded(told)
    const suspend = (on: string) => ({ on, who: 'drafter', task: 'suspension', outcome: 'suspend', contents: { suspension: { supplies: ['GJ-1'], reason: '整改期间暂停' } }, facts: { supplies: { 'GJ-1': { id: 'GJ-1' } } } })
    open.refuses(suspend('2026-10-13'), 'step-must-be-open', 'sc25-29.1')
    open.act({ on: '2026-10-14', who: 'authority', task: 'instruct', outcome: 'instruct', contents: { 'breach-report': { instruction: '责成限期整改', number: '川数〔2026〕5号' } } }).act(order)
    open.refuses({ ...suspend('2026-10-16'), facts: { supplies: {} } }, 'suspension-must-name-running-supplies', 'sc25-29.1')
    open.act(suspend('2026-10-16'))
    expect(told.world.standings['supply/GJ-1']).toBe('suspended')
  })

  test('sc25-29.2a: a report of 2026-11-02 against a developer is a case of the agency with its day, whoever files it', () => {
    const report = (who: string) => ({ on: '2026-11-02', who, procedure: 'harm-report', contents: { 'harm-report': { subject: '某开发主体', facts: '擅自转让数据', 'received-on': '2026-11-02' } } })
    const open = story().open(report('citizen'))
    expect([open.state.tasks[0]?.organization, open.due('handle')]).toEqual(['big-data-centre', '2026-11-23'])
    expect(late(open.time('2026-11-23'))).toEqual([])
    expect(late(open.time('2026-11-24'))).toMatchObject([{ to: ['data-authority'] }])
    expect(open.act({ on: '2026-11-24', who: 'drafter', task: 'handle', outcome: 'handled', contents: { 'harm-handling': { interim: '暂停调用', outcome: '责令改正并移送' } } }).status).toBe('closed')
    expect(story().open(report('consumer')).status).toBe('open')
  })

  test('sc25-29.2b sc25-29.2c: a finding is referred, and a record needs the decision’s number', () => {
    const told = story()
    const open = told.open({ on: '2026-11-04', who: 'drafter', procedure: 'referral', contents: { referral: { subject: '某开发主体', to: 'communications', facts: '违规留存数据', law: '数据安全法', evidence: file('证据.pdf') } } })
    expect(open.status).toBe('referred')
    const decide = (number: string) => ({ on: '2026-11-16', who: 'communications', task: 'investigate', outcome: 'decide', contents: { penalty: { number, date: '2026-11-16', content: '警告并处罚款' } } })
    open.refuses(decide(''), 'content-must-be-present', 'sc25-29.2')
    open.act(decide('川通管罚1号'))
    expect(told.world.registers['credit-records']?.['川通管罚1号']).toMatchObject({ subject: '某开发主体' })
  })
})
