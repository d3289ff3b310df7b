import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import { dutyOpenings } from '#core/procedure/duty-openings.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { ASSESSED, agreement, decision, file } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, last, late } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const evaluation = (told: Story, under: StoryCase, year: number, more: Record<string, JsonObject[]> = {}, on = `${year + 1}-01-11`) =>
  told.open({ on, who: 'drafter', procedure: 'operator-evaluation', links: { agreement: under }, contents: { 'period-from': `${year}-01-01`, 'period-to': `${year}-12-31`, ...more } })
const ITEMS = ASSESSED.map(({ item }): JsonObject => ({ item: item ?? '', value: '100', judgement: '达到目标' }))
const graded = (year: number, grade: string, items: JsonObject[] = ITEMS, serious = false, who = 'director') => ({
  on: `${year + 1}-03-15`, who, task: 'assess', outcome: grade === 'unqualified' ? 'failed' : 'graded',
  contents: { 'evaluation-items': items, 'evaluation-grade': { grade, reason: '综合评价', 'serious-incident': serious } },
})

describe('the yearly assessment', () => {
  test('xa25-31.1a: on the first working day 2026-01-04 an assessment of 2025 opens for each of two agreements, due on 2026-03-31', () => {
    const duty = law.pack.duties['yearly-operator-evaluation']
    if (!duty) throw new Error('the pack has no yearly assessment')
    const rows = ['a1', 'a2'].map((id) => ({ id, since: legalDate('2025-12-25'), value: {} }))
    const on = (day: string) => dutyOpenings(duty, law, rows, legalDate(day)).map(({ links, opensOn, to }) => ({ links, opensOn, to }))
    expect(on('2026-01-03')).toEqual([])
    expect(on('2026-01-04')).toEqual(['a1', 'a2'].map((id) => ({ links: { agreement: id }, opensOn: '2026-01-04', to: '2025-12-31' })))
    const told = story()
    const under = inForce(told)
    told.refusesOpening({ on: '2026-12-31', who: 'platform', procedure: 'operator-evaluation', links: { agreement: under }, contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } }, 'period-must-have-ended', 'xa25-31.1')
    const open = told.open({ on: '2026-01-04', who: 'platform', procedure: 'operator-evaluation', links: { agreement: under }, contents: { 'period-from': '2025-12-25', 'period-to': '2025-12-31' } })
    expect([open.due('assess'), open.state.tasks.find((one) => one.step === 'assess')?.organization]).toEqual(['2026-03-31', 'data-bureau'])
    expect(late(open.time('2026-03-31'))).toEqual([])
    expect(late(open.time('2026-04-01'))).toMatchObject([{ to: ['data-authority'], task: 'assess' }])
  })

  test('xa25-31.1b: of nine items of material due on 2026-02-14 the ninth is overdue on 2026-02-24, and each carries a declaration', () => {
    const told = story()
    const list = Array.from({ length: 9 }, (_, index) => ({ item: `资料${index + 1}`, due: '2026-02-14' }))
    const open = evaluation(told, inForce(told), 2025, { 'material-list': list }, '2026-01-04')
    const give = (item: string, truthful = true) => ({ on: '2026-02-13', who: 'operator', task: `material-item@material-list=${item}`, outcome: 'given', contents: { 'material-item': { file: file('资料.zip'), truthful, 'declared-by': '李明' } } })
    open.refuses(give('资料1', false), 'material-must-be-declared-true', 'xa25-31.1')
    for (const { item } of list.slice(0, 8)) open.act(give(item))
    expect(late(open.time('2026-02-14'))).toEqual([])
    expect(late(open.time('2026-02-24'))).toMatchObject([{ task: 'material-item@material-list=资料9', to: ['operator', 'implementing-agency'] }])
  })

  test('xa25-31.1c: two incidents on record and one reported on 2026-02-13 hold the grade until the answer or five working days', () => {
    const told = story()
    const open = evaluation(told, inForce(told), 2025, {}, '2026-01-04')
    const conceal = { on: '2026-02-13', who: 'drafter', procedure: 'concealment', links: { evaluation: open }, contents: { concealment: { kind: 'understatement', reported: '1起安全事件', recorded: '2起安全事件', evidence: file('记录.pdf') } } }
    const opened = told.open(conceal)
    expect([opened.due('answer'), told.world.registers['concealments']?.[open.id]]).toMatchObject(['2026-02-27', { kind: 'understatement', state: 'open', reported: '1起安全事件' }])
    open.refuses({ ...graded(2025, 'qualified'), on: '2026-02-27' }, 'concealment-must-be-answered-first', 'xa25-31.1')
    expect(opened.time('2026-02-27').status).toBe('open')
    expect(opened.time('2026-02-28').status).toBe('silent')
    expect(open.act({ ...graded(2025, 'qualified'), on: '2026-02-28' }).status).toBe('reporting')
    const other = story()
    const second = evaluation(other, inForce(other), 2025, {}, '2026-01-04')
    other.open({ ...conceal, links: { evaluation: second } }).act({ on: '2026-02-24', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'concealment-answer': '漏报一起' } })
    expect([second.act({ ...graded(2025, 'qualified'), on: '2026-02-24' }).status, other.world.registers['concealments']?.[second.id]]).toMatchObject(['reporting', { state: 'answered', answer: '漏报一起' }])
  })

  const refuses = (items: JsonObject[], code: string, provision: string) => {
    const told = story()
    const open = evaluation(told, inForce(told), 2026)
    open.refuses({ ...graded(2026, 'qualified', items), on: '2027-01-11' }, code, provision)
    open.refuses({ ...graded(2026, 'unqualified', items), on: '2027-01-11' }, code, provision)
    return open
  }
  const without = (item: string) => ITEMS.filter((one) => one['item'] !== item)
  const unjudged = (item: string, value: string) => ITEMS.map((one) => (one['item'] === item ? { item, value } : one))

  test('xa25-31.1.1: item 1 with 14 refused reads and 2 late steps is not closed without a judgement', () => {
    refuses(without('regularity'), 'four-contents-must-be-assessed', 'xa25-31.1.1')
    refuses(unjudged('regularity', '拒绝14次，逾期2次'), 'item-must-be-judged', 'xa25-31.1.1')
  })

  test('xa25-31.1.2: item 2 with 17 met, 2 late and 1 open milestones is not left out', () => {
    refuses(without('performance'), 'four-contents-must-be-assessed', 'xa25-31.1.2')
    refuses(unjudged('performance', '按期17项，逾期2项，未完成1项'), 'item-must-be-judged', 'xa25-31.1.2')
  })

  test('xa25-31.1.3: a serious incident of the year excludes the grade excellent', () => {
    const open = refuses(without('security'), 'four-contents-must-be-assessed', 'xa25-31.1.3')
    refuses(unjudged('security', '重大事件1起'), 'item-must-be-judged', 'xa25-31.1.3')
    open.refuses(graded(2026, 'excellent', ITEMS, true), 'excellent-must-be-without-serious-incident', 'xa25-31.1.3')
    expect(open.act(graded(2026, 'qualified', ITEMS, true)).status).toBe('reporting')
  })

  test('xa25-31.1.4: item 4 with 8 of 10 products is not left out', () => {
    refuses(without('results'), 'four-contents-must-be-assessed', 'xa25-31.1.4')
    refuses(unjudged('results', '在用产品8个，目标10个'), 'item-must-be-judged', 'xa25-31.1.4')
  })

  test('xa25-12.1.8b: an item with neither value nor reason is not closed on 2027-02-01', () => {
    const open = refuses([...without('results'), { item: 'results' }], 'item-must-have-value-or-reason', 'xa25-12.1.8')
    expect(open.act({ ...graded(2026, 'qualified'), on: '2027-02-01' }).open).toEqual(['report'])
  })

  test('xa25-31.2a: “良好” is refused on 2027-03-15, the three grades are taken', () => {
    for (const grade of ['excellent', 'qualified', 'unqualified']) {
      const told = story()
      const open = evaluation(told, inForce(told), 2026)
      open.refuses(graded(2026, '良好'), 'content-must-be-typed', 'xa25-31.2')
      open.refuses({ ...graded(2026, 'qualified'), contents: { 'evaluation-items': ITEMS } }, 'content-must-be-present', 'xa25-31.2')
      open.refuses({ ...graded(2026, grade === 'unqualified' ? 'qualified' : grade), outcome: 'failed' }, 'grade-must-agree-with-outcome', 'xa25-31.2')
      open.act(graded(2026, grade))
      expect(Object.values(told.world.registers['evaluations'] ?? {})).toMatchObject([{ grade, year: '2026-12-31', operator: 'qin-data' }])
    }
  })

  test('xa25-31.2b: final on 2027-03-15, received by the other desk on 2027-03-16; before that it is not public', () => {
    const told = story()
    const open = evaluation(told, inForce(told), 2026).act(graded(2026, 'qualified', ITEMS, false, 'drafter'))
    const receive = (who: string) => ({ on: '2027-03-16', who, task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收1号', date: '2027-03-16' } } })
    open.refuses(receive('drafter'), 'receiver-must-not-be-assessor', null)
    open.refuses({ on: '2027-03-16', who: 'drafter', task: 'publish', outcome: 'published', contents: {} }, 'step-must-be-open', 'xa25-12.1.8')
    expect([open.act(receive('authority')).open, open.state.conclusions.at(-1)?.date]).toEqual([['publish'], '2027-03-16'])
  })

  test('xa25-12.1.8c: reported on 2026-03-30, the grade is due to be public by 2026-04-14 with year and date', () => {
    const told = story()
    const open = evaluation(told, inForce(told), 2025, {}, '2026-01-04').act({ ...graded(2025, 'excellent'), on: '2026-03-30' })
      .act({ on: '2026-03-30', who: 'authority', task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收1号', date: '2026-03-30' } } })
    expect(open.due('publish')).toBe('2026-04-14')
    expect(late(open.time('2026-04-15'))).toHaveLength(1)
    open.act({ on: '2026-04-15', who: 'drafter', task: 'publish', outcome: 'published', contents: { 'publication-record': { address: 'https://www.example.cn/1', date: '2026-04-15' } } })
    expect([open.effects('publish'), open.lateness('publish')]).toMatchObject([[{ kind: 'evaluation', grade: 'excellent' }], 1])
    expect(Object.values(told.world.registers['evaluations'] ?? {})).toMatchObject([{ year: '2025-12-31', grade: 'excellent', published: '2026-04-15' }])
  })

  test('xa25-32.3.5: 不合格 for 2026 and 2027 opens the check on 2028-03-15; 不合格, 合格, 不合格 does not', () => {
    const told = story()
    const under = inForce(told)
    const claim = (on: string) => ({ on, who: 'drafter', task: 'propose-termination', outcome: 'propose', contents: { 'termination-proposal': [{ ground: 'unqualified-twice', facts: '连续两次不合格', evidence: file('结果.pdf') }] } })
    expect(evaluation(told, under, 2026).act(graded(2026, 'unqualified')).open).toEqual(['report'])
    under.refuses(claim('2027-03-20'), 'evaluation-must-have-failed-twice', 'xa25-32.3.5')
    const second = evaluation(told, under, 2027).act(graded(2027, 'unqualified'))
    expect([second.open, second.state.tasks.find((one) => one.step === 'consider')?.opened_on]).toEqual([['consider', 'report'], '2028-03-15'])
    expect(under.act(claim('2028-03-20')).open).toContain('hear')
    const other = story()
    const kept = inForce(other)
    const grades = [[2026, 'unqualified'], [2027, 'qualified'], [2028, 'unqualified']] as const
    for (const [year, grade] of grades) expect(evaluation(other, kept, year).act(graded(year, grade)).open).toEqual(['report'])
    kept.refuses(claim('2029-03-20'), 'evaluation-must-have-failed-twice', 'xa25-32.3.5')
  })

  test('xa25-31.2c: after 合格 and 不合格 a new agreement with the same operator needs a statement and the data authority’s confirmation', () => {
    const told = story()
    const under = inForce(told)
    for (const [year, grade] of [[2025, 'qualified'], [2026, 'unqualified']] as const) evaluation(told, under, year).act(graded(year, grade))
    expect(told.world.registers['operator-grades']?.['qin-data']).toMatchObject({ grade: 'unqualified', year: '2026-12-31' })
    const next = told.open({ on: '2027-05-10', who: 'drafter', procedure: 'operation-agreement', links: { plan: last(told, 'implementation-plan'), draft: last(told, 'agreement-draft'), selection: last(told, 'operator-selection') }, contents: { 'case-name': '新的授权运营协议' } })
      .act({ on: '2027-05-10', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement() } })
    const decide = (more: Record<string, string>) => ({ on: '2027-05-10', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2027-05-10'), ...more } })
    next.refuses(decide({}), 'grades-must-be-considered', 'xa25-31.2')
    next.refuses(decide({ 'grade-statement': '已经整改到位' }), 'continuing-must-be-confirmed', 'xa25-31.2')
    expect(next.act(decide({ 'grade-statement': '已经整改到位', 'grade-confirmation': '市数据局确认' })).status).toBe('signing')
  })

  test('xa25-12.1.7c: the mechanism version 1 of 2026-01-30 holds the disclosure and assessment dates of each agreement', () => {
    const told = story()
    const calendar = [{ item: '年度披露', agreement: '授权运营协议', date: '2027-03-31' }, { item: '年度考核', agreement: '授权运营协议', date: '2027-03-31' }]
    const mechanism = told.open({ on: '2026-01-30', who: 'drafter', procedure: 'agency-document', contents: { 'rule-document': { kind: 'evaluation', name: '评估和披露机制', version: 1, effective: '2026-01-30', document: file('机制.pdf'), calendar } } })
      .act({ on: '2026-01-30', who: 'drafter', task: 'issue', outcome: 'issued' })
    expect([told.world.registers['documents']?.[mechanism.id], mechanism.effects('publish')]).toMatchObject([{ kind: 'evaluation', version: 1, calendar }, [{ kind: 'rule-document', version: 1 }]])
  })
})

describe('the evaluation of supply', () => {
  const sheet = (provider: string, change: JsonObject = {}): JsonObject => ({ provider, entries: 12, categories: 5, 'entry-list': Array.from({ length: 12 }, (_, index) => `资源${index + 1}`), 'use-list': [...Array.from({ length: 7 }, (_, index) => `场景${index + 1}`), ...Array.from({ length: 4 }, (_, index) => `产品${index + 1}`)], problems: 6, repaired: 5, months: Array.from({ length: 12 }, (_, index) => `${index + 1}月：99`), scenarios: 7, products: 4, calls: 25000, sharing: '按来源资源平均分摊', ...change })
  const opened = (told: Story, on = '2027-01-04') => told.open({ on, who: 'platform', procedure: 'supply-evaluation', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
  const prepared = (sheets: JsonObject[], more: Record<string, JsonObject> = {}) => ({ on: '2027-01-11', who: 'authority', task: 'sheets', outcome: 'ready', contents: { 'supply-sheets': sheets, ...more } })
  const shown = (told: Story) => {
    opened(told).act(prepared([sheet('parking-centre'), sheet('metro-company')]))
    return told.world.registers['supply-sheets']?.['parking-centre']
  }

  test('xa25-33.1a: a weight changed on 2026-09-08 counts from the next period; the evaluation of 2026 uses version 1', () => {
    const told = story()
    const weights = (kinds: number) => [{ dimension: 'kinds', weight: kinds }, { dimension: 'quality', weight: 100 - kinds }]
    const issue = (version: number, effective: string, on: string, kinds: number, links: Record<string, StoryCase> = {}) =>
      told.open({ on, who: 'authority', procedure: 'authority-document', links, contents: { 'rule-document': { kind: 'incentive', name: '数据供给激励机制', version, effective, document: file('机制.pdf'), weights: weights(kinds) } } }).act({ on, who: 'authority', task: 'issue', outcome: 'issued' })
    const first = issue(1, '2026-01-30', '2026-01-30', 40)
    const second = issue(2, '2027-01-01', '2026-09-08', 60, { replaces: first })
    expect(told.world.registers['documents']).toMatchObject({ [first.id]: { version: 1, until: '2027-01-01', weights: weights(40) }, [second.id]: { version: 2, effective: '2027-01-01', weights: weights(60) } })
  })

  test('xa25-33.1b: the period that ends on 2026-12-31 opens 30 sheets with four dimensions on 2027-01-04', () => {
    expect(law.pack.duties['yearly-supply-evaluation']).toMatchObject({ opens: 'supply-evaluation', every: { unit: 'year', month_day: '01-01' } })
    const told = story()
    told.refusesOpening({ on: '2026-12-31', who: 'platform', procedure: 'supply-evaluation', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } }, 'period-must-have-ended', 'xa25-33.1')
    const open = opened(told)
    expect([open.open, open.state.tasks[0]?.organization]).toEqual([['sheets'], 'data-bureau'])
    const providers = Array.from({ length: 30 }, (_, index) => `unit-${index + 1}`)
    for (const missing of ['entries', 'problems', 'scenarios', 'calls']) {
      const { [missing]: _missing, ...lacking } = sheet('unit-1')
      open.refuses(prepared([lacking]), 'content-must-be-present', 'xa25-33.1')
    }
    open.act({ ...prepared(providers.map((one) => sheet(one))), on: '2027-01-04' })
    expect([open.open.length, Object.keys(told.world.registers['supply-sheets'] ?? {}).length]).toEqual([30, 30])
    open.time('2027-02-01').act({ on: '2027-02-02', who: 'authority', task: 'finalize', outcome: 'final', contents: { 'supply-result': '评估结果良好' } })
    expect(told.world.registers['supply-sheets']?.['unit-30']).toMatchObject({ result: '评估结果良好', 'final-on': '2027-02-02' })
  })

  test('xa25-33.1c: opened on 2027-01-11, dimension 1 shows 12 entries of 5 categories with the list', () => {
    const kept = shown(story())
    expect([kept, kept?.['entry-list']]).toMatchObject([{ entries: 12, categories: 5 }, Array.from({ length: 12 }, (_, index) => `资源${index + 1}`)])
  })

  test('xa25-33.1d: dimension 2 shows 6 confirmed problems, 5 repaired in time, and twelve monthly values', () => {
    const told = story()
    expect(shown(told)).toMatchObject({ problems: 6, repaired: 5 })
    expect(told.world.registers['supply-sheets']?.['parking-centre']?.['months']).toHaveLength(12)
    opened(told).refuses(prepared([sheet('parking-centre', { repaired: 7 })]), 'repaired-must-not-exceed-problems', 'xa25-33.1')
  })

  test('xa25-33.1e: opened on 2027-01-11, dimension 3 shows 7 scenarios and 4 products by name', () => {
    const kept = shown(story())
    expect([kept, kept?.['use-list']]).toMatchObject([{ scenarios: 7, products: 4 }, ['场景1', '场景2', '场景3', '场景4', '场景5', '场景6', '场景7', '产品1', '产品2', '产品3', '产品4']])
  })

  test('xa25-33.1f: 50,000 calls on a product of two providers are 25,000 each, with the rule of sharing', () => {
    const told = story()
    const total = { 'effect-total': { product: '停车指数', calls: 50000 } }
    opened(told).refuses(prepared([sheet('parking-centre'), sheet('metro-company', { calls: 30000 })], total), 'effect-must-be-shared-out-whole', 'xa25-33.1')
    opened(told).act(prepared([sheet('parking-centre'), sheet('metro-company')], total))
    expect(told.world.registers['supply-sheets']).toMatchObject({ 'parking-centre': { calls: 25000, sharing: '按来源资源平均分摊' }, 'metro-company': { calls: 25000 } })
  })

  test('xa25-33.1g: an approval of 2027-06-08 without a reference to the result asks for it or a reason, and keeps the answer', () => {
    const told = story()
    const result = opened(told).act(prepared([sheet('parking-centre')]))
      .act({ on: '2027-01-12', who: 'parking', task: 'comment', outcome: 'commented', contents: { 'supply-comment': '无异议' } })
      .act({ on: '2027-01-13', who: 'authority', task: 'finalize', outcome: 'final', contents: { 'supply-result': '评估结果良好' } })
    const approve = (change: JsonObject) => ({ on: '2027-06-08', who: 'authority', procedure: 'project-approval', contents: { 'project-approval': { name: '停车平台二期', provider: 'parking-centre', kind: 'project', ...change } } })
    told.refusesOpening(approve({}), 'evaluation-must-be-referred-to', 'xa25-33.1')
    told.refusesOpening(approve({ reference: '别的事项' }), 'reference-must-be-the-final-result', 'xa25-33.1')
    for (const [change, kept] of [[{ reference: result.id }, { reference: result.id }], [{ 'no-reference-because': '首次申请，没有评估结果' }, { because: '首次申请，没有评估结果' }]] as const) {
      const open = told.open(approve(change)).act({ on: '2027-06-09', who: 'authority', task: 'decide', outcome: 'decided', contents: { 'approval-note': '同意立项' } })
      expect(told.world.registers['project-approvals']?.[open.id]).toMatchObject({ provider: 'parking-centre', note: '同意立项', ...kept })
    }
  })
})
