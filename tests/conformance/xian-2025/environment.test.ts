import { describe, expect, test } from 'vitest'
import { mayUseEnvironment } from '#capabilities/operation/environment/access.ts'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { decided, demand, demandItem, file, job, product, provision, receipt, releaseRequest } from '#tests/support/xian-contents.ts'
import { FINDING, XIAN, inForce, last, listed, published, released } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

/** A use of data in the environment as the platform knows it; everything in order unless changed. */
const use = (change: Partial<Parameters<typeof mayUseEnvironment>[1]> = {}) => mayUseEnvironment(law, { agreement: 'granted', own: true, supplies: 2, for_scenario: 1, granted: 1, user: 'granted', unprotected: 0, today: '2026-10-12', ends: '2026-12-31', ...change })
const refusal = (verdict: ReturnType<typeof use>) => (verdict.allow ? null : [verdict.refusal.code, verdict.refusal.provision])

const withSpace = (told: Story, under: StoryCase) => {
  told.open({ on: '2026-05-18', who: 'operator', procedure: 'security-file', links: { agreement: under }, contents: { 'security-file': { officer: '李安', 'graded-protection': '61010026001', 'valid-until': '2027-07-31', 'emergency-plan': file('应急预案.pdf'), contracts: '无' } } })
  return (entries: string[], on = '2026-05-20') => ({ on, who: 'operator', procedure: 'workspace', links: { agreement: under }, contents: { workspace: { name: '停车分析', kind: 'isolated', purpose: '停车引导', rules: '第一版', entries: entries.map((entry) => ({ entry })) } } })
}

describe('use within the authorization', () => {
  test('xa25-6.2a: under an agreement on parking data school data are not mounted on 2026-05-20, and what is not supplied is not read', () => {
    const told = story()
    const under = inForce(told)
    const space = withSpace(told, under)
    const refused = told.refusesOpening(space(['parking', 'school']), 'job-must-stay-within-agreement', 'xa25-6.2')
    expect([refused.message, refused.details?.['wanted']]).toEqual([expect.stringContaining('school'), ['parking', 'metro']])
    expect(told.open(space(['parking'])).status).toBe('open')
    expect([refusal(use({ own: false })), refusal(use({ supplies: 0, for_scenario: 0, granted: 0 }))]).toEqual([['agreement-must-be-own', 'xa25-6.2'], ['data-must-be-supplied', 'xa25-13.1.1']])
    expect(use().allow).toBe(true)
  })

  test('xa25-24.1a: what was delivered for purpose A is not read by a job for purpose B on 2026-10-12', () => {
    expect(refusal(use({ for_scenario: 0, granted: 0 }))).toEqual(['scenario-must-be-approved', 'xa25-24.1'])
    expect(refusal(use({ agreement: 'revoked' }))).toEqual(['agreement-must-stand', 'xa25-32.4'])
    expect(refusal(use({ granted: 0 }))).toEqual(['supply-must-not-be-suspended', 'xa25-12.1.5'])
    expect(use({ for_scenario: 1, granted: 1 }).allow).toBe(true)
  })

  const going = (told: Story, under: StoryCase, rows: number) => {
    listed(told, 'parking', 'parking')
    const place = 'providers=parking-centre/approved-items=parking'
    return told.open({ on: '2026-06-22', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking')]) } })
      .act({ on: '2026-06-22', who: 'parking', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('parking')] } })
      .act({ on: '2026-06-22', who: 'authority', task: 'authority-review', outcome: 'approve', contents: { 'authority-finding': FINDING } })
      .act({ on: '2026-06-23', who: 'parking', task: `provision@${place}`, outcome: 'delivered', contents: { provision: provision({ rows }), 'first-batch-check': '校核无误' } })
      .act({ on: '2026-06-23', who: 'platform', task: `provision-receipt@${place}`, outcome: 'received', contents: { 'platform-receipt': receipt({ rows }) } })
  }

  test('xa25-8.2a: with a limit of one million rows a month row 1,000,001 does not go in on 2026-06-24', () => {
    const send = { on: '2026-06-24', who: 'drafter', task: 'supply@providers=parking-centre/approved-items=parking', outcome: 'send' }
    const told = story()
    const limit = { 'monthly-rows': 1_000_000 }
    expect(going(told, inForce(told, limit), 1_000_001).refuses(send, 'supply-must-keep-to-volume', 'xa25-8.2').message).toMatch(/1000001.*1000000/)
    const other = story()
    expect(going(other, inForce(other, limit), 1_000_000).act(send).open).toContain('supply-receipt@providers=parking-centre/approved-items=parking')
  })

  test('xa25-34.5c: an agreement on data of 2024 and 2025 bears no demand for rows of 2023 on 2026-08-05', () => {
    const told = story()
    const under = inForce(told, { years: { from: 2024, to: 2025 } })
    listed(told, 'parking', 'parking')
    const ask = (from: number, to: number) => ({ on: '2026-08-05', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking', { 'year-from': from, 'year-to': to })]) } })
    expect(told.refusesOpening(ask(2023, 2025), 'demand-must-keep-to-the-years', 'xa25-34.5').message).toMatch(/2023.*2024/)
    told.refusesOpening(ask(2024, 2026), 'demand-must-keep-to-the-years', 'xa25-34.5')
    expect(told.open(ask(2024, 2025)).status).toBe('reviewing')
  })

  test('xa25-8.2e: a result made for purpose A is not handed in for purpose B on 2026-06-30', () => {
    const told = story()
    const under = inForce(told)
    const release = released(told, under)
    const hand = (scenario: string) => ({ on: '2026-09-30', who: 'operator', procedure: 'product', links: { release, agreement: under }, contents: { product: product({ scenario }) } })
    expect(told.refusesOpening(hand('信贷评估'), 'scenario-must-be-the-approved', 'xa25-8.2').message).toContain('停车引导')
    expect(told.open(hand('停车引导')).status).toBe('reviewing')
  })

  test('xa25-24.1b: a product with a step on the operator’s own server comes from no job of the platform and is refused', () => {
    const told = story()
    const under = inForce(told)
    const ask = (facts: Record<string, JsonObject>) => ({ on: '2026-10-13', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest() }, facts })
    told.refusesOpening(ask({}), 'result-must-come-from-environment', 'xa25-24.1')
    told.refusesOpening({ on: '2026-10-13', who: 'operator', procedure: 'product', links: { agreement: under }, contents: { product: product() } }, 'product-must-come-from-release', 'xa25-24.1')
    expect(told.open(ask({ job: job(under.id) })).status).toBe('reviewing')
  })
})

describe('one platform', () => {
  test('xa25-7.1c: a zone’s own processing site is refused on 2026-05-14 and a tenant is offered', () => {
    const told = story()
    const register = (place: string) => ({ on: '2026-05-14', who: 'zone', procedure: 'tenancy', contents: { tenancy: { area: '高新区', place, contact: '张工' } } })
    expect(told.refusesOpening(register('own'), 'platform-must-be-the-citys', 'xa25-7.1').cure).toContain('租户')
    const tenant = told.open(register('tenant')).act({ on: '2026-05-15', who: 'authority', task: 'open-tenant', outcome: 'opened', contents: { 'tenancy-note': '已开通' } })
    expect([tenant.status, told.world.standings[`tenant/${tenant.id}`]]).toEqual(['open', 'granted'])
  })

  test('xa25-7.1d: behind a product stand release, job, supplies, agreement and its approvers; a running workspace is stopped by the agency by name', () => {
    const told = story()
    const made = published(told)
    const record = told.world.registers['products']?.[made.id] ?? {}
    const release = told.cases.get(String(record['release']))
    expect(record).toMatchObject({ job: 'job-1', supplies: ['GJ-1'], sources: ['parking', 'metro'], agreement: last(told, 'operation-agreement').id })
    expect(told.world.registers['releases']?.[String(record['release'])]).toMatchObject({ job: 'job-1', providers: ['parking-centre', 'metro-company'], agreement: record['agreement'] })
    const approvers = [release, made].map((one) => one?.state.conclusions.filter(({ outcome, person }) => outcome === 'pass' && person !== 'platform').map(({ person }) => person))
    expect(approvers).toEqual([['reviewer', 'parking', 'metro'], ['reviewer', 'parking', 'metro']])
    expect(made.events.every((event) => event.type !== 'case-opened' || event.pack.id === 'xian-2025')).toBe(true)
    const workspace = told.open(withSpace(told, last(told, 'operation-agreement'))(['parking'], '2026-06-01'))
    const stop = (who: string) => ({ on: '2026-06-01', who, task: 'run', outcome: 'stop', contents: { 'workspace-note': '运行异常' } })
    workspace.refuses(stop('operator'), 'actor-must-hold-office', 'xa25-7.1')
    workspace.act(stop('director'))
    expect([workspace.status, told.world.standings[`workspace/${workspace.id}`], told.world.registers['workspaces']?.[workspace.id]]).toMatchObject(['stopped', 'suspended', { 'stopped-by': 'director', 'stopped-on': '2026-06-01' }])
    workspace.act({ on: '2026-06-02', who: 'director', task: 'lift', outcome: 'lifted', contents: { 'workspace-note': '已排除' } })
    expect(told.world.standings[`workspace/${workspace.id}`]).toBe('granted')
  })

  test('xa25-12.1.3a: release 1.4 of 2026-06-01 shows builder, acceptance of 2026-05-28 and what it covers', () => {
    const told = story()
    const register = (acceptedOn: string) => ({ on: '2026-06-01', who: 'drafter', procedure: 'platform-release', contents: { 'platform-release': { version: '1.4', builder: '建设单位', 'accepted-on': acceptedOn, 'in-service-on': '2026-06-01', acceptance: file('验收.pdf'), 'security-record': file('安全.pdf'), covers: ['xa25-23.1b', 'xa25-25.1b'] } } })
    told.refusesOpening(register('2026-06-02'), 'release-must-be-accepted-first', 'xa25-12.1.3')
    const open = told.open(register('2026-05-28'))
    expect([open.open, told.world.registers['platform-releases']?.['1.4']]).toMatchObject([['inspect'], { builder: '建设单位', 'accepted-on': '2026-05-28', covers: ['xa25-23.1b', 'xa25-25.1b'] }])
    expect(open.act({ on: '2026-06-02', who: 'authority', task: 'inspect', outcome: 'seen' }).status).toBe('seen')
  })

  test('xa25-12.1.3b: 30 filings that waited from 14:00 to 16:00 on 2026-06-02 are sent once each', () => {
    const told = story()
    const items = Array.from({ length: 30 }, (_, index) => `备案${index + 1}`)
    const fault = told.open({ on: '2026-06-02', who: 'drafter', procedure: 'connection-fault', contents: { 'connection-fault': { connection: 'provincial', since: '2026-06-02 14:00', detected: '2026-06-02 14:05', waiting: items.map((item) => ({ item })) } } })
    const restore = (sent: string[]) => ({ on: '2026-06-02', who: 'drafter', task: 'restore', outcome: 'restored', contents: { 'connection-repair': { restored: '2026-06-02 16:00', duration: '2小时', sent } } })
    expect(fault.effects('notify')).toMatchObject([{ to: ['data-authority'] }])
    expect(fault.refuses(restore(items.slice(0, 29)), 'every-waiting-item-must-be-sent', 'xa25-12.1.3').message).toContain('备案30')
    expect(fault.refuses(restore([...items, '备案31']), 'nothing-may-be-sent-that-did-not-wait', 'xa25-12.1.3').message).toContain('备案31')
    fault.act(restore(items))
    expect(told.world.registers['connection-faults']?.[fault.id]).toMatchObject({ connection: 'provincial', detected: '2026-06-02 14:05', duration: '2小时', sent: items })
  })

  test('xa25-34.4c: 99.1 percent measured in 2026-05 against 99.5 promised asks for cause and measure on 2026-06-01', () => {
    const told = story()
    const measured = (value: number) => told.open({ on: '2026-06-01', who: 'drafter', procedure: 'service-level', contents: { 'service-level': { month: '2026-05', kind: 'availability', promised: 99.5, measured: value } } })
    const short = measured(99.1)
    expect([short.open, measured(99.5).open]).toEqual([['explain'], ['note']])
    const explain = (contents: Record<string, JsonObject>) => ({ on: '2026-06-01', who: 'drafter', task: 'explain', outcome: 'explained', contents })
    short.refuses(explain({ shortfall: { cause: '磁盘故障', measure: '' } }), 'content-must-be-present', 'xa25-34.4')
    expect([short.act(explain({ shortfall: { cause: '磁盘故障', measure: '更换磁盘' } })).status, told.world.registers['service-levels']?.[short.id]]).toMatchObject(['explained', { month: '2026-05', promised: 99.5, measured: 99.1 }])
  })
})
