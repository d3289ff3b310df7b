import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { decided, demand, demandItem } from '#tests/support/xian-contents.ts'
import { FINDING, XIAN, demanded, inForce, late, listed } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('aggregation and governance', () => {
  test('xa25-9.1.2c: of 50 entries due on 2026-06-30, 41 have a batch on 2026-07-01 and 9 are overdue with their owners', () => {
    const told = story()
    const items = Array.from({ length: 50 }, (_, index) => ({ item: `资源${index + 1}`, provider: 'parking-centre', due: '2026-06-30' }))
    const programme = told.open({ on: '2026-03-02', who: 'authority', procedure: 'programme', contents: { programme: { kind: 'governance', name: '2026年归集治理', items } } })
    const report = (item: string, change: JsonObject = {}) => ({ on: '2026-06-29', who: 'parking', task: `perform@items=${item}`, outcome: 'done', contents: { 'programme-result': { done: '已归集清洗', complete: true, batch: 'B1', ...change } } })
    const { batch: _batch, ...unproven } = report('资源1').contents['programme-result']
    programme.refuses({ ...report('资源1'), contents: { 'programme-result': unproven } }, 'governance-must-show-a-batch', 'xa25-9.1.2')
    programme.refuses(report('资源1', { complete: false }), 'result-must-be-complete', 'xa25-9.1.2')
    for (const { item } of items.slice(0, 41)) programme.act(report(item))
    const overdue = late(programme.time('2026-07-01'))
    expect([Object.keys(told.world.registers['programme-progress'] ?? {}).length, overdue.length]).toEqual([41, 9])
    expect(new Set(programme.state.tasks.map((one) => one.organization))).toEqual(new Set(['parking-centre']))
  })

  test('xa25-10.1c: of ten entries of the sector due on 2026-04-30, three are open on 2026-05-06 and the sector authority reminds, on record', () => {
    const told = story()
    const bodies = Array.from({ length: 10 }, (_, index) => ({ item: `资源${index + 1}`, due: '2026-04-30', provider: index < 5 ? 'parking-centre' : 'metro-company' }))
    const programme = told.open({ on: '2026-03-02', who: 'traffic', procedure: 'sector-programme', contents: { 'sector-programme': { kind: 'aggregation', name: '交通数据归集治理', bodies } } })
    for (const { item, provider } of bodies.slice(0, 7)) programme.act({ on: '2026-04-29', who: provider === 'parking-centre' ? 'parking' : 'metro', task: `perform@bodies=${item}`, outcome: 'done', contents: { 'sector-result': { done: '已归集' } } })
    programme.time('2026-05-06')
    expect(programme.state.tasks.filter((one) => one.step === 'perform').map((one) => one.organization)).toEqual(['metro-company', 'metro-company', 'metro-company'])
    expect(late(programme)).toHaveLength(3)
    programme.refuses({ on: '2026-05-06', who: 'parking', task: 'remind', outcome: 'reminded', contents: { reminder: '请尽快归集' } }, 'actor-must-hold-office', 'xa25-10.1')
    programme.act({ on: '2026-05-06', who: 'traffic', task: 'remind', outcome: 'reminded', contents: { reminder: '请于5月15日前归集' } })
    expect(told.world.registers['reminders']?.[programme.id]).toMatchObject({ text: '请于5月15日前归集', 'sent-on': '2026-05-06' })
  })
})

describe('supply', () => {
  test('xa25-11.1a: the batch of 2026-04-13 missing on 2026-04-14 is the provider’s overdue task, seen by data authority and operator', () => {
    const told = story()
    const going = demanded(told, '2026-09-18')
    const batches = ['2026-04-10', '2026-04-13', '2026-04-14'].map((due) => ({ batch: due, due }))
    const schedule = told.open({ on: '2026-04-01', who: 'parking', procedure: 'delivery-schedule', links: { demand: going }, contents: { 'delivery-schedule': { entry: 'parking', frequency: '每日', batches } } })
    const deliver = (batch: string) => ({ on: batch, who: 'parking', task: `deliver@batches=${batch}`, outcome: 'delivered', contents: { 'batch-delivered': '已提供' } })
    schedule.act(deliver('2026-04-10'))
    expect(late(schedule.time('2026-04-13'))).toEqual([])
    expect(late(schedule.time('2026-04-14'))).toMatchObject([{ task: 'deliver@batches=2026-04-13', to: ['data-provider', 'data-authority', 'operator'] }])
    schedule.refuses({ ...deliver('2026-04-13'), on: '2026-04-14', outcome: 'failed', contents: {} }, 'content-must-be-present', 'xa25-11.1')
    schedule.act({ on: '2026-04-14', who: 'parking', task: 'deliver@batches=2026-04-13', outcome: 'failed', contents: { 'supply-failure': '采集设备故障' } })
    expect([schedule.lateness('deliver'), schedule.effects('notify').at(-1)]).toMatchObject([1, { to: ['data-authority', 'operator'], text: '采集设备故障' }])
  })

  test('xa25-11.1.1a: a collecting system changed on 2026-05-06 is shown with its date, and what was said before stays', () => {
    const told = story()
    listed(told, 'parking', 'parking')
    const described = (system: string, since: string): JsonObject => ({ entry: 'parking', system, rule: '去重并校验', frequency: '每日', answerable: '李华', since })
    const opening = (who: string) => ({ on: '2026-01-20', who, procedure: 'source-description', contents: { 'source-description': described('停车收费系统一期', '2026-01-20') } })
    told.refusesOpening(opening('metro'), 'entry-must-be-own', 'xa25-11.1.1')
    const kept = told.open(opening('parking'))
    kept.act({ on: '2026-05-06', who: 'parking', task: 'keep', outcome: 'changed', contents: { 'source-description': described('停车收费系统二期', '2026-05-06') } })
    expect(told.world.registers['source-descriptions']?.['parking']).toMatchObject({ system: '停车收费系统二期', since: '2026-05-06' })
    expect(kept.effects('register.put').map((one) => [one['system'], one['since']])).toEqual([['停车收费系统一期', '2026-01-20'], ['停车收费系统二期', '2026-05-06']])
  })
})

describe('demands', () => {
  test('xa25-9.1.2a: two demands of 2026-03-11 for one entry are merged on 2026-03-12 with a reason, an order and the earlier date', () => {
    const told = story()
    const under = inForce(told)
    listed(told, 'parking', 'parking')
    listed(told, 'metro', 'metro', { 'provider-kind': 'utility', 'supply-decision': '董事会2026年第3号决议' })
    const ask = (entry: string) => told.open({ on: '2026-03-11', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem(entry)]) } })
    const [first, second, other] = [ask('parking'), ask('parking'), ask('metro')]
    const merge = (change: JsonObject = {}, links = { first, second }) => ({ on: '2026-03-12', who: 'authority', procedure: 'demand-merge', links, contents: { 'demand-merge': { entry: 'parking', reason: '同一资源，一并审核', 'received-on': '2026-03-11', operators: [{ organization: 'qin-data', place: 1, demand: first.id }, { organization: 'other-data', place: 2, demand: second.id }], ...change } } })
    told.refusesOpening(merge({}, { first, second: other }), 'merged-demands-must-share-the-entry', 'xa25-9.1.2')
    told.refusesOpening(merge({ reason: '' }), 'content-must-be-present', 'xa25-9.1.2')
    const merged = told.open(merge())
    expect([merged.open, told.world.registers['demand-merges']?.[merged.id]]).toMatchObject([['know@operators=other-data', 'know@operators=qin-data'], { first: first.id, second: second.id, 'received-on': '2026-03-11', 'merged-on': '2026-03-12' }])
    expect(merged.act({ on: '2026-03-12', who: 'operator', task: 'know@operators=qin-data', outcome: 'known' }).act({ on: '2026-03-12', who: 'stranger', task: 'know', outcome: 'known' }).status).toBe('known')
  })

  const review = (on: string) => ({ on, who: 'parking', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('parking')] } })
  const asked = (on: string) => {
    const told = story()
    const under = inForce(told)
    listed(told, 'parking', 'parking')
    return told.open({ on, who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking')]) } })
  }

  test('xa25-23.1b: received on Friday 2026-09-18 it is due on 2026-09-22, received on 2026-02-12 on 2026-02-24; late decisions are accepted', () => {
    const september = asked('2026-09-18')
    expect([september.due('provider-review'), september.act(review('2026-09-22')).due('authority-review'), september.lateness('provider-review')]).toEqual(['2026-09-22', '2026-09-22', 0])
    const february = asked('2026-02-12')
    expect(february.due('provider-review')).toBe('2026-02-24')
    expect(late(february.time('2026-02-24'))).toEqual([])
    expect(late(february.time('2026-02-25'))).toMatchObject([{ to: ['data-authority'], task: 'provider-review@providers=parking-centre' }])
    expect(february.act(review('2026-02-25')).lateness('provider-review')).toBe(1)
    expect(february.act({ on: '2026-02-25', who: 'authority', task: 'authority-review', outcome: 'approve', contents: { 'authority-finding': FINDING } }).lateness('authority-review')).toBe(1)
    expect(february.refusesCommand({ on: '2026-02-25', who: 'parking' }, { type: 'ask-extension', task: 'provision@providers=parking-centre/approved-items=parking', days: 3, reason: '数据量大' }, 'extension-must-be-provided-for', 'xa25-11.1').message).not.toBe('')
  })
})
