import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect } from 'vitest'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { mayUseEnvironment } from '#capabilities/operation/environment/access.ts'
import type { EnvironmentRequest } from '#capabilities/operation/environment/access.ts'
import { mayBeServed } from '#capabilities/offering/services/access.ts'
import { begun, fresh, law, running } from '#tests/support/chengdu-oversight-story.ts'
import { earlyAgreement } from '#tests/support/chengdu-early-story.ts'
import { job, priceDecision, product, releaseRequest, vote } from '#tests/support/offering-contents.ts'
import type { Story, StoryCase } from '#tests/support/story.ts'
import { CHECKLIST, decided, demand, item, platformReceipt, provision } from '#tests/support/supply-contents.ts'
import { fourEntries, zoneCheck } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('environment', ['output-release'])

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
afterAll(() => { connection.closeSync(); instance.closeSync() })

/** What the table of the environment says; unless changed, everything stands on 2026-09-08. */
const access = (change: Partial<EnvironmentRequest> = {}) => {
  const verdict = mayUseEnvironment(law, { agreement: 'granted', own: true, supplies: 3, for_scenario: 1, granted: 1, user: 'none', unprotected: 0, today: '2026-09-08', ends: '2026-11-30', ...change })
  return verdict.allow ? verdict.code : `${verdict.refusal.code} ${verdict.refusal.provision}`
}
const zone = (story: Story, on: string, monitoring: boolean) => {
  const check = story.open({ on, who: 'drafter', procedure: 'zone-check', contents: { 'zone-check': zoneCheck({ monitoring }) } })
  return { check, pass: { on, who: 'drafter', task: 'conclude', outcome: 'passed' }, fail: { on, who: 'drafter', task: 'conclude', outcome: 'failed', contents: { opinion: '监测系统不可用' } } }
}

describe('the zone and the one platform', () => {
  test('cd26-19.1a: with the monitoring check failed on 2026-08-24 the supply of 2026-08-25 is refused; after the passed check of 2026-08-26 it goes', () => {
    const { story, agreement } = begun()
    const asked = story.open({ on: '2026-08-20', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([item('air-quality')]) } })
      .act({ on: '2026-08-20', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
      .act({ on: '2026-08-21', who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
      .act({ on: '2026-08-24', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
      .act({ on: '2026-08-24', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
    const failed = zone(story, '2026-08-24', false)
    for (const part of ['network', 'graded-protection', 'backup']) {
      story.open({ on: '2026-08-24', who: 'drafter', procedure: 'zone-check', contents: { 'zone-check': zoneCheck({ [part]: false }) } }).refuses(failed.pass, 'every-readiness-check-must-pass', 'cd26-19.1')
    }
    failed.check.refuses(failed.pass, 'every-readiness-check-must-pass', 'cd26-19.1')
    failed.check.act(failed.fail)
    expect([failed.check.status, failed.check.effects('notify').at(-1)]).toEqual(['failed', expect.objectContaining({ to: ['public-data-manager'], text: '监测系统不可用' })])
    const send = (on: string) => ({ on, who: 'manager', task: 'supply', outcome: 'send' })
    asked.refuses(send('2026-08-25'), 'zone-must-be-ready', 'cd26-19.1')
    failed.check.act({ on: '2026-08-25', who: 'drafter', task: 'remedy', outcome: 'remedied', contents: { 'zone-remedy': '已恢复监测' } })
    asked.refuses(send('2026-08-25'), 'zone-must-be-ready', 'cd26-19.1')
    const again = zone(story, '2026-08-26', true)
    again.check.act(again.pass)
    expect(asked.act(send('2026-08-26')).state.tasks.map((task) => task.step)).toEqual(['supply-receipt'])
    story.refusesOpening({ on: '2026-08-26', who: 'operator', procedure: 'zone-check', contents: { 'zone-check': zoneCheck() } }, 'actor-must-hold-office', 'cd26-19.1')
  })

  test('cd26-19.1b: the overall operator’s platform is registered; a second one of 2026-09-21 is refused, and the agency’s guidance and its answers are kept', () => {
    const { story, agreement } = begun()
    const register = (of: StoryCase, on: string) => ({ on, who: 'operator', procedure: 'platform-node', links: { agreement: of }, contents: { 'operation-platform': { name: '市公共数据资源授权运营平台', site: '市政务云' } } })
    const platform = story.open(register(agreement, '2026-09-01'))
    expect(story.world.registers['operation-platforms']?.['city']).toMatchObject({ operator: 'tianfu-data', agreement: agreement.id })
    const second = earlyAgreement(story, { 'bus-lines': 'transport-bureau' })
    story.refusesOpening(register(second, '2026-09-21'), 'city-must-have-one-operation-platform', 'cd26-19.1')
    platform.act({ on: '2026-09-22', who: 'drafter', task: 'guide', outcome: 'guided', contents: { 'platform-guidance': '请补充多租户隔离' } })
      .act({ on: '2026-09-25', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'guidance-answer': '已完成多租户隔离' } })
    expect(platform.open).toEqual(['end', 'guide#2'])
    platform.act({ on: '2026-10-12', who: 'drafter', task: 'end', outcome: 'ended', contents: { opinion: '迁移到新平台' } })
    expect([platform.open, story.open(register(second, '2026-10-13')).status]).toEqual([[], 'registered'])
  })

  test('cd26-26.1e: an outage from 10:00 to 11:30 on 2026-09-08 is recorded with 90 minutes, cause and remedy, and the month shows the availability', () => {
    const story = fresh()
    const outage = (minutes: number) => ({ on: '2026-09-08', who: 'drafter', procedure: 'outage', contents: { outage: { place: 'zone', started: '2026-09-08T10:00', ended: '2026-09-08T11:30', minutes } } })
    story.refusesOpening(outage(0), 'content-must-be-typed', 'cd26-26.1')
    const open = story.open(outage(90))
    const explain = (change: JsonObject = {}) => ({ on: '2026-09-09', who: 'drafter', task: 'explain', outcome: 'explained', contents: { 'outage-explanation': { cause: '交换机故障', remedy: '更换并增加冗余', ...change } } })
    for (const part of ['cause', 'remedy']) open.refuses(explain({ [part]: '' }), 'content-must-be-present', 'cd26-26.1')
    open.act(explain())
    expect(story.world.registers['outages']?.[open.id]).toEqual({ place: 'zone', started: '2026-09-08T10:00', 'ended-at': '2026-09-08T11:30', minutes: 90, cause: '交换机故障', remedy: '更换并增加冗余' })
    story.open({ on: '2026-10-08', who: 'manager', procedure: 'service-level', contents: { 'service-level': { month: '2026-09', supplies: 12, 'first-failures': 0, 'median-days': 3, interfaces: 5, availability: 99.8 } } })
    expect(story.world.registers['service-levels']?.['2026-09']).toMatchObject({ availability: 99.8 })
  })
})

describe('the workspace', () => {
  test('cd26-7.6a: a resource in the catalogue that no approved demand holds is refused on 2026-09-08: without supplies citing article 7(6), and a statement that names its table reaches nothing', async () => {
    expect(access()).toBe('use-is-within-authorization')
    expect(access({ supplies: 0, for_scenario: 0, granted: 0, ends: null })).toBe('data-must-be-supplied cd26-7.6')
    expect(access({ own: false })).toBe('agreement-must-be-own cd26-21.1')
    expect(access({ unprotected: 1 })).toBe('declared-protection-must-be-in-force cd26-5.1')
    expect(access({ for_scenario: 0, granted: 0, ends: null })).toBe('scenario-must-be-approved cd26-20.1')
    const judge = async (sql: string) => {
      const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
      const answer = judgeStatement(JSON.parse(String(reader.value(0, 0))), sql.length, { tables: new Map([['air_quality', ['station', 'hour', 'pm25']]]), functions: ALLOWED_FUNCTIONS, limits: DEFAULT_STATEMENT_LIMITS })
      return answer.allow ? 'allowed' : answer.refusal.code
    }
    expect(await judge('select station, avg(pm25) from air_quality group by station')).toBe('allowed')
    expect(await judge('select * from bus_lines')).toMatch(/^table-/)
    expect(await judge('select resident_id from air_quality')).toMatch(/^column-/)
  })

  test('cd26-19.1c: a project approved until 2026-11-30 is open on that day; on 2026-12-01 its workspace is closed', () => {
    expect(access({ today: '2026-11-30' })).toBe('use-is-within-authorization')
    expect(access({ today: '2026-12-01' })).toBe('workspace-must-not-have-closed cd26-19.1')
  })

  test('cd26-19.1d: a user of 2,000 rows a day who reads 400,000 on 2026-09-15 is paused, the agency has an alert, and both are on record', () => {
    const { story, agreement } = begun()
    const alert = story.open({ on: '2026-09-15', who: 'platform', procedure: 'risk-alert', links: { agreement }, contents: { 'risk-alert': { pattern: 'bulk-read', person: 'analyst', volume: 400000, usual: 2000, facts: '读取量为平时的200倍' } } })
    expect(alert.effects('notify')[0]).toMatchObject({ to: ['implementing-agency', 'operator'], text: '读取量为平时的200倍' })
    expect(alert.events.find((event) => event.type === 'effect-intended' && event.effect === 'notify')).toMatchObject({ basis: { provision: 'cd26-19.1' } })
    expect([story.world.standings['environment-user/analyst'], access({ user: 'suspended' }), access({ user: 'revoked' })]).toEqual(['suspended', 'user-must-not-be-paused cd26-19.1', 'user-must-not-be-paused cd26-19.1'])
    expect(alert.state.contents['risk-alert']?.value).toMatchObject({ volume: 400000, usual: 2000 })
    alert.act({ on: '2026-09-16', who: 'operator', task: 'handle', outcome: 'answered', contents: { 'alert-answer': '账号被他人使用' } })
      .act({ on: '2026-09-17', who: 'director', task: 'release', outcome: 'revoked', contents: { 'alert-release': '取消该人员权限' } })
    expect([alert.status, story.world.standings['environment-user/analyst']]).toEqual(['closed', 'revoked'])
  })

  test('cd26-26.2e: an approval of 100,000 calls up to 2026-12-31: call 100,001 of 2026-11-20 is refused, as is a field or a day beyond it', () => {
    const call = (change: JsonObject = {}) => {
      const verdict = mayBeServed(law, { today: '2026-11-20', identity_verified: true, key_revoked: false, subscription: 'granted', product: 'granted', agreement: 'granted', released: true, ended_supplies: 0, suspended_supplies: 0, ends: '2026-12-31', scenario: '出行', declared_scenario: '出行', purpose: '出行服务', mode: 'query', kind: 'query-interface', fields: ['pm25'], allowed_fields: ['station', 'pm25'], quota_left: 1, price: 1.2, ...change })
      return verdict.allow ? verdict.code : `${verdict.refusal.code} ${verdict.refusal.provision}`
    }
    expect([call(), call({ quota_left: 0 })]).toEqual(['service-access-allowed', 'quota-must-not-be-exceeded cd26-26.2'])
    expect(call({ fields: ['pm25', 'resident-id'] })).toBe('fields-must-be-the-products cd26-26.2')
    expect(call({ today: '2027-01-01' })).toBe('use-must-not-have-ended cd26-21.1')
    expect(call({ declared_scenario: '选址' })).toBe('scenario-must-be-the-granted cd26-20.1')
    expect(call({ identity_verified: false })).toBe('identity-must-be-verified cd26-26.2')
    expect(call({ subscription: 'suspended' })).toBe('subscription-must-stand cd26-26.2')
  })
})

describe('what leaves the environment', () => {
  const opening = (agreement: StoryCase, facts: Json, change: JsonObject = {}) => ({ on: '2026-09-18', who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': releaseRequest(change) }, facts: { job: facts } })

  test('cd26-19.2c: a result with 1,200 unchanged source rows is blocked by the checks; its export of 2026-09-18 is refused and nobody may let it go', () => {
    const { story, agreement } = begun()
    story.refusesOpening(opening(agreement, job(agreement.id, { verdict: 'block', layers: [{ heading: '原始记录', verdict: 'block' }] })), 'automatic-checks-must-not-block', 'cd26-19.2')
    story.refusesOpening(opening(agreement, job(agreement.id), { method: 'raw' }), 'raw-data-must-not-leave', 'cd26-19.2')
    story.refusesOpening(opening(agreement, {}), 'result-must-come-from-environment', 'cd26-19.2')
    expect([...story.cases.values()].some((one) => one.effects('environment.release').length > 0)).toBe(false)
  })

  test('cd26-26.1g: a product of raw rows of a resource that is not open is refused on 2026-09-21; the same over open data goes to review', () => {
    const { story, agreement } = begun()
    const released = (source: string) => {
      const id = `job-${source}`
      const asked = story.open(opening(agreement, job(agreement.id, { id, tables: [source], supplies: ['GJ-1'], providers: ['environment-bureau'] }), { job: id }))
      asked.act({ on: '2026-09-18', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote() } })
      return asked.act({ on: '2026-09-18', who: 'environment', task: 'provider-review', outcome: 'pass', contents: { 'release-vote': vote() } })
    }
    const put = (release: StoryCase, facts: Json) => ({ on: '2026-09-21', who: 'operator', procedure: 'product', links: { release, agreement }, contents: { product: product({ raw: true }), 'price-decision': priceDecision() }, ...(facts === null ? {} : { facts: { sources: facts } }) })
    const refused = story.refusesOpening(put(released('air-quality'), null), 'raw-data-must-not-enter-market', 'cd26-26.1')
    expect(refused.message).not.toBe('')
    expect(story.open(put(released('open-weather'), null)).status).toBe('reviewing')
  })
})

describe('raw data in the trusted data space', () => {
  const request = (change: JsonObject = {}, sources: Json[] = [{ source: '物流订单数据', holder: '某物流公司' }], who = 'developer') => ({
    on: '2026-09-07', who, procedure: 'raw-data-application', contents: { 'raw-data-application': { entry: 'bus-lines', fields: ['line', 'stop', 'arrived-at'], space: '城市可信数据空间1号', necessity: '需逐车匹配订单，汇总结果不能满足', ...change }, 'other-sources': sources },
  })
  const catalogued = () => {
    const story = fresh()
    fourEntries(story)
    return story
  }

  test('cd26-22.1b: developer D names no second source on 2026-09-07 and is refused; with company E’s orders and a reason it goes to the provider', () => {
    const story = catalogued()
    story.refusesOpening(request({}, []), 'fusion-must-name-a-second-source', 'cd26-22.1')
    story.refusesOpening(request({ necessity: '' }), 'fusion-must-be-necessary', 'cd26-22.1')
    story.refusesOpening(request({}, undefined, 'consumer'), 'actor-must-hold-office', 'cd26-22.1')
    const open = story.open(request())
    expect([open.state.tasks.map((task) => [task.step, task.organization]), open.effects('notify')[0]]).toEqual([[['review', 'transport-bureau']], expect.objectContaining({ to: ['data-provider'] })])
    expect(story.open(request({}, undefined, 'operator')).status).toBe('reviewing')
  })

  test('cd26-22.1c: the supply of 2026-09-21 without the provider’s approval is refused; after that of 2026-09-22 it runs with the policy attached', () => {
    const story = catalogued()
    const open = story.open(request())
    const receipt = (change: JsonObject = {}) => ({ 'raw-data-receipt': { number: '可信空间回执1号', 'received-on': '2026-09-22', source: '可信数据空间运营单位来函', ...change } })
    const supply = (on: string, change: JsonObject = {}) => ({ on, who: 'manager', task: 'supply', outcome: 'supplied', contents: receipt(change) })
    open.refuses(supply('2026-09-21'), 'step-must-be-open', 'cd26-22.1')
    const policy = { fields: ['line', 'stop'], purpose: '订单与线路匹配', users: '研发组三人', count: 100, ends: '2026-12-31' }
    const approve = (change: JsonObject = {}) => ({ on: '2026-09-22', who: 'transport', task: 'review', outcome: 'approve', contents: { 'raw-data-policy': { ...policy, ...change } } })
    for (const part of ['fields', 'purpose', 'users', 'count', 'ends']) open.refuses(approve({ [part]: null }), 'content-must-be-present', 'cd26-22.1')
    open.refuses(approve({ fields: ['line', 'driver'] }), 'approval-must-stay-within-application', 'cd26-22.1')
    open.refuses(approve({ ends: '2026-09-21' }), 'approval-must-end-ahead', 'cd26-22.1')
    open.refuses({ ...approve(), who: 'environment' }, 'actor-must-be-concerned-organization', 'cd26-22.1')
    open.act(approve())
    open.refuses({ ...supply('2026-09-22'), who: 'developer' }, 'actor-must-hold-office', 'cd26-22.1')
    for (const part of ['number', 'received-on', 'source']) open.refuses(supply('2026-09-22', { [part]: null }), 'content-must-be-present', 'cd26-22.1')
    open.refuses(supply('2027-01-01'), 'approval-must-not-have-ended', 'cd26-22.1')
    open.act(supply('2026-09-22'))
    expect([open.status, story.world.registers['trusted-space-supplies']?.[open.id]]).toEqual(['supplied', { space: '城市可信数据空间1号', entry: 'bus-lines', provider: 'transport-bureau', applicant: 'rongcheng-lab', ...policy, receipt: '可信空间回执1号', source: '可信数据空间运营单位来函', 'supplied-on': '2026-09-22' }])
    const refused = story.open(request()).act({ on: '2026-09-22', who: 'transport', task: 'review', outcome: 'refuse', contents: { 'raw-data-refusal': '涉及车辆实时位置' } })
    refused.refuses(supply('2026-09-23'), 'step-must-be-open', 'cd26-22.1')
  })

  test('cd26-22.1c: by the interface only the approved fields of a standing supply of that entry and provider go, and the receipt ends the case', () => {
    const { story, agreement } = running({ 'GJ-1': 'bus-lines', 'GJ-2': 'air-quality' })
    expect(agreement.status).toBe('in-force')
    const fields = story.world.registers['supplies']?.['GJ-1']?.['fields'] as string[] // as the supply's receipt wrote them
    const approved = (change: JsonObject = {}) => story.open(request({ fields: [...fields, 'driver'], ...change }))
      .act({ on: '2026-09-22', who: 'transport', task: 'review', outcome: 'approve', contents: { 'raw-data-policy': { fields, purpose: '订单与线路匹配', users: '研发组三人', count: 100, ends: '2026-12-31', ...change }, 'raw-data-rows': [{ field: fields[0] ?? '', from: 'A', to: 'M' }] } })
    const send = (supply: string, on = '2026-09-23') => ({ on, who: 'manager', task: 'supply', outcome: 'send', contents: { 'raw-data-supply': { supply } } })
    const open = approved()
    open.refuses(send('GJ-2'), 'supply-must-be-of-the-approved-entry', 'cd26-22.1')
    approved({ fields: [...fields, 'driver'] }).refuses(send('GJ-1'), 'supply-must-hold-the-approved-fields', 'cd26-22.1')
    open.refuses(send('GJ-1', '2027-01-01'), 'approval-must-not-have-ended', 'cd26-22.1')
    story.world.standings['supply/GJ-1'] = 'suspended'
    open.refuses(send('GJ-1'), 'supply-must-stand', 'cd26-33.1')
    story.world.standings['supply/GJ-1'] = 'granted'
    open.act(send('GJ-1'))
    expect([open.status, open.open, open.effects('space.supply')]).toEqual(['sending', ['receipt'], [expect.objectContaining({ space: '城市可信数据空间1号', entry: 'bus-lines', supply: 'GJ-1', fields, uses: 100, ends: '2026-12-31', 'approved-on': '2026-09-22', rows: [{ field: fields[0], from: 'A', to: 'M' }] })]])
    const receipt = { number: 'KX-1', 'received-on': '2026-09-23', source: '城市可信数据空间1号（接口回执）', rows: 12, sm3: 'a'.repeat(64) }
    open.refuses({ on: '2026-09-23', who: 'developer', task: 'receipt', outcome: 'received', contents: { 'raw-data-receipt': receipt } }, 'actor-must-hold-office', 'cd26-22.1')
    open.act({ on: '2026-09-23', who: 'platform', task: 'receipt', outcome: 'received', contents: { 'raw-data-receipt': receipt } })
    expect([open.status, open.open, story.world.registers['trusted-space-supplies']?.[open.id]]).toEqual(['supplied', [], expect.objectContaining({ receipt: 'KX-1', rows: 12, sm3: 'a'.repeat(64), fields })])
  })
})
