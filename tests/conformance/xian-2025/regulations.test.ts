import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { demand, demandItem, file } from '#tests/support/xian-contents.ts'
import { XIAN, determination, inForce, late, listed } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const paper = (kind: string, change: JsonObject = {}): JsonObject => ({ kind, name: '授权运营管理文件', version: 1, effective: '2026-01-30', document: file('文件.pdf'), ...change })

describe('where the rules apply', () => {
  test('xa25-2.1a: on 2026-01-12 a district bureau and the city bureau act under the same rules, each at its own level', () => {
    const told = story()
    const district = told.open({ on: '2026-01-12', who: 'district-mayor', procedure: 'district-determination', contents: { determination: determination({ level: 'district', agency: 'changan-bureau' }) } })
    const city = told.open({ on: '2026-01-12', who: 'authority', procedure: 'mode-determination', contents: { determination: determination() } })
    expect([district, city].map((one) => one.state.pack.id)).toEqual(['xian-2025', 'xian-2025'])
    expect([district, city].map((one) => one.state.opened_by.organization)).toEqual(['changan-government', 'data-bureau'])
    told.refusesOpening({ on: '2026-01-12', who: 'district-mayor', procedure: 'district-determination', contents: { determination: determination() } }, 'determination-must-be-of-the-district', 'xa25-15.3')
    told.refusesOpening({ on: '2026-01-12', who: 'authority', procedure: 'mode-determination', contents: { determination: determination({ level: 'district' }) } }, 'district-must-determine-itself', 'xa25-15.3')
  })

  test('xa25-2.2a: the customs without a decision on 2026-01-20 is refused; with one of 2026-01-21 it runs by reference', () => {
    const told = story()
    const apply = (on: string, contents: Record<string, JsonObject>) => ({ on, who: 'customs', procedure: 'reference-application', contents })
    const decision: JsonObject = { unit: '西安海关', superior: '海关总署', number: '西关〔2026〕1号', date: '2026-01-21', document: file('决定.pdf'), steps: ['实施方案', '运营协议'] }
    told.refusesOpening(apply('2026-01-20', {}), 'content-must-be-present', 'xa25-2.2')
    told.refusesOpening(apply('2026-01-20', { 'reference-decision': decision }), 'decision-must-have-been-taken', 'xa25-2.2')
    told.refusesOpening({ ...apply('2026-01-21', { 'reference-decision': decision }), who: 'drafter' }, 'actor-must-hold-office', 'xa25-2.2')
    const running = told.open(apply('2026-01-21', { 'reference-decision': decision }))
    expect([running.status, told.world.registers['reference-units']?.[running.id]]).toMatchObject(['by-reference', { unit: '西安海关', mark: '参照', steps: ['实施方案', '运营协议'], date: '2026-01-21' }])
  })
})

describe('rules of higher rank', () => {
  const special = (change: JsonObject): JsonObject => ({ rank: 'sector', matter: 'demand-review', provision: '卫生健康数据管理办法第九条', effective: '2026-04-01', days: 15, document: file('办法.pdf'), ...change })

  test('xa25-2.2b: under the health rule of 2026-04-01 a demand of 2026-04-02 is due on 2026-04-24, one on transport data on 2026-04-08', () => {
    const told = story()
    const under = inForce(told)
    listed(told, 'parking', 'parking')
    listed(told, 'metro', 'metro', { 'provider-kind': 'utility', 'supply-decision': '董事会2026年第3号决议' })
    told.refusesOpening({ on: '2026-04-01', who: 'authority', procedure: 'special-rule', contents: { 'special-rule': special({}) } }, 'sector-rule-must-name-its-resources', 'xa25-2.2')
    told.open({ on: '2026-04-01', who: 'authority', procedure: 'special-rule', contents: { 'special-rule': special({ entries: [{ entry: 'metro' }] }) } })
    const asked = (entry: string) => told.open({ on: '2026-04-02', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem(entry)]) } })
    const health = asked('metro')
    expect(health.due('provider-review')).toBe('2026-04-24')
    expect(health.state.tasks[0]?.clock?.basis).toMatchObject({ says: '卫生健康数据管理办法第九条' })
    const transport = asked('parking')
    expect([transport.due('provider-review'), transport.state.tasks[0]?.clock?.basis]).toMatchObject(['2026-04-08', { provision: 'xa25-23.1' }])
  })

  test('xa25-40.1c: under the provincial rule of 2026-09-01 an agreement of 2026-09-18 is filed by 2026-09-24, one of 2026-08-31 by 2026-09-14', () => {
    const told = story()
    const rule = told.open({ on: '2026-09-01', who: 'authority', procedure: 'special-rule', contents: { 'special-rule': special({ rank: 'province', matter: 'agreement-filing', provision: '陕西省实施细则第三十条', effective: '2026-09-01', days: 5 }) } })
    expect(rule.open).toEqual(['review'])
    const signed = (date: string) => told.open({ on: date, who: 'district', procedure: 'district-filing', contents: { 'district-document': { kind: 'agreement', name: '雁塔区运营协议', date, number: '雁政〔2026〕9号', document: file('协议.pdf') } } })
    const later = signed('2026-09-18')
    expect([later.open, later.due('file-agreement-under-rule'), later.state.tasks[0]?.clock?.basis]).toMatchObject([['file-agreement-under-rule'], '2026-09-24', { says: '陕西省实施细则第三十条' }])
    const earlier = signed('2026-08-31')
    expect([earlier.open, earlier.due('file-agreement')]).toEqual([['file-agreement'], '2026-09-14'])
    expect(rule.act({ on: '2026-09-10', who: 'authority', task: 'review', outcome: 'reviewed', contents: { 'rule-review': '第二十二条的期限从其规定' } }).status).toBe('reviewed')
  })
})

describe('documents and guidance', () => {
  const issued = (told: Story, who: string, procedure: string, document: JsonObject, on: string, links: Record<string, StoryCase> = {}) =>
    told.open({ on, who, procedure, contents: { 'rule-document': document }, links }).act({ on, who, task: 'issue', outcome: 'issued' })

  test('xa25-9.1.1a: version 1 governs until 2026-06-30, version 2 from 2026-07-01, and both are public', () => {
    const told = story()
    const first = issued(told, 'authority', 'authority-document', paper('policy', { effective: '2026-01-05' }), '2026-01-05')
    told.refusesOpening({ on: '2026-06-22', who: 'authority', procedure: 'authority-document', links: { replaces: first }, contents: { 'rule-document': paper('policy', { effective: '2026-07-01' }) } }, 'version-must-rise', null)
    const second = issued(told, 'authority', 'authority-document', paper('policy', { version: 2, effective: '2026-07-01' }), '2026-06-22', { replaces: first })
    expect(told.world.registers['documents']).toMatchObject({ [first.id]: { version: 1, effective: '2026-01-05', until: '2026-07-01' }, [second.id]: { version: 2, effective: '2026-07-01' } })
    expect([first, second].map((one) => one.effects('publish')[0]?.['version'])).toEqual([1, 2])
    expect(first.status).toBe('replaced')
    told.refusesOpening({ on: '2026-06-22', who: 'drafter', procedure: 'agency-document', contents: { 'rule-document': paper('policy') } }, 'kind-must-be-within-office', 'xa25-12.1.5')
  })

  test('xa25-9.1.7c: a note of 2026-04-13 is public and each of its readers confirms with a date', () => {
    const told = story()
    const readers = ['qin-data', 'other-data', 'third-data']
    const note = told.open({ on: '2026-04-13', who: 'authority', procedure: 'guidance-note', contents: { 'guidance-note': { title: '数据需求申请填写指引', step: '提出数据需求申请', text: '逐项写明字段和场景', readers: readers.map((organization) => ({ organization })) } } })
    expect(note.effects('publish')).toMatchObject([{ kind: 'guidance', step: '提出数据需求申请' }])
    const read = (who: string, organization: string, on: string) => ({ on, who, task: `confirm-reading@readers=${organization}`, outcome: 'read' })
    note.refuses(read('operator', 'other-data', '2026-04-14'), 'actor-must-be-concerned-organization', 'xa25-9.1.7')
    note.act(read('operator', 'qin-data', '2026-04-14')).act(read('stranger', 'other-data', '2026-04-15'))
    expect([note.status, note.open]).toEqual(['issued', ['confirm-reading@readers=third-data']])
    expect(note.act(read('second-operator', 'third-data', '2026-04-16')).state.conclusions.map((one) => one.date)).toEqual(['2026-04-14', '2026-04-15', '2026-04-16'])
    expect(note.status).toBe('read')
  })

  test('xa25-12.1.5c: of six rules the one with the review date 2026-05-31 is outdated on 2026-06-01', () => {
    const told = story()
    const rules = ['access', 'export', 'incident', 'audit', 'personnel', 'archive'].map((kind, index) =>
      issued(told, 'drafter', 'agency-document', paper(kind, { 'review-due': index === 0 ? '2026-05-31' : '2026-12-31' }), '2026-01-30').time('2026-05-31'))
    expect(rules.flatMap(late)).toEqual([])
    const overdue = rules.map((one) => late(one.time('2026-06-01')))
    expect(overdue.map((notices) => notices.length)).toEqual([1, 0, 0, 0, 0, 0])
    expect(overdue[0]?.[0]).toMatchObject({ task: 'review', to: ['implementing-agency', 'data-authority', 'supervisor'] })
    expect(rules[0]?.act({ on: '2026-06-02', who: 'drafter', task: 'review', outcome: 'reviewed', contents: { 'document-review': '继续有效' } }).status).toBe('reviewed')
  })

  test('xa25-34.2a: the security rules of 2026-01-30, due for review on 2027-01-29, are overdue to all authors on 2027-01-30', () => {
    const told = story()
    const departments = ['police-bureau', 'cipher-bureau'].map((organization) => ({ organization }))
    const rules = told.open({ on: '2026-01-30', who: 'authority', procedure: 'authority-document', contents: { 'rule-document': paper('security', { 'review-due': '2027-01-29', departments }) } })
    expect(rules.open).toEqual(['confirm-department@departments=cipher-bureau', 'confirm-department@departments=police-bureau'])
    rules.refuses({ on: '2026-01-30', who: 'authority', task: 'issue', outcome: 'issued' }, 'step-must-be-open', 'xa25-9.1.1')
    for (const who of ['police', 'secrecy']) rules.act({ on: '2026-01-30', who, task: `confirm-department@departments=${who === 'police' ? 'police-bureau' : 'cipher-bureau'}`, outcome: 'confirmed', contents: { 'coauthor-opinion': '同意' } })
    rules.act({ on: '2026-01-30', who: 'authority', task: 'issue', outcome: 'issued' })
    expect(late(rules.time('2027-01-29'))).toEqual([])
    expect(late(rules.time('2027-01-30'))).toMatchObject([{ to: ['data-authority', 'supervisor'] }])
    expect(rules.open).toEqual(['remind-department@departments=cipher-bureau', 'remind-department@departments=police-bureau', 'review'])
  })

  test('xa25-38.1: a question of 2026-03-16 on article 20 is answered by the city bureau on 2026-03-25, and by nobody else', () => {
    const told = story()
    const asked = told.open({ on: '2026-03-16', who: 'district', procedure: 'interpretation', contents: { 'provision-question': { provision: '第二十条第（二）项', question: '运营权限是否指运营期限' } } })
    const answer = (who: string) => ({ on: '2026-03-25', who, task: 'answer', outcome: 'answered', contents: { 'provision-answer': '指运营期限，一并约定权限范围' } })
    asked.refuses(answer('district'), 'actor-must-hold-office', 'xa25-38.1')
    asked.act(answer('authority'))
    expect(told.world.registers['interpretations']?.[asked.id]).toMatchObject({ provision: '第二十条第（二）项', 'answered-on': '2026-03-25' })
    expect(asked.effects('publish')).toMatchObject([{ kind: 'interpretation', provision: '第二十条第（二）项' }])
  })

  test('xa25-36.1b: a pilot on yields works from 2026-06-01 to 2026-11-30 only, and none departs from the text', () => {
    const told = story()
    const trial = (change: JsonObject) => ({ on: '2026-06-01', who: 'authority', procedure: 'pilot', contents: { pilot: { name: '收益分配试点', subject: 'distribution', aim: '提高供数积极性', departure: '结算期由半年改为按季', setting: 'local', limits: '限停车数据', start: '2026-06-01', end: '2026-11-30', ...change } } })
    told.refusesOpening(trial({ departure: '数据需求审核改为10个工作日', setting: 'fixed', subject: 'other' }), 'pilot-must-not-depart-from-the-text', 'xa25-36.1')
    const pilot = told.open(trial({}))
    expect([pilot.time('2026-11-30').status, told.world.standings[`pilot/${pilot.id}`]]).toEqual(['running', 'granted'])
    expect([pilot.time('2026-12-01').status, told.world.standings[`pilot/${pilot.id}`], pilot.open]).toEqual(['over', 'ended', ['evaluate']])
  })
})
