import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { CATALOGUED, decided, demand, demandItem, entry, file, plan, provision, receipt, risk } from '#tests/support/xian-contents.ts'
import { FINDING, XIAN, inForce, late, listed, planOpened, signedBy, signing } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)
const opening = (change: JsonObject = {}, statement: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-01-19') => ({ on, who: 'parking', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('parking', change), 'risk-statement': risk(statement), ...more } })

/** The plan of the story with one of its resources changed, finished on a day. */
const planned = (change: JsonObject, on = '2026-01-19') => {
  const resources = (plan()['resources'] as JsonObject[]).map((row, index) => (index === 0 ? { ...row, ...change } : row)) // a table of the sample
  return { on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan({ resources }) } }
}

describe('what may enter a scope list', () => {
  test('xa25-2.1b: on 2026-01-19 a commercial secret without a ground and any state secret are refused', () => {
    const told = story()
    planOpened(told).refuses(planned({ risk: 'commercial-secret' }), 'commercial-secret-must-have-legal-ground', 'xa25-2.1')
    planOpened(story()).refuses(planned({ risk: 'state-secret', 'legal-ground': '有关部门同意' }), 'state-secret-must-not-enter', 'xa25-2.1')
    expect(planOpened(story()).act(planned({ risk: 'commercial-secret', 'legal-ground': '权利人书面同意' })).status).toBe('under-guidance')
    told.refusesOpening(opening({}, { 'state-secret': true }), 'risk-must-be-excluded', 'xa25-2.1')
    told.refusesOpening(opening({}, { 'commercial-secret': true }), 'commercial-secret-must-have-legal-ground', 'xa25-2.1')
  })

  test('xa25-3.1: a gas company may list on 2026-01-13, an advertising agency may not; a plan needs the company’s supply decision', () => {
    const told = story()
    const on = '2026-01-13'
    told.refusesOpening(opening({ 'provider-kind': 'other' }, {}, {}, on), 'provider-must-hold-public-data', 'xa25-3.1')
    told.refusesOpening(opening({ duty: '' }, {}, {}, on), 'content-must-be-present', 'xa25-3.1')
    told.refusesOpening(opening({ 'provider-kind': 'utility' }, {}, {}, on), 'utility-must-decide-to-supply', 'xa25-3.3')
    expect(told.open(opening(CATALOGUED, {}, {}, on)).open).toEqual(['confirmation'])
    planOpened(story()).refuses(planned({ utility: true }), 'utility-must-decide-to-supply', 'xa25-3.3')
    expect(planOpened(story()).act(planned({ utility: true, 'supply-decision': '董事会2026年第3号决议' })).status).toBe('under-guidance')
  })

  test('xa25-5.1a: an entry of a district without its assignment is refused in the city’s plan of 2026-01-19, one with a title at city level is taken', () => {
    planOpened(story()).refuses(planned({ 'holder-level': 'district' }), 'other-level-must-assign', 'xa25-5.1')
    planOpened(story()).refuses(planned({ 'holding-basis': '' }), 'resource-must-be-lawfully-held', 'xa25-5.1')
    expect(planOpened(story()).act(planned({ 'holder-level': 'district', assignment: file('授权书.pdf') })).status).toBe('under-guidance')
    expect(planOpened(story()).act(planned({ 'holder-level': 'city' })).status).toBe('under-guidance')
  })

  test('xa25-5.1b: an ungraded entry is refused on 2026-01-19; one raised to important on 2026-03-09 is not supplied until a new decision', () => {
    planOpened(story()).refuses(planned({ grade: 'none' }), 'resource-must-be-graded', 'xa25-5.1')
    story().refusesOpening(opening({ grade: '' }), 'content-must-be-present', 'xa25-5.1')
    const told = story()
    const under = inForce(told)
    listed(told, 'parking', 'parking')
    const raised = told.open({ on: '2026-03-09', who: 'traffic', procedure: 'regrading', contents: { regrading: { entry: 'parking', grade: 'important', direction: 'raise' } } })
    expect([raised.open, told.world.registers['catalog']?.['parking'], told.world.standings['catalog-entry/parking']]).toMatchObject([['decide'], { grade: 'important', halted: '2026-03-09' }, 'suspended'])
    const ask = { on: '2026-03-10', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking')]) } }
    told.refusesOpening(ask, 'halted-entry-must-be-decided-again', 'xa25-5.1')
    raised.act({ on: '2026-03-12', who: 'authority', task: 'decide', outcome: 'keep', contents: { 'regrading-decision': '加强保护后可以纳入' } })
    expect([told.open({ ...ask, on: '2026-03-12' }).status, told.world.standings['catalog-entry/parking']]).toEqual(['reviewing', 'granted'])
    told.refusesOpening({ on: '2026-03-13', who: 'traffic', procedure: 'regrading', contents: { regrading: { entry: 'parking', grade: '1', direction: 'lower' } } }, 'lowering-must-be-reasoned', 'xa25-10.1')
  })

  test('xa25-5.1c: core data are refused on 2026-01-19; important data wait for the cyberspace office', () => {
    const told = story()
    told.refusesOpening(opening({ grade: 'core' }), 'core-data-must-not-be-authorized', 'xa25-5.1')
    told.refusesOpening(opening({}, { 'public-safety': true }), 'risk-must-be-excluded', 'xa25-5.1')
    planOpened(story()).refuses(planned({ grade: 'core' }), 'core-data-must-not-be-authorized', 'xa25-5.1')
    told.refusesOpening(opening({}, { 'important-data': true }), 'important-data-must-be-assessed', 'xa25-5.1')
    const waiting = told.open(opening({}, { 'important-data': true }, { 'security-assessment': file('评估报告.pdf') }))
    expect([waiting.open, told.world.registers['catalog']]).toEqual([['important-data'], undefined])
    const lift = (who: string) => ({ on: '2026-01-22', who, task: 'important-data', outcome: 'lift', contents: { 'important-data-opinion': '汇总后可以纳入' } })
    waiting.refuses(lift('authority'), 'actor-must-hold-office', 'xa25-14.3')
    expect(waiting.act(lift('cyberspace')).open).toEqual(['confirmation'])
  })

  test('xa25-5.1d: of 20 fields 3 are unresolved; the scope shows 17 and a demand for one of the 3 is refused', () => {
    const told = story()
    const under = inForce(told)
    const names = Array.from({ length: 20 }, (_, index) => `f${index + 1}`)
    const field = (name: string): JsonObject => ({ name, title: name, type: 'text', category: '停车', grade: '2', sensitive: 'none' })
    const excluded = names.slice(17)
    const change = (shown: string[]) => ({ fields: shown.map(field), 'excluded-fields': excluded })
    told.refusesOpening(opening(change(names), {}, {}, '2026-01-20'), 'excluded-field-must-not-be-listed', 'xa25-5.1')
    told.refusesOpening(opening({ personal: true, fields: [{ ...field('phone'), sensitive: 'personal' }] }, {}, {}, '2026-01-20'), 'sensitive-field-must-be-protected', 'xa25-5.1')
    listed(told, 'parking', 'parking', change(names.slice(0, 17)))
    expect(told.world.registers['catalog']?.['parking']?.['fields']).toHaveLength(17)
    const ask = (fields: string[]) => ({ on: '2026-09-18', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking', { fields })]) } })
    expect(told.refusesOpening(ask(['f1', 'f18']), 'unresolved-field-must-not-be-demanded', 'xa25-5.1').message).toContain('parking')
    expect(told.open(ask(['f1', 'f17'])).status).toBe('reviewing')
  })

  test('xa25-5.2: without consent an entry obtained by sharing is refused on 2026-01-19; a consent until 2026-12-31 ends its supply on 2027-01-01', () => {
    planOpened(story()).refuses(planned({ origin: 'shared' }), 'shared-data-must-have-consent', 'xa25-5.2')
    const told = story()
    told.refusesOpening(opening({ origin: 'shared' }), 'shared-data-must-have-consent', 'xa25-5.2')
    const consent = { 'sharing-consent': { provider: '省交通运输厅', purpose: '停车引导场景', 'valid-until': '2026-12-31', document: file('同意书.pdf') } }
    const under = inForce(told)
    listed(told, 'parking', 'parking', { origin: 'shared' }, consent)
    const place = 'providers=parking-centre/approved-items=parking'
    const going = told.open({ on: '2026-09-18', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking')]) } })
      .act({ on: '2026-09-21', who: 'parking', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('parking')] } })
      .act({ on: '2026-09-22', who: 'authority', task: 'authority-review', outcome: 'approve', contents: { 'authority-finding': FINDING } })
      .act({ on: '2026-12-30', who: 'parking', task: `provision@${place}`, outcome: 'delivered', contents: { provision: provision(), 'first-batch-check': '校核无误' } })
      .act({ on: '2026-12-30', who: 'platform', task: `provision-receipt@${place}`, outcome: 'received', contents: { 'platform-receipt': receipt() } })
    const send = (on: string) => ({ on, who: 'drafter', task: `supply@${place}`, outcome: 'send' })
    expect(going.refuses(send('2027-01-01'), 'shared-data-must-have-consent', 'xa25-5.2').message).toContain('2026-12-31')
    expect(going.act(send('2026-12-31')).open).toContain(`supply-receipt@${place}`)
    told.refusesOpening({ on: '2027-01-04', who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking')]) } }, 'shared-data-must-have-consent', 'xa25-5.2')
  })
})

describe('grades', () => {
  const scheme = (change: JsonObject, on = '2026-03-25') => ({ on, who: 'traffic', procedure: 'grading-scheme', contents: { 'grading-scheme': { name: '交通行业分类分级方案第二版', effective: '2026-04-01', 'regrade-by': '2026-09-30', ...change } } })

  test('xa25-10.1d: with version 2 in force from 2026-04-01 an entry graded under version 1 on 2026-04-02 is refused and shown version 2', () => {
    const told = story()
    told.open(scheme({}))
    const under = (version: string, on: string) => opening({ scheme: version, 'sector-authority': 'transport-bureau' }, {}, {}, on)
    expect(told.open(under('交通行业分类分级方案第一版', '2026-03-31')).open).toEqual(['sector-check'])
    expect(told.refusesOpening(under('交通行业分类分级方案第一版', '2026-04-02'), 'grade-must-follow-the-scheme-in-force', 'xa25-10.1').message).toContain('第二版')
    expect(told.open(under('交通行业分类分级方案第二版', '2026-04-02')).open).toEqual(['sector-check'])
  })

  test('xa25-34.3c: not graded anew by 2026-09-30 under the scheme of 2026-07-01, an entry is not to be had on 2026-10-08', () => {
    const told = story()
    const under = inForce(told)
    listed(told, 'parking', 'parking')
    told.open(scheme({ name: '交通行业分类分级方案第三版', effective: '2026-07-01', entries: [{ entry: 'parking' }] }, '2026-07-01'))
    const ask = (on: string) => ({ on, who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking')]) } })
    expect(told.open(ask('2026-09-30')).status).toBe('reviewing')
    expect(told.refusesOpening(ask('2026-10-08'), 'entry-must-be-regraded', 'xa25-34.3').message).toContain('第三版')
    told.open(opening({ scheme: '交通行业分类分级方案第三版' }, {}, {}, '2026-10-09'))
      .act({ on: '2026-10-10', who: 'authority', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
    expect(told.open(ask('2026-10-10')).status).toBe('reviewing')
  })

  test('xa25-12.1.5a: an entry of grade 3 is not mounted in a shared workspace on 2026-06-04', () => {
    const told = story()
    const under = inForce(told)
    listed(told, 'parking', 'parking', { grade: '3' })
    told.open({ on: '2026-06-04', who: 'operator', procedure: 'security-file', links: { agreement: under }, contents: { 'security-file': { officer: '李安', 'graded-protection': '61010026001', 'valid-until': '2027-07-31', 'emergency-plan': file('应急预案.pdf'), contracts: '无' } } })
    const space = (kind: string) => ({ on: '2026-06-04', who: 'operator', procedure: 'workspace', links: { agreement: under }, contents: { workspace: { name: '停车分析', kind, purpose: '停车引导', rules: '第一版', entries: [{ entry: 'parking' }] } } })
    expect(told.refusesOpening(space('shared'), 'grade-must-have-its-measures', 'xa25-12.1.5').message).toContain('parking')
    expect(told.open(space('isolated')).status).toBe('open')
  })
})

describe('compiling the catalogue', () => {
  test('xa25-9.1.2b: of 30 providers due on 2026-03-31, 27 are complete on 2026-04-01 and 3 tasks are overdue', () => {
    const told = story()
    const items = Array.from({ length: 30 }, (_, index) => ({ item: `单位${index + 1}`, provider: 'parking-centre', due: '2026-03-31' }))
    const round = told.open({ on: '2026-01-12', who: 'authority', procedure: 'programme', contents: { programme: { kind: 'cataloguing', name: '2026年目录编制', items } } })
    const report = (item: string, complete: boolean) => ({ on: '2026-03-30', who: 'parking', task: `perform@items=${item}`, outcome: 'done', contents: { 'programme-result': { done: '已报送目录', complete } } })
    round.refuses(report('单位1', false), 'result-must-be-complete', 'xa25-9.1.2')
    for (const { item } of items.slice(0, 27)) round.act(report(item, true))
    expect(late(round.time('2026-03-31'))).toEqual([])
    expect(late(round.time('2026-04-01')).map((one) => one['task'])).toEqual(['perform@items=单位28', 'perform@items=单位29', 'perform@items=单位30'])
    expect(Object.keys(told.world.registers['programme-progress'] ?? {})).toHaveLength(27)
  })

  test('xa25-10.1b: of 40 drafted entries the education bureau releases 36 and returns 4 on 2026-03-25', () => {
    const told = story()
    const on = '2026-03-25'
    const drafts = Array.from({ length: 40 }, (_, index) => told.open({ on: '2026-03-24', who: 'parking', procedure: 'catalog-entry', contents: { 'catalog-entry': entry(`school-${index + 1}`, { 'sector-authority': 'education-bureau' }), 'risk-statement': risk() } }))
    for (const [index, draft] of drafts.entries()) {
      const check = (outcome: string) => ({ on, who: 'education', task: 'sector-check', outcome, contents: { 'sector-opinion': outcome === 'return' ? '与其他条目重复' : '没有缺漏和重复' } })
      if (index >= 36) draft.act(check('return'))
      else draft.act(check('release')).act({ on, who: 'authority', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
    }
    const shown = Object.values(told.world.registers['catalog'] ?? {})
    expect([shown.length, new Set(shown.map((one) => one['confirmed-on']))]).toEqual([36, new Set([on])])
    expect(drafts.filter((one) => one.status === 'returned').map((one) => one.state.tasks.map(({ step, organization }) => [step, organization]))).toEqual(Array.from({ length: 4 }, () => [['revision', 'parking-centre']]))
    drafts[0]?.refuses({ on, who: 'traffic', task: 'sector-check', outcome: 'release', contents: { 'sector-opinion': '可以' } }, 'step-must-be-open', 'xa25-10.1')
  })

  test('xa25-12.1.4a: confirmed on 2026-01-20, an entry asks for confirmation when 2027-01-20 passes, and is closed, never erased', () => {
    const told = story()
    const kept = told.open(opening()).act({ on: '2026-01-20', who: 'authority', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
    expect([kept.open, kept.due('reconfirm')]).toEqual([['reconfirm'], '2027-01-20'])
    expect(late(kept.time('2027-01-20'))).toEqual([])
    expect(late(kept.time('2027-01-21'))).toMatchObject([{ task: 'reconfirm' }])
    const confirm = (on: string, outcome: string) => ({ on, who: 'parking', task: 'reconfirm', outcome, contents: { 'catalog-confirmation': '已核对' } })
    expect([kept.act(confirm('2027-01-22', 'confirmed')).due('reconfirm'), told.world.registers['catalog']?.['parking']]).toMatchObject(['2028-01-22', { 'confirmed-on': '2027-01-22' }])
    kept.act(confirm('2027-06-30', 'closed'))
    expect([kept.status, told.world.registers['catalog']?.['parking']]).toMatchObject(['closed', { provider: 'parking-centre', ended: '已核对' }])
  })
})

test('xa25-7.1a: an agreement whose signature is not on the platform bears no demand on 2026-05-12; the refusal asks for it with the scan', () => {
  const told = story()
  const unsigned = signing(told)
  listed(told, 'parking', 'parking')
  const ask = (agreement: typeof unsigned) => ({ on: '2026-05-12', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([demandItem('parking')]) } })
  expect(told.refusesOpening(ask(unsigned), 'demand-must-rest-on-agreement', 'xa25-7.1').cure).toContain('扫描件')
  expect(told.open({ ...ask(signedBy(unsigned).time('2026-05-18')), on: '2026-05-18' }).status).toBe('reviewing')
})
