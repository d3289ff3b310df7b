import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { signBoth } from '#tests/support/authorization-story.ts'
import { SICHUAN, agreement, cityFile, decision, drafting, file, inForce, late, mianyangDetermined, opened, ready, story, text } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'

describe('levels, cities and counties', () => {
  test('sc25-3.3: a department is no grantor; the city government is', () => {
    const told = story()
    mianyangDetermined(told)
    told.refusesOpening(cityFile({ grantor: '绵阳市卫生健康委员会', 'grantor-kind': 'department' }), 'grantor-must-be-a-government', 'sc25-3.3')
    told.refusesOpening(cityFile({ grantor: '某公司', 'grantor-kind': 'company' }), 'grantor-must-be-a-government', 'sc25-3.3')
    expect(told.open(cityFile()).status).toBe('opened')
  })

  test('sc25-3.4: Mianyang’s agency opens nothing for Deyang on 2026-07-06', () => {
    const told = story()
    mianyangDetermined(told)
    told.open({ on: '2026-07-06', who: 'deyang', procedure: 'agency-determination', contents: { determination: { agency: '德阳市大数据中心', organization: 'deyang-data-centre', mode: 'overall', number: '德府函〔2026〕7号', date: '2026-07-06', document: file('批复.pdf') } } })
    told.refusesOpening(cityFile({ city: 'deyang-government', grantor: '德阳市人民政府' }), 'agency-must-be-of-this-region', 'sc25-3.4')
  })

  test('sc25-8.1c: without a determination no file is opened for the city on 2026-07-13', () => {
    const told = story()
    told.refusesOpening(cityFile({}, '2026-07-13'), 'city-agency-must-be-determined', 'sc25-8.1')
    mianyangDetermined(told)
    expect(told.open(cityFile({}, '2026-07-13')).open).toEqual(['known', 'plan'])
  })

  test('sc25-8.1e: a county-level city opens no file on 2026-07-20; it applies to the city that plans for it', () => {
    const told = story()
    mianyangDetermined(told)
    told.refusesOpening(cityFile({}, '2026-07-20', 'jiangyou'), 'actor-must-hold-office', 'sc25-8.1')
    told.refusesOpening(cityFile({ grantor: '江油市人民政府', 'grantor-kind': 'county' }, '2026-07-20'), 'county-must-be-planned-by-the-city', 'sc25-8.1')
    const applied = told.open({ on: '2026-07-20', who: 'jiangyou', procedure: 'county-application', contents: { 'county-application': { county: '江油市', city: 'mianyang-government', need: '文旅数据开发需求集中' } } })
    expect(applied.state.tasks).toMatchObject([{ step: 'decide', organization: 'mianyang-government' }])
    expect(applied.act({ on: '2026-07-24', who: 'mianyang', task: 'decide', outcome: 'accept', contents: { opinion: '纳入市级统筹' } }).status).toBe('accepted')
  })

  test('sc25-8.1a: a resource that Mianyang’s units hold is no part of the provincial plan unless Mianyang’s own authorization covers it', () => {
    const row = { entry: 'rivers', name: '水情数据', provider: 'environment-bureau', 'update-frequency': '每日', quality: '完整率高', origin: 'own', 'holding-basis': '水情监测职责', level: 'city' }
    expect(opened(story()).refuses({ ...ready({ resources: [row] }), on: '2026-07-13' }, 'resource-must-be-of-this-level', 'sc25-8.1').message).toContain('水情数据')
    expect(opened(story()).act({ ...ready({ resources: [{ ...row, 'covered-by': '绵阳市公共数据资源授权运营' }] }), on: '2026-07-13' }).status).toBe('under-guidance')
    expect(opened(story()).act({ ...ready({ resources: [{ ...row, level: 'province' }] }), on: '2026-07-13' }).status).toBe('under-guidance')
  })

  test('sc25-8.1b: another provincial unit is not the implementing agency', () => {
    const told = story()
    const line = { on: '2026-07-06', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
    told.refusesOpening({ ...line, who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'sc25-11.1')
    expect(told.law.pack.offices['implementing-agency']).toMatchObject({ holder: 'fixed', basis: { provision: 'sc25-8.1' } })
    expect(told.open({ ...line, who: 'drafter' }).state.parties['implementing-agency']).toBe('big-data-centre')
  })

  test('sc25-14.1a: no approved plan of Mianyang, and the province’s plan does not serve its selection of 2026-07-27', () => {
    const told = story()
    mianyangDetermined(told)
    const city = told.open(cityFile())
    const select = (of: string) => ({ on: '2026-07-27', who: 'mianyang-agency', task: 'select', outcome: 'selected', contents: { 'city-selection': { 'plan-of': of, operator: '绵阳数据公司', method: '公开招标' } } })
    city.refuses(select('own'), 'step-must-be-open', 'sc25-14.1')
    city.act({ on: '2026-07-24', who: 'mianyang-agency', task: 'plan', outcome: 'approved', contents: { 'city-plan': '绵阳市人民政府2026年7月24日审定' } })
    city.refuses(select('province'), 'selection-must-rest-on-the-plan-of-its-level', 'sc25-14.1')
    city.refuses(select('none'), 'selection-must-rest-on-the-plan-of-its-level', 'sc25-14.1')
    expect(city.act(select('own')).status).toBe('signing')
  })
})

/** `count` cities with their agencies, beside the cast of the province. */
function withCities(count: number) {
  const names = Array.from({ length: count }, (_one, index) => `city-${index + 1}`)
  const persons = Object.fromEntries(names.flatMap((name) => [[name, { organization: `${name}-government`, offices: ['city-government'] }], [`${name}-agency`, { organization: `${name}-centre`, offices: ['city-agency'] }]]))
  const told = new Story(story().law, { ...SICHUAN, persons: { ...SICHUAN.persons, ...persons } })
  const files = names.map((name) => {
    told.open({ on: '2026-07-06', who: name, procedure: 'agency-determination', contents: { determination: { agency: `${name}大数据中心`, organization: `${name}-centre`, mode: 'overall', number: '函〔2026〕1号', date: '2026-07-06', document: file('批复.pdf') } } })
    return told.open(cityFile({ name: `${name}授权运营`, city: `${name}-government`, grantor: `${name}人民政府` }, '2026-07-13', `${name}-agency`))
  })
  return { told, names, files }
}

describe('the province over its cities', () => {
  test('sc25-7.1a: with 21 cities the province has all 21 before it and each agency its own; a supervision task for 2026-09-15 reaches the agency', () => {
    const { told, files } = withCities(21)
    const tasks = files.flatMap((one) => one.state.tasks)
    expect(tasks.filter((task) => task.organization === 'provincial-bureau')).toHaveLength(21)
    expect(tasks.filter((task) => task.organization === 'city-1-centre')).toHaveLength(1)
    const note = told.open({ on: '2026-09-01', who: 'province', procedure: 'supervision-note', contents: { 'supervision-note': { to: 'city-1-centre', matter: '尽快编制实施方案', 'answer-by': '2026-09-15' } } })
    expect([note.state.tasks[0]?.organization, note.due('answer')]).toEqual(['city-1-centre', '2026-09-15'])
    expect(late(note.time('2026-09-15'))).toEqual([])
    expect(late(note.time('2026-09-16'))).toMatchObject([{ to: ['superior-data-authority', 'data-authority'] }])
    expect(note.act({ on: '2026-09-16', who: 'city-1-agency', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': '已经启动编制' } }).status).toBe('answered')
  })

  test('sc25-15.2b: seven agreements filed in cities by 2026-09-30 are in the province’s register with their state; a send-back is a task of the city', () => {
    const { told, names, files } = withCities(7)
    const agreed = (name: string) => ({ on: '2026-09-30', who: `${name}-agency`, task: 'sign', outcome: 'filed', contents: { 'city-agreement': { name: `${name}授权运营协议`, signed: '2026-09-28', document: file('协议.pdf') } } })
    for (const [index, name] of names.entries()) {
      files[index]?.act({ on: '2026-08-03', who: `${name}-agency`, task: 'plan', outcome: 'approved', contents: { 'city-plan': '本级人民政府已审定' } })
        .act({ on: '2026-08-31', who: `${name}-agency`, task: 'select', outcome: 'selected', contents: { 'city-selection': { 'plan-of': 'own', operator: '某公司', method: '公开招标' } } }).act(agreed(name))
    }
    expect(Object.values(told.world.registers['city-agreements'] ?? {}).map((one) => one['state'])).toEqual(Array.from({ length: 7 }, () => '待备案'))
    const [first] = files
    first?.act({ on: '2026-10-08', who: 'province', task: 'take-in', outcome: 'send-back', contents: { 'filing-defects': '缺少收益分配条款' } })
    expect(first?.state.tasks.map((task) => [task.step, task.organization])).toContainEqual(['amend', 'city-1-centre'])
    expect(told.world.registers['city-agreements']?.[first?.id ?? '']).toMatchObject({ state: '退回补充' })
    first?.act({ ...agreed('city-1'), on: '2026-10-12', task: 'amend', outcome: 'again' })
    for (const one of files) one.act({ on: '2026-10-13', who: 'province', task: 'take-in', outcome: 'taken', contents: { 'filing-receipt': { number: '川备9号', date: '2026-10-13' } } })
    expect(Object.values(told.world.registers['city-agreements'] ?? {}).map((one) => one['state'])).toEqual(Array.from({ length: 7 }, () => '已备案'))
  })

  test('sc25-7.2e: a sector authority’s note of 2026-09-07 due on 2026-09-21 is overdue on 2026-09-22, and the data department sees it', () => {
    const told = story()
    const note = told.open({ on: '2026-09-07', who: 'health', procedure: 'sector-note', links: { agreement: inForce(told) }, contents: { 'sector-note': { matter: '健康数据使用超出场景', 'answer-by': '2026-09-21' } } })
    expect(note.due('answer')).toBe('2026-09-21')
    expect(late(note.time('2026-09-21'))).toEqual([])
    expect(late(note.time('2026-09-22'))).toMatchObject([{ to: ['data-authority', 'sector-authority'] }])
    note.act({ on: '2026-09-22', who: 'drafter', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': '已经停止该项使用' } })
    expect([note.status, note.effects('notify').at(-1)]).toMatchObject(['answered', { to: ['sector-authority'] }])
  })

  test('sc25-15.2c: an item due on 2026-10-30 and broken is shown to the province on 2026-11-02, and the question about it has its day', () => {
    const told = story()
    const items = [{ name: '首批产品上线', date: '2026-10-30', responsible: '运营机构' }, { name: '半年披露', date: '2027-02-26', responsible: '运营机构' }]
    const wording = agreement({ 'dated-items': items })
    const under = signBoth(drafting(told).act(text({ 'dated-items': items })).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(wording, '2026-08-18') } }), '2026-08-20', wording)
    const tracked = told.open({ on: '2026-08-24', who: 'province', procedure: 'agreement-tracking', links: { agreement: under } })
    expect(tracked.due('keep@items=首批产品上线')).toBe('2026-10-30')
    expect(late(tracked.time('2026-10-30'))).toEqual([])
    expect(late(tracked.time('2026-11-02'))).toMatchObject([{ to: ['superior-data-authority', 'data-authority'] }])
    expect(tracked.due('explain@items=首批产品上线')).toBe('2026-11-09')
    const other = story()
    other.refusesOpening({ on: '2026-08-24', who: 'province', procedure: 'agreement-tracking', links: { agreement: inForce(other) } }, 'agreement-must-have-dated-items', 'sc25-15.2')
  })
})

describe('persons', () => {
  test('sc25-23.2d: an engineer without a training record has no access on 2026-09-07, and access ends on the day of leaving', () => {
    const told = story()
    const links = { agreement: inForce(told) }
    const grant = (change: JsonObject) => ({ on: '2026-09-07', who: 'operator', procedure: 'person-access', links, contents: { 'person-access': { person: '周工', contract: true, checked: true, confidentiality: true, trained: true, ...change } } })
    told.refusesOpening(grant({ trained: false }), 'person-must-be-trained', 'sc25-23.2')
    told.refusesOpening(grant({ contract: false }), 'person-must-have-a-contract', 'sc25-23.2')
    told.refusesOpening(grant({ checked: false }), 'person-must-be-checked', 'sc25-23.2')
    told.refusesOpening(grant({ confidentiality: false }), 'person-must-keep-confidence', 'sc25-23.2')
    const granted = told.open(grant({}))
    expect(told.world.standings[`person-access/${granted.id}`]).toBe('granted')
    const leave = (day: string) => ({ on: '2026-12-31', who: 'operator', task: 'leave', outcome: 'left', contents: { 'left-on': day } })
    granted.refuses(leave('2026-12-30'), 'access-must-end-on-the-day-of-leaving', 'sc25-23.2')
    granted.act(leave('2026-12-31'))
    expect(told.world.standings[`person-access/${granted.id}`]).toBe('ended')
  })
})
