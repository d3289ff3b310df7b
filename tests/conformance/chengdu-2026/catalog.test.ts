import { describe, expect, test as plain } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { earlyAgreement } from '#tests/support/chengdu-early-story.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { CONSENT, entry, field, risk } from '#tests/support/supply-contents.ts'
import { lastCase, listed } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('catalog', ['catalog-entry'])

const story = () => fresh(WIDE_CAST)
const opening = (change: JsonObject = {}, statement: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-06-15') => ({
  on, who: 'transport', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('bus-gps', { title: '公交车定位', ...change }), 'risk-statement': risk(statement), ...more },
})
const confirm = (who: string, on = '2026-06-16') => ({ on, who, task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意登载' } })

describe('an entry of the catalogue', () => {
  test('cd26-3.1.1: bus positions of 2026-06-15 without a duty or public service are refused, with “operation supervision of urban buses” they are taken', () => {
    expect(story().refusesOpening(opening({ duty: '' }), 'content-must-be-present', 'cd26-3.1.1').message).toContain('法定职责或者公共服务')
    story().refusesOpening(opening({ holder: '' }), 'content-must-be-present', 'cd26-3.1.1')
    const taken = story().open(opening({ duty: '城市公共汽车运营监管' }))
    expect([taken.status, taken.due('confirmation')]).toEqual(['submitted', '2026-06-23'])
  })

  test('cd26-5.1b: of 30 fields the two without a level are named one after the other; the entry stays out until both have one', () => {
    const thirty = (without: number[], change: JsonObject = {}) => ({ fields: Array.from({ length: 30 }, (_, index) => field(`f${index + 1}`, { ...(without.includes(index + 1) ? { grade: '' } : {}), ...change })) })
    const proposed = (change: JsonObject) => opening(change, {}, {}, '2026-06-17')
    expect(story().refusesOpening(proposed(thirty([7, 19])), 'content-must-be-present', 'cd26-5.1').message).toContain('第7行／级别')
    expect(story().refusesOpening(proposed(thirty([19])), 'content-must-be-present', 'cd26-5.1').message).toContain('第19行／级别')
    story().refusesOpening(proposed(thirty([], { category: '' })), 'content-must-be-present', 'cd26-5.1')
    story().refusesOpening(proposed({ ...thirty([]), category: '' }), 'content-must-be-present', 'cd26-5.1')
    story().refusesOpening(proposed({ ...thirty([]), grade: '' }), 'content-must-be-present', 'cd26-5.1')
    story().refusesOpening(proposed({ ...thirty([]), 'graded-by': '' }), 'content-must-be-present', 'cd26-5.1')
    expect(story().open(proposed(thirty([]))).status).toBe('submitted')
  })

  test('cd26-5.1b: core data are never proposed, neither as a whole nor in one field', () => {
    expect(story().refusesOpening(opening({ fields: [field('station'), field('line', { grade: 'core' })] }), 'core-data-must-not-be-authorized', 'cd26-5.1').details).toMatchObject({ row: 2, name: 'line' })
    story().refusesOpening(opening({ grade: 'core' }), 'core-data-must-not-be-authorized', 'cd26-5.1')
    expect(story().open(opening({ grade: '4' })).status).toBe('submitted')
  })

  plain.each(['state-secret', 'core-data', 'public-safety', 'social-stability'])('cd26-5.1c: a “yes” to %s blocks the entry', (risky) => {
    story().refusesOpening(opening({}, { [risky]: true }), 'risk-must-be-excluded', 'cd26-5.1')
  })

  test('cd26-5.1c: important data need an assessment and the data authority’s decision', () => {
    story().refusesOpening(opening({}, { 'important-data': true }), 'important-data-must-be-assessed', 'cd26-5.1')
    const assessed = { 'security-assessment': file('评估.pdf') }
    const opened = story().open(opening({}, { 'important-data': true }, assessed))
    expect(opened.open).toEqual(['important-data'])
    opened.refuses(confirm('manager'), 'step-must-be-open', 'cd26-7.2')
    const decide = (outcome: string) => ({ on: '2026-06-16', who: 'authority', task: 'important-data', outcome, contents: { 'important-data-opinion': '经研究的处理意见' } })
    opened.refuses({ ...decide('lift'), who: 'manager' }, 'actor-must-hold-office', 'cd26-5.1')
    expect(opened.act(decide('lift')).open).toEqual(['confirmation'])
    const blocked = story().open(opening({}, { 'important-data': true }, assessed)).act(decide('block'))
    expect([blocked.status, blocked.open]).toEqual(['blocked', []])
  })

  test('cd26-5.1c: every sensitive field is protected, and personal information is declared', () => {
    const id = (change: JsonObject = {}) => ({ personal: true, fields: [field('id-number', { sensitive: 'personal', ...change })] })
    story().refusesOpening(opening(id()), 'sensitive-field-must-be-protected', 'cd26-5.1')
    story().refusesOpening(opening({ fields: [field('route', { sensitive: 'trade-secret' })] }), 'sensitive-field-must-be-protected', 'cd26-5.1')
    story().refusesOpening(opening({ ...id({ protection: 'mask' }), personal: false }), 'personal-information-must-be-declared', 'cd26-5.1')
    story().refusesOpening(opening({ fields: [field('home', { sensitive: 'privacy', protection: 'mask' })], personal: false }), 'personal-information-must-be-declared', 'cd26-5.1')
    expect(story().open(opening(id({ protection: 'mask' }))).status).toBe('submitted')
  })

  test('cd26-5.2: data obtained by sharing enter the catalogue with the sharing provider’s consent', () => {
    story().refusesOpening(opening({ origin: 'shared' }), 'shared-data-must-have-consent', 'cd26-5.2')
    expect(story().open(opening({ origin: 'shared' }, {}, { 'sharing-consent': CONSENT })).status).toBe('submitted')
  })

  test('cd26-3.1.1: an entry is confirmed by another organisation, stands in the catalogue, and is its provider’s alone', () => {
    const told = story()
    const own = told.open({ ...opening(), who: 'manager-as-provider' })
    own.refuses(confirm('manager-as-provider'), 'confirmer-must-not-be-author', null)
    own.refuses(confirm('manager'), 'confirmer-must-not-be-provider', null)
    const opened = told.open(opening())
    opened.refuses(confirm('transport'), 'actor-must-hold-office', 'cd26-7.2')
    const back = { on: '2026-06-16', who: 'manager', task: 'confirmation', outcome: 'return', contents: { 'catalog-opinion': '请补充更新频率' } }
    opened.act(back)
    expect([opened.status, opened.open, opened.effects('notify').at(-1)]).toMatchObject(['returned', ['revision'], { to: ['data-provider'], text: '请补充更新频率' }])
    opened.refuses({ on: '2026-06-17', who: 'transport', task: 'revision', outcome: 'resubmit', contents: { 'catalog-entry': entry('bus-gps', { duty: '' }), 'risk-statement': risk() } }, 'content-must-be-present', 'cd26-3.1.1')
    opened.act({ on: '2026-06-17', who: 'transport', task: 'revision', outcome: 'resubmit', contents: { 'catalog-entry': entry('bus-gps'), 'risk-statement': risk() } }).act({ ...confirm('manager', '2026-06-18'), task: 'confirmation#2' })
    expect(told.world.registers['catalog']?.['bus-gps']).toMatchObject({ provider: 'transport-bureau', open: false, grade: '2', duty: '环境空气质量监测与信息发布' })
    expect([told.world.standings['catalog-entry/bus-gps'], opened.effects('notify').at(-1)]).toMatchObject(['granted', { to: ['data-provider', 'implementing-agency'], notice: '目录条目已登载' }])
    told.refusesOpening({ ...opening(), who: 'environment' }, 'entry-must-be-own', 'cd26-7.2')
  })
})

describe('the catalogue as a whole', () => {
  const fields = (names: string[]) => ({ fields: names.map((name) => field(name)) })
  const twenty = Array.from({ length: 20 }, (_, index) => `f${index + 1}`)
  const theirs = (own: number) => [...twenty.slice(0, own), ...Array.from({ length: 20 - own }, (_, index) => `own${index + 1}`)]
  const jinjiang = (names: string[]) => ({
    on: '2026-06-24', who: 'wuhou-data', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('jinjiang-enterprises', { title: '企业登记信息', ...fields(names) }), 'risk-statement': risk() },
  })

  test('cd26-7.2b: a district’s entry of 2026-06-24 with 18 of 20 fields of the Market Supervision Bureau’s opens one “duplicate?” task with both', () => {
    const told = story()
    listed(told, 'enterprises', 'market-bureau', { title: '企业登记信息', ...fields(twenty) }, {}, '2026-06-15')
    told.open(jinjiang(theirs(17)))
    expect([...told.cases.values()].filter((one) => one.state.procedure === 'catalog-overlap')).toEqual([])
    told.open(jinjiang(theirs(18)))
    const check = lastCase(told, 'catalog-overlap')
    expect([check.open, check.due('settle'), check.state.tasks[0]?.organization, check.effects('notify').at(-1)]).toMatchObject([['settle'], '2026-07-08', 'operation-office', { to: ['public-data-manager'] }])
    expect([check.state.contents['overlap-entry']?.value, check.state.contents['overlap-with']?.value, check.state.contents['overlap-fields']?.value]).toEqual(['jinjiang-enterprises', ['enterprises'], theirs(18)])
    expect(check.state.facts['others']).toMatchObject({ enterprises: { provider: 'market-supervision-bureau' } })
    const settle = (source: string) => ({ on: '2026-06-25', who: 'manager', task: 'settle', outcome: 'authoritative', contents: { 'overlap-opinion': '以市场监管部门的为准', 'authoritative-source': source } })
    check.refuses(settle('nothing'), 'authoritative-source-must-be-listed', 'cd26-7.2')
    check.refuses({ ...settle('enterprises'), who: 'authority' }, 'actor-must-hold-office', 'cd26-7.2')
    check.act(settle('enterprises'))
    expect([check.status, told.world.registers['catalog']?.['jinjiang-enterprises']]).toMatchObject(['settled', { 'authoritative-source': 'enterprises' }])
    told.open(jinjiang(twenty))
    const distinct = lastCase(told, 'catalog-overlap').act({ on: '2026-06-25', who: 'manager', task: 'settle', outcome: 'distinct', contents: { 'overlap-opinion': '统计口径不同，分别保留' } })
    expect(distinct.status).toBe('settled')
  })

  test('cd26-7.4a: guidance of 2026-07-06 to two hospitals is one task each, due on 07-20, and the Health Commission sees who has answered', () => {
    const told = story()
    const guide = (due: string, who = 'health') => ({
      on: '2026-07-06', who, procedure: 'sector-guidance',
      contents: { 'sector-guidance': { entries: ['beds-one', 'beds-two', 'visits-one', 'visits-two', 'drugs-one', 'drugs-two'], matter: '请补充6项资源的更新频率', due, units: [{ organization: 'first-hospital', name: '市第一医院' }, { organization: 'second-hospital', name: '市第二医院' }] } },
    })
    told.refusesOpening(guide('2026-07-06'), 'guidance-must-be-due-later', null)
    told.refusesOpening(guide('2026-07-20', 'manager'), 'actor-must-hold-office', 'cd26-7.4')
    const sent = told.open(guide('2026-07-20'))
    const [one, two] = ['answer@units=first-hospital', 'answer@units=second-hospital']
    expect([sent.open, sent.due(one), sent.due(two)]).toEqual([[one, two], '2026-07-20', '2026-07-20'])
    const answer = (who: string, task: string, on = '2026-07-20') => ({ on, who, task, outcome: 'answered', contents: { 'sector-guidance-answer': '已补充更新频率' } })
    sent.refuses(answer('hospital-two', one), 'actor-must-be-concerned-organization', 'cd26-7.4')
    sent.act(answer('hospital-one', one))
    expect([sent.open, sent.effects('notify').at(-1)]).toMatchObject([[two], { to: ['sector-authority'], notice: '指导意见已落实' }])
    sent.time('2026-07-20')
    expect(sent.effects('notify').some((notice) => notice['notice'] === '逾期提示')).toBe(false)
    sent.time('2026-07-21')
    expect(sent.effects('notify').at(-1)).toMatchObject({ notice: '逾期提示', task: two })
    expect(sent.act(answer('hospital-two', two, '2026-07-21')).status).toBe('answered')
  })

  test('cd26-26.1d: a field of level 4 is not mounted on 2026-09-08 in a workspace approved up to level 3, unless removed or masked', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'bus-lines': 'transport-bureau' })
    listed(told, 'bus-lines', 'transport', { grade: '4', fields: [field('line'), field('card', { grade: '4' })] })
    const mount = (grade: string, change: JsonObject = {}, who = 'operator') => ({ on: '2026-09-08', who, procedure: 'zone-mount', links: { agreement: agreed }, contents: { 'mount-request': { entry: 'bus-lines', workspace: '出行分析空间', grade, ...change } } })
    const refusal = told.refusesOpening(mount('3'), 'field-grade-must-fit-workspace', 'cd26-26.1')
    expect([refusal.message, refusal.details]).toMatchObject(['字段“card”为4级，高于作业空间核准的3级。', { row: 2 }])
    told.refusesOpening(mount('3', { treated: ['line'] }), 'field-grade-must-fit-workspace', 'cd26-26.1')
    told.refusesOpening(mount('4', { entry: 'nothing' }), 'entry-must-be-catalogued', 'cd26-26.1')
    told.refusesOpening(mount('4', {}, 'stranger'), 'party-must-be-the-same', 'cd26-21.1')
    const masked = told.open(mount('3', { treated: ['card'] }))
    expect([masked.status, told.world.registers['mounts']?.[masked.id]]).toMatchObject(['mounted', { entry: 'bus-lines', grade: '3', treated: ['card'], 'mounted-on': '2026-09-08', operator: 'tianfu-data' }])
    expect(told.open(mount('4')).status).toBe('mounted')
  })

  test('cd26-26.1d: so does core data’s level stand above every workspace', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'bus-lines': 'transport-bureau' })
    listed(told, 'bus-lines', 'transport', { fields: [field('line', { grade: '1' })] })
    const mount = (grade: string) => ({ on: '2026-09-08', who: 'operator', procedure: 'zone-mount', links: { agreement: agreed }, contents: { 'mount-request': { entry: 'bus-lines', workspace: '出行分析空间', grade } } })
    expect(told.open(mount('1')).status).toBe('mounted')
    told.refusesOpening(mount('core'), 'content-must-be-typed', 'cd26-26.1')
  })
})
