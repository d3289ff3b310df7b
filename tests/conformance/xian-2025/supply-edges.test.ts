import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { decided, demand, demandItem, entry, provision, receipt, risk, scenario, supplyReceipt } from '#tests/support/xian-contents.ts'
import { FINDING, XIAN, inForce, listed } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)
const PLACE = 'providers=parking-centre/approved-items=parking'

describe('both sides of the edges of demand and supply', () => {
  const scene = () => {
    const told = story()
    const agreement = inForce(told)
    listed(told, 'parking', 'parking')
    const ask = (items: Json[], change: JsonObject = {}) => ({ on: '2026-09-18', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand(items, change) } })
    return { told, agreement, ask }
  }

  test('only catalogued entries and fields, within the term, personal data with a protection', () => {
    const { told, ask } = scene()
    expect(told.refusesOpening(ask([demandItem('metro')]), 'entry-must-be-catalogued', 'xa25-23.1').message).toContain('metro')
    told.refusesOpening(ask([demandItem('parking', { fields: ['station', 'secret'] })]), 'fields-must-be-catalogued', 'xa25-23.1')
    expect(told.refusesOpening(ask([demandItem('parking')], { scenario: scenario({ ends: '2031-05-18' }) }), 'scenario-must-end-with-agreement', 'xa25-6.2').message).toContain('2031-05-17')
    expect(told.open(ask([demandItem('parking')], { scenario: scenario({ ends: '2031-05-17' }) })).status).toBe('reviewing')
    const other = scene()
    listed(other.told, 'metro', 'metro', { 'provider-kind': 'utility', 'supply-decision': '董事会2026年第3号决议', personal: true })
    for (const mode of ['batch', 'interface-query']) other.told.refusesOpening(other.ask([demandItem('metro', { mode })]), 'personal-information-must-have-protection', 'xa25-24.1')
    expect(other.told.open(other.ask([demandItem('metro', { mode: 'interface-check' })])).status).toBe('reviewing')
    expect(other.told.open(other.ask([demandItem('metro', { protection: '去标识化处理' })])).status).toBe('reviewing')
  })

  test('a catalogue entry says truly whether it holds personal information, and is confirmed by somebody else', () => {
    const told = story()
    const field = { name: 'phone', title: '电话', type: 'text', category: '停车', grade: '2', sensitive: 'personal', protection: 'remove' }
    const opening = (change: JsonObject) => ({ on: '2026-01-19', who: 'parking', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('parking', { fields: [field], ...change }), 'risk-statement': risk() } })
    told.refusesOpening(opening({}), 'personal-information-must-be-declared', 'xa25-5.1')
    const open = told.open(opening({ personal: true }))
    const confirm = (who: string, outcome = 'confirm') => ({ on: '2026-01-20', who, task: 'confirmation', outcome, contents: { 'catalog-opinion': '符合目录规范' } })
    open.refuses(confirm('parking'), 'actor-must-hold-office', 'xa25-9.1.2')
    expect(open.due('confirmation')).toBe('2026-01-26')
    const returned = open.act(confirm('authority', 'return'))
    expect([returned.status, returned.open, returned.effects('notify').at(-1)]).toMatchObject(['returned', ['revision'], { to: ['data-provider'], notice: '目录条目退回修改' }])
    returned.act({ on: '2026-01-21', who: 'parking', task: 'revision', outcome: 'resubmit', contents: { 'catalog-entry': entry('parking'), 'risk-statement': risk() } }).act({ ...confirm('authority'), on: '2026-01-21' })
    expect([returned.effects('notify').at(-1), told.world.standings['catalog-entry/parking']]).toMatchObject([{ notice: '目录条目已登载' }, 'granted'])
    told.refusesOpening({ ...opening({ personal: true }), who: 'metro' }, 'entry-must-be-own', 'xa25-9.1.2')
  })

  const going = () => {
    const { told, ask } = scene()
    return told.open(ask([demandItem('parking')]))
  }
  const review = (row: JsonObject) => ({ on: '2026-09-21', who: 'parking', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [row] } })
  const without = (key: string, change: JsonObject = {}) => Object.fromEntries(Object.entries(decided('parking', change)).filter(([name]) => name !== key))

  test('a decision names fields, mode and way of provision within the demand; a refusal its reason in law', () => {
    const open = going()
    open.refuses({ ...review({}), contents: { 'review-decisions': [decided('metro')] } }, 'decision-must-be-on-own-items', 'xa25-11.1.4')
    open.refuses(review(without('fields')), 'approval-must-name-fields', 'xa25-23.1')
    open.refuses(review(decided('parking', { fields: ['station', 'hour', 'pm25', 'wind'] })), 'approval-must-stay-within-demand', 'xa25-23.1')
    open.refuses(review(decided('parking', { fields: ['station'] })), 'full-approval-must-cover-demand', 'xa25-23.1')
    open.refuses(review(without('mode')), 'approval-must-name-mode', 'xa25-23.1')
    open.refuses(review(decided('parking', { mode: 'sandbox' })), 'full-approval-must-cover-demand', 'xa25-23.1')
    open.refuses(review(without('provide-by')), 'approval-must-fix-way-of-provision', 'xa25-11.1')
    const refused = { decision: 'refuse', reason: 'security', explanation: '涉及重点设施位置' }
    open.refuses(review(without('explanation', { ...refused })), 'refusal-must-give-reason', null)
    open.refuses(review(decided('parking', { ...refused, 'basis-kind': 'industry-rule' })), 'refusal-must-rest-on-law', null)
    const narrowed = open.act(review(decided('parking', { decision: 'narrow', fields: ['station'], mode: 'sandbox' })))
    expect(narrowed.effects('notify').at(-1)).toMatchObject({ to: ['operator'], notice: '部分数据需求缩小范围同意' })
    const declined = going().act(review(decided('parking', refused)))
    expect(declined.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency'], notice: '部分数据需求审核不通过及其理由和法律法规依据' })
  })

  test('every one of a provider’s lines is decided', () => {
    const { told, agreement } = scene()
    const both = told.open({ on: '2026-09-18', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([demandItem('parking')]) } })
    both.refuses({ ...review({}), contents: { 'review-decisions': [] } }, 'content-must-be-present', 'xa25-23.1')
  })

  const delivered = (open: StoryCase, change: JsonObject = {}) => ({ on: '2026-09-23', who: 'parking', task: `provision@${PLACE}`, outcome: 'delivered', contents: { provision: provision(change), 'first-batch-check': '校核无误' }, open })
  const approved = () => going().act(review(decided('parking'))).act({ on: '2026-09-22', who: 'authority', task: 'authority-review', outcome: 'approve', contents: { 'authority-finding': FINDING } })

  test('provided as approved, no more and no less; receipts with the same rows and hash', () => {
    const open = approved()
    expect(open.due('provision')).toBe('2026-10-27')
    const deliver = (change: JsonObject) => { const { open: _open, ...line } = delivered(open, change); return line }
    open.refuses(deliver({ 'provide-by': 'stream' }), 'provision-must-be-as-confirmed', 'xa25-11.1')
    open.refuses(deliver({ fields: ['station', 'hour', 'pm25', 'wind'] }), 'provision-must-not-exceed-approval', 'xa25-11.1.1')
    open.refuses(deliver({ fields: ['station'] }), 'provision-must-cover-approval', 'xa25-11.1.1')
    open.act(deliver({}))
    expect(open.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'receive', entry: 'parking', provider: 'parking-centre', rows: 1000, concludes: 'provision-receipt' })
    const received = (task: string, key: string, value: JsonObject) => ({ on: '2026-09-24', who: 'platform', task: `${task}@${PLACE}`, outcome: 'received', contents: { [key]: value } })
    open.refuses(received('provision-receipt', 'platform-receipt', receipt({ sha256: 'b'.repeat(64) })), 'hashes-must-be-equal', 'xa25-7.1')
    open.refuses(received('provision-receipt', 'platform-receipt', receipt({ rows: 999 })), 'rows-must-be-equal', 'xa25-7.1')
    open.act(received('provision-receipt', 'platform-receipt', receipt()))
    expect(open.due('supply')).toBe('2026-10-15')
    open.act({ on: '2026-09-24', who: 'drafter', task: `supply@${PLACE}`, outcome: 'send' })
    expect(open.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'supply', entry: 'parking', concludes: 'supply-receipt' })
    open.refuses(received('supply-receipt', 'supply-receipt', supplyReceipt('GJ-1', { sha256: 'b'.repeat(64) })), 'hashes-must-be-equal', 'xa25-7.1')
    open.refuses(received('supply-receipt', 'supply-receipt', supplyReceipt('GJ-1', { rows: 999 })), 'rows-must-be-equal', 'xa25-7.1')
    open.act(received('supply-receipt', 'supply-receipt', supplyReceipt('GJ-1')))
    expect([open.story.world.registers['supplies']?.['GJ-1'], open.effects('notify').at(-1)]).toMatchObject([{ entry: 'parking', provider: 'parking-centre', operator: 'qin-data', scenario: '空气质量服务', mode: 'batch', rows: 1000, 'supplied-on': '2026-09-24', version: 'v1', area: '西安市' }, { to: ['operator'], text: 'GJ-1' }])
    expect(open.story.world.registers['registrations']?.['parking']).toMatchObject({ kind: 'resource', registrant: 'parking-centre', opened: '2026-09-24', state: '登记办理中' })
  })

  test('a supply not provided by its day is coordinated; a failed transfer is provided again; a receipt may be entered by hand', () => {
    const open = approved()
    open.time('2026-10-28')
    expect(open.open).toEqual([`coordination@${PLACE}`, `provision@${PLACE}`])
    open.act({ on: '2026-10-28', who: 'authority', task: 'coordination', outcome: 'coordinated', contents: { 'coordination-note': '已经协调' } })
    const { open: _open, ...line } = delivered(open)
    open.act({ ...line, on: '2026-10-29' })
    open.act({ on: '2026-10-29', who: 'drafter', task: 'provision-receipt', outcome: 'failed', contents: { 'transfer-failure': '传输中断' } }).act({ ...line, on: '2026-10-30' })
    open.act({ on: '2026-10-30', who: 'drafter', task: 'provision-receipt', outcome: 'entered', contents: { 'platform-receipt': receipt(), 'manual-entry': { number: '纸质回执3号', date: '2026-10-30', source: '市公共数据平台' } } })
    expect([open.lateness('provision'), open.open]).toEqual([3, [`supply@${PLACE}`]])
  })
})
