import { describe, expect } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { decidedBy, earlyAgreement, earlyDemand, earlyEntries, passed } from '#tests/support/chengdu-early-story.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { CONSENT, MANUAL, decided, demand, field, item, platformReceipt, provision, supplyReceipt } from '#tests/support/supply-contents.ts'
import { approved, demanded, lastCase, listed, supplied } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('deliveries', ['data-demand'])

const story = () => fresh(WIDE_CAST)
const PLACE = 'providers=environment-bureau/approved-items=air-quality'
const give = (on: string, change: JsonObject = {}, who = 'environment') => ({ on, who, task: 'provision', outcome: 'delivered', contents: { provision: provision(change) } })
const arrive = (on: string, change: JsonObject = {}) => ({ on, who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt(change) } })
const send = (on: string, who = 'manager') => ({ on, who, task: 'supply', outcome: 'send' })
const receive = (on: string, number = 'GJ-1', change: JsonObject = {}) => ({ on, who: 'platform', task: 'supply-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt(number, change) } })
const late = (of: StoryCase, task: string) => of.effects('notify').filter((one) => one['notice'] === '逾期提示' && one['task'] === task)

/** A demand over bus lines alone that the Transport Bureau approved in a mode on a day of July 2026. */
function busLines(on: string, change: JsonObject = {}, fields = ['station', 'hour', 'pm25']): StoryCase {
  const told = story()
  const agreed = earlyAgreement(told, { 'bus-lines': 'transport-bureau' })
  earlyEntries(told, { 'bus-lines': 'transport' }, { fields: fields.map((name) => field(name)) })
  return told.open({ on: '2026-07-06', who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand([item('bus-lines', { fields, ...change })]) } })
    .act(passed('2026-07-10'))
    .act(decidedBy('transport', on, [decided('bus-lines', { fields, ...change, 'provide-by': 'interface' })]))
}
const BUS = 'providers=transport-bureau/approved-items=bus-lines'

describe('the provision by the data provider', () => {
  test('cd26-20.3d: approved on 2026-09-10, the provision is due on 10-14 and closes when the integrated platform has received it', () => {
    const { demand: going } = approved(story())
    expect(going.due(`provision@${PLACE}`)).toBe('2026-10-14')
    going.act(give('2026-10-14'))
    expect(going.lateness('provision')).toBe(0)
    expect(going.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'receive', concludes: 'provision-receipt', entry: 'air-quality', provider: 'environment-bureau', rows: 1000 })
    expect([going.open, going.due('provision-receipt')]).toEqual([[`provision-receipt@${PLACE}`], '2026-10-16'])
    const slow = approved(story()).demand.time('2026-10-15').act(give('2026-10-15'))
    expect(slow.lateness('provision')).toBe(1)
  })

  test('cd26-20.3d: an extension of the review does not lengthen the provision', () => {
    const task = 'provider-review@providers=environment-bureau'
    const { demand: extended } = demanded(story(), '2026-08-31', [item('air-quality')])
    extended.act(passed('2026-09-02'))
      .command({ on: '2026-09-03', who: 'environment' }, { type: 'ask-extension', task, days: 10, reason: '需征求专家意见' })
      .command({ on: '2026-09-04', who: 'manager' }, { type: 'answer-extension', task, grant: true, reason: '' })
      .act(decidedBy('environment', '2026-09-10', [decided('air-quality')]))
    expect(extended.due(`provision@${PLACE}`)).toBe('2026-10-14')
  })

  test('cd26-20.3e: approved “by interface”, a batch table of 2026-08-12 is refused', () => {
    const going = busLines('2026-07-17')
    const refusal = going.refuses({ ...give('2026-08-12', { 'provide-by': 'batch-table' }), who: 'transport' }, 'provision-must-be-as-confirmed', 'cd26-20.3')
    expect(refusal.details).toMatchObject({ found: 'batch-table', wanted: 'interface' })
    going.act({ ...give('2026-08-12', { 'provide-by': 'interface' }), who: 'transport' })
    expect(going.open).toEqual([`provision-receipt@${BUS}`])
  })

  test('cd26-7.5d: of an approval for 12 fields by interface, a file of 14 fields on 2026-08-10 is refused; the two extra fields and then the mode are named', () => {
    const twelve = Array.from({ length: 12 }, (_, index) => `f${index + 1}`)
    const going = busLines('2026-07-17', {}, twelve)
    const hand = (fields: string[], by: string) => ({ ...give('2026-08-10', { fields, 'provide-by': by }), who: 'transport' })
    expect(going.refuses(hand([...twelve, 'driver', 'phone'], 'batch-table'), 'provision-must-not-exceed-approval', 'cd26-7.5').details).toMatchObject({ missing: ['driver', 'phone'] })
    expect(going.refuses(hand(twelve.slice(1), 'interface'), 'provision-must-cover-approval', 'cd26-7.5').message).toContain('f1')
    going.refuses(hand(twelve, 'batch-table'), 'provision-must-be-as-confirmed', 'cd26-20.3')
    going.refuses({ ...hand(twelve, 'interface'), who: 'environment' }, 'actor-must-be-concerned-organization', 'cd26-20.3')
    going.act(hand(twelve, 'interface'))
    expect(going.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'receive', fields: twelve })
  })

  test('cd26-7.2a: due on 2026-08-14 and missing, a provision opens one coordination of the public-data manager when 08-17 begins; the data authority sees it', () => {
    const going = busLines('2026-07-17')
    expect(going.due(`provision@${BUS}`)).toBe('2026-08-14')
    going.time('2026-08-14')
    expect(going.open).toEqual([`provision@${BUS}`])
    going.time('2026-08-17')
    expect(going.open).toEqual([`coordination@${BUS}`, `provision@${BUS}`])
    expect(late(going, `provision@${BUS}`).flatMap((one) => one['to'])).toEqual(expect.arrayContaining(['public-data-manager', 'data-authority']))
    going.time('2026-08-18')
    expect(going.open).toHaveLength(2)
    const record = (who: string) => ({ on: '2026-08-18', who, task: 'coordination', outcome: 'coordinated', contents: { 'coordination-note': '已约谈，8月21日前提供' } })
    going.refuses(record('transport'), 'actor-must-hold-office', 'cd26-7.2')
    expect(going.act(record('manager')).open).toEqual([`provision@${BUS}`])
  })
})

describe('the supply by the public-data manager', () => {
  const atPlatform = () => approved(story()).demand.act(give('2026-09-18')).act(arrive('2026-09-21'))

  test('cd26-20.4a: received on 2026-09-21, the supply is due on 10-12; late, it goes to the data authority', () => {
    const going = atPlatform()
    expect(going.due(`supply@${PLACE}`)).toBe('2026-10-12')
    going.act(send('2026-10-12'))
    expect(going.due(`supply-receipt@${PLACE}`)).toBe('2026-10-12')
    going.act(receive('2026-10-12'))
    expect([going.lateness('supply'), going.lateness('supply-receipt'), going.status]).toEqual([0, 0, 'concluded'])
    const slow = atPlatform().time('2026-10-12')
    expect(late(slow, `supply@${PLACE}`)).toEqual([])
    expect(late(slow.time('2026-10-13'), `supply@${PLACE}`)).toMatchObject([{ to: ['data-authority'] }])
    expect(slow.act(send('2026-10-13')).lateness('supply')).toBe(1)
  })

  test('cd26-20.4b: of 1,000,000 rows sent and 999,998 received on 2026-09-28 the receipt is refused, and the supply stays open', () => {
    const { demand: going } = approved(story())
    going.act(give('2026-09-18', { rows: 1_000_000 })).act(arrive('2026-09-21', { rows: 1_000_000 })).act(send('2026-09-28'))
    expect(going.refuses(receive('2026-09-28', 'GJ-1', { rows: 999_998 }), 'rows-must-be-equal', 'cd26-20.4').details).toMatchObject({ found: 999_998, wanted: 1_000_000 })
    going.refuses(receive('2026-09-28', 'GJ-1', { rows: 1_000_000, sha256: 'c'.repeat(64) }), 'hashes-must-be-equal', 'cd26-20.4')
    expect(going.open).toEqual([`supply-receipt@${PLACE}`])
    going.act({ on: '2026-09-28', who: 'manager', task: 'supply-receipt', outcome: 'failed', contents: { 'transfer-failure': '两端行数不一致' } })
    expect(going.open).toEqual([`supply@${PLACE}#2`])
    going.act(send('2026-09-29')).act(receive('2026-09-29', 'GJ-1', { rows: 1_000_000 }))
    expect(going.story.world.registers['supplies']?.['GJ-1']).toMatchObject({ rows: 1_000_000, 'supplied-on': '2026-09-29' })
  })

  test('cd26-20.4b: so is it on the way to the integrated platform; a receipt may be entered by hand', () => {
    const { demand: going } = approved(story())
    going.act(give('2026-09-11'))
    going.refuses(arrive('2026-09-14', { sha256: 'c'.repeat(64) }), 'hashes-must-be-equal', 'cd26-20.4')
    going.refuses(arrive('2026-09-14', { rows: 998 }), 'rows-must-be-equal', 'cd26-20.4')
    going.refuses({ ...arrive('2026-09-14'), who: 'manager' }, 'actor-must-hold-office', 'cd26-20.3')
    const failed = approved(story()).demand.act(give('2026-09-11')).act({ on: '2026-09-14', who: 'manager', task: 'provision-receipt', outcome: 'failed', contents: { 'transfer-failure': '传输中断，文件不完整' } })
    expect(failed.open).toEqual([`provision@${PLACE}#2`])
    going.act({ on: '2026-09-14', who: 'manager', task: 'provision-receipt', outcome: 'entered', contents: { 'platform-receipt': platformReceipt(), 'manual-entry': MANUAL } })
    going.act(send('2026-09-15')).act({ on: '2026-09-15', who: 'manager', task: 'supply-receipt', outcome: 'entered', contents: { 'supply-receipt': supplyReceipt('GJ-1'), 'manual-entry': MANUAL } })
    expect([going.status, going.story.world.standings['supply/GJ-1']]).toEqual(['concluded', 'granted'])
  })

  test('cd26-7.2d: on 2026-09-07 the Transport Bureau cannot hand data to operator A itself; supplied by the public-data manager through the integrated platform they arrive with a receipt', () => {
    const told = story()
    const { demand: going } = earlyDemand(told, '2026-07-06', [item('bus-lines')])
    going.act(passed('2026-07-10')).act(decidedBy('transport', '2026-07-20', [decided('bus-lines')])).act({ ...give('2026-09-01'), who: 'transport' }).act(arrive('2026-09-02'))
    going.refuses(send('2026-09-07', 'transport'), 'actor-must-hold-office', 'cd26-20.4')
    going.refuses({ ...receive('2026-09-07'), who: 'transport' }, 'step-must-be-open', 'cd26-20.4')
    going.act(send('2026-09-07'))
    expect(going.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'supply', concludes: 'supply-receipt', entry: 'bus-lines', provider: 'transport-bureau' })
    going.act(receive('2026-09-07', 'GJ-7'))
    expect(told.world.registers['supplies']?.['GJ-7']).toMatchObject({ entry: 'bus-lines', operator: 'tianfu-data', scenario: '空气质量服务', 'supplied-on': '2026-09-07' })
    expect(going.effects('notify').some((one) => one['notice'] === '数据供给完成')).toBe(true)
  })

  test('cd26-7.2d: nothing is supplied under an agreement that no longer runs', () => {
    const told = story()
    const { agreement, demand: going } = approved(told)
    going.act(give('2026-09-18')).act(arrive('2026-09-21')).act(send('2026-09-21'))
    const second = told.open({ on: '2026-09-21', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([item('open-weather')]) } })
    const exit = told.open({ on: '2026-09-22', who: 'director', procedure: 'exit', links: { agreement }, contents: { 'exit-grounds': [{ ground: 'own-request', facts: '运营机构申请提前终止', evidence: CONSENT['document'] ?? null }], 'exit-draft': '拟终止授权运营协议，请提出意见。' } })
      .act({ on: '2026-09-23', who: 'operator', task: 'comment', outcome: 'commented', contents: { 'operator-comment': '没有异议' } })
      .act({ on: '2026-09-23', who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '运营机构申请提前终止，经审核同意', answer: '已采纳', 'destroy-by': '2026-10-30', arrangements: '通知使用方停止使用' } } })
    expect([exit.status === 'draft', agreement.status]).toEqual([false, 'ended'])
    going.refuses(receive('2026-09-24'), 'supply-must-rest-on-running-agreement', 'cd26-7.2')
    second.refuses({ on: '2026-09-24', who: 'manager', task: 'open-supply', outcome: 'send', contents: { 'open-source': { rows: 1, sha256: 'a'.repeat(64) } } }, 'supply-must-rest-on-running-agreement', 'cd26-7.2')
  })

  test('cd26-20.6: of three resources demanded on 2026-07-06 two are open: two supply tasks of the public-data manager and one formal review due on 07-13', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'open-weather': 'environment-bureau', 'open-parks': 'environment-bureau', 'air-quality': 'environment-bureau' })
    earlyEntries(told, { 'open-weather': 'environment', 'open-parks': 'environment' }, { open: true })
    earlyEntries(told, { 'air-quality': 'environment' })
    const ask = (codes: string[]) => told.open({ on: '2026-07-06', who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand(codes.map((code) => item(code))) } })
    const mixed = ask(['air-quality', 'open-parks', 'open-weather'])
    expect([mixed.open, mixed.due('formal-review'), mixed.due('open-supply@open-items=open-parks')]).toEqual([['formal-review', 'open-supply@open-items=open-parks', 'open-supply@open-items=open-weather'], '2026-07-13', '2026-07-20'])
    mixed.act(passed('2026-07-08'))
    expect(mixed.open).toContain('provider-review@providers=environment-bureau')
    const only = ask(['open-weather'])
    expect(only.open).toEqual(['open-supply@open-items=open-weather'])
    const supply = (rows: number, who = 'manager') => ({ on: '2026-07-07', who, task: 'open-supply', outcome: 'send', contents: { 'open-source': { rows, sha256: 'a'.repeat(64) } } })
    only.refuses(supply(1000, 'environment'), 'actor-must-hold-office', 'cd26-20.6')
    only.act(supply(1000))
    expect(only.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'supply-open', concludes: 'open-receipt' })
    const open = (change: JsonObject) => ({ on: '2026-07-07', who: 'platform', task: 'open-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-9', change) } })
    only.refuses(open({ sha256: 'c'.repeat(64) }), 'hashes-must-be-equal', 'cd26-20.4')
    only.act(open({}))
    expect([only.status, told.world.registers['supplies']?.['GJ-9']]).toMatchObject(['concluded', { provider: 'environment-bureau', entry: 'open-weather' }])
    expect(lastCase(told, 'registration').state.parties['registrant']).toBe('environment-bureau')
    const byHand = ask(['open-parks']).act(supply(1000))
    byHand.act({ on: '2026-07-07', who: 'manager', task: 'open-receipt', outcome: 'failed', contents: { 'transfer-failure': '传输中断，需要重传' } })
    byHand.act({ ...supply(1000), task: 'open-supply@open-items=open-parks#2' }).act({ on: '2026-07-08', who: 'manager', task: 'open-receipt', outcome: 'entered', contents: { 'supply-receipt': supplyReceipt('GJ-10'), 'manual-entry': MANUAL } })
    expect(byHand.status).toBe('concluded')
  })
})

describe('consent and updates', () => {
  test('cd26-5.2: passed on 2026-07-13 without a valid consent, a demand for shared data is not routed; after the sharing provider’s consent of 07-20 it is', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'house-owners': 'housing-bureau' })
    listed(told, 'house-owners', 'housing', { origin: 'shared' }, { 'sharing-consent': { ...CONSENT, 'valid-until': '2026-07-10' } }, '2026-06-29')
    listed(told, 'own-data', 'housing', {}, {}, '2026-06-29')
    const received = told.open({ on: '2026-07-09', who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand([item('house-owners')]) } })
    received.refuses(passed('2026-07-13'), 'shared-data-must-have-consent', 'cd26-5.2')
    const ask = (entry: string, who = 'drafter') => ({ on: '2026-07-13', who, procedure: 'sharing-consent', contents: { 'consent-request': { entry, provider: 'provincial-police', purpose: '用于住房公共服务场景' } } })
    told.refusesOpening(ask('own-data'), 'entry-must-be-shared', 'cd26-5.2')
    told.refusesOpening(ask('house-owners', 'operator'), 'actor-must-hold-office', 'cd26-5.2')
    const asked = told.open(ask('house-owners'))
    expect(asked.state.tasks[0]?.organization).toBe('provincial-police')
    const consent = (until: string, who = 'police') => ({ on: '2026-07-20', who, task: 'consent', outcome: 'consent', contents: { 'sharing-consent': { ...CONSENT, 'valid-until': until } } })
    asked.refuses(consent('2026-07-19'), 'consent-must-not-have-expired', 'cd26-5.2')
    asked.refuses(consent('2027-07-19', 'housing'), 'actor-must-hold-office', 'cd26-5.2')
    asked.act(consent('2027-07-19'))
    expect([asked.status, told.world.registers['catalog']?.['house-owners']?.['consent-until'], asked.effects('notify').at(-1)]).toMatchObject(['consented', '2027-07-19', { to: ['implementing-agency', 'public-data-manager'] }])
    expect(received.act(passed('2026-07-20')).open).toEqual(['provider-review@providers=housing-bureau'])
    const refused = told.open(ask('house-owners')).act({ on: '2026-07-20', who: 'police', task: 'consent', outcome: 'refuse', contents: { opinion: '涉及个人信息，不同意' } })
    expect([refused.status, refused.effects('notify').at(-1)]).toMatchObject(['refused', { to: ['implementing-agency', 'public-data-manager'], notice: '共享数据提供单位不同意' }])
  })

  test('cd26-7.5e: last renewed on 2026-08-17, a daily resource is late after 08-18, and the operator sees the day of the last update', () => {
    const told = story()
    const { demand: done } = earlyDemand(told, '2026-07-06', [item('bus-lines')])
    done.act(passed('2026-07-10')).act(decidedBy('transport', '2026-07-20', [decided('bus-lines')]))
      .act({ ...give('2026-07-27'), who: 'transport' }).act(arrive('2026-07-28')).act(send('2026-07-28')).act(receive('2026-07-28', 'GJ-3'))
    const schedule = (last: string, next: string): Record<string, Json> => ({ 'update-schedule': { supply: 'GJ-3', frequency: 'daily', 'last-updated': last, 'next-due': next } })
    const arrange = (contents: Record<string, Json>, who = 'manager') => ({ on: '2026-08-17', who, procedure: 'data-update', contents })
    told.refusesOpening(arrange(schedule('2026-08-18', '2026-08-19')), 'update-must-have-happened', 'cd26-7.5')
    told.refusesOpening(arrange(schedule('2026-08-17', '2026-08-17')), 'next-update-must-lie-ahead', 'cd26-7.5')
    told.refusesOpening(arrange(schedule('2026-08-17', '2026-08-18'), 'transport'), 'actor-must-hold-office', 'cd26-7.5')
    const running = told.open(arrange(schedule('2026-08-17', '2026-08-18')))
    expect([running.due('update'), running.state.tasks[0]?.organization, told.world.registers['supplies']?.['GJ-3']?.['last-updated']]).toEqual(['2026-08-18', 'transport-bureau', '2026-08-17'])
    expect(late(running.time('2026-08-18'), 'update')).toEqual([])
    expect(late(running.time('2026-08-19'), 'update').flatMap((one) => one['to'])).toEqual(expect.arrayContaining(['public-data-manager', 'operator']))
    const renew = (who: string) => ({ on: '2026-08-19', who, task: 'update', outcome: 'updated', contents: schedule('2026-08-19', '2026-08-20') })
    running.refuses(renew('environment'), 'actor-must-be-concerned-organization', 'cd26-7.5')
    running.act(renew('transport'))
    expect([running.lateness('update'), running.due('update#2'), told.world.registers['supplies']?.['GJ-3']?.['last-updated']]).toEqual([1, '2026-08-20', '2026-08-19'])
    running.act({ on: '2026-08-20', who: 'manager', task: 'update#2', outcome: 'end', contents: { opinion: '线路已经停运' } })
    expect([running.status, running.effects('notify').at(-1)]).toMatchObject(['ended', { to: ['operator'], notice: '数据不再更新' }])
  })
})

describe('what stands after a supply', () => {
  test('cd26-20.4a: the supply stands with its scenario, time span and version, and the first one alone opens the registration', () => {
    const told = story()
    const { agreement: agreed, demand: done } = supplied(told)
    expect([done.status, told.world.standings['supply/GJ-1']]).toEqual(['concluded', 'granted'])
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ entry: 'air-quality', agreement: agreed.id, scenario: '空气质量服务', version: 'v1', 'time-span': '2010年至2015年', area: '成都市' })
    const count = () => [...told.cases.values()].filter((one) => one.state.procedure === 'registration').length
    expect(count()).toBe(1)
    told.open({ on: '2026-09-15', who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand([item('air-quality')]) } })
      .act(passed('2026-09-15')).act(decidedBy('environment', '2026-09-15', [decided('air-quality')])).act(give('2026-09-15')).act(arrive('2026-09-15')).act(send('2026-09-15')).act(receive('2026-09-15', 'GJ-2'))
    expect(count()).toBe(1)
  })
})
