import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { asked, contactNamed, entry, handedIn, item, lateTold, list, listed, opined, opinion, passedOn, running, story } from '#tests/support/chengdu-2020-story.ts'
import { Story } from '#tests/support/story.ts'

describe('the catalogue and the list of demands', () => {
  const opening = (items: JsonObject[], change: JsonObject = {}, who = 'operator') => ({ on: '2026-02-02', who, procedure: 'demand-list', contents: { 'demand-list': list(items, change) } })
  const prepared = () => {
    const told = story()
    running(told)
    listed(told, 'buses')
    return told
  }

  test('cd20-2.1a: holds data of departments only, of any kind', () => {
    const from = (change: JsonObject) => ({ on: '2026-01-12', who: 'transport', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('buses', change) } })
    story().refusesOpening(from({ body: 'enterprise' }), 'public-data-must-come-from-a-department', 'cd20-2.1')
    expect(story().open(from({ kind: 'video' })).status).toBe('submitted')
  })

  test('cd20-7.1b cd20-10.1c: holds no entry or field without its level', () => {
    const from = (change: JsonObject) => ({ on: '2026-01-12', who: 'transport', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('buses', change) } })
    story().refusesOpening(from({ level: null }), 'content-must-be-present', 'cd20-10.1')
    const bare = ['line', 'hour'].map((name) => ({ name, sensitive: false }))
    expect(story().refusesOpening(from({ fields: bare }), 'content-must-be-present', 'cd20-7.1').message).toContain('第1行／级别')
    expect(story().open(from({})).status).toBe('submitted')
  })

  test.each([
    ['cd20-11.1c', { fields: [] }], ['cd20-11.1d', { form: '' }], ['cd20-11.1e', { scenario: '各种用途' }],
  ])('%s: a demand with %j does not enter the list', (_id, change) => {
    const told = prepared()
    const code = 'scenario' in change || 'fields' in change ? 'content-must-be-typed' : 'content-must-be-present'
    told.refusesOpening(opening([item('buses', change)]), code, 'cd20-11.1')
    expect(told.open(opening([item('buses')])).status).toBe('collecting')
  })

  test('cd20-2.1b: comes from the authorised operator alone', () => {
    const told = story()
    listed(told, 'buses')
    told.refusesOpening({ ...opening([item('buses')], {}, 'stranger'), on: '2026-01-12' }, 'operator-must-be-authorized-by-government', 'cd20-2.1')
    running(told)
    told.refusesOpening(opening([item('buses')], {}, 'stranger'), 'operator-must-be-authorized-by-government', 'cd20-2.1')
    expect(told.open(opening([item('buses')])).status).toBe('collecting')
  })

  test('cd20-4.2a: nine demands of new-economy firms go to their office, and its guidance of 2026-01-28 is answered before the list is closed', () => {
    const told = story()
    const codes = Array.from({ length: 9 }, (_one, index) => `data-${index + 1}`)
    for (const code of codes) listed(told, code)
    running(told)
    const items = codes.map((code) => item(code, { 'new-economy': true }))
    told.refusesOpening(opening(items), 'new-economy-demands-must-be-declared', 'cd20-4.2')
    const opened = told.open({ ...opening(items, { 'has-new-economy': true }), on: '2026-01-27' })
    expect([opened.open, opened.state.tasks[0]?.organization]).toEqual([['guide'], 'new-economy'])
    opened.act({ on: '2026-01-28', who: 'industry', task: 'guide', outcome: 'guidance', contents: { 'industry-guidance': '补充应用成效说明' } })
    opened.refuses({ on: '2026-02-02', who: 'operator', task: 'close', outcome: 'closed' }, 'guidance-must-be-answered', 'cd20-4.2')
    expect(opened.act({ on: '2026-02-02', who: 'operator', task: 'close', outcome: 'closed', contents: { 'guidance-answer': '已补充成效说明' } }).status).toBe('closed')
  })

  test('cd20-11.1a: a wish filed on 2026-01-26 has its number, and the operator the task to sort it', () => {
    const told = story()
    told.refusesOpening({ on: '2026-01-26', who: 'user', procedure: 'demand-wish', contents: { 'demand-wish': { operator: 'city-data', text: '' } } }, 'content-must-be-present', 'cd20-11.1')
    const wish = told.open({ on: '2026-01-26', who: 'user', procedure: 'demand-wish', contents: { 'demand-wish': { operator: 'city-data', text: '需要公交客流数据' } } })
    expect(wish.state.number).toContain('需求收集')
    expect(wish.effects('notify')).toMatchObject([{ to: ['developer'], notice: '需求已经收到', text: wish.state.number }])
    expect([wish.open, wish.state.tasks[0]?.organization, wish.due('sort')]).toEqual([['sort'], 'city-data', '2026-02-26'])
    expect(wish.act({ on: '2026-02-02', who: 'operator', task: 'sort', outcome: 'listed', contents: { 'wish-outcome': '列入2026年第一期清单' } }).status).toBe('answered')
  })

  test('cd20-11.1b: fourteen wishes of January 2026 stand to be sorted on 2026-02-02, the oldest first due', () => {
    const told = story()
    const wishes = Array.from({ length: 14 }, (_one, index) => told.open({ on: `2026-01-${String(index + 12).padStart(2, '0')}`, who: 'user', procedure: 'demand-wish', contents: { 'demand-wish': { operator: 'city-data', text: `需要第${index + 1}类数据` } } }))
    const waiting = wishes.map((wish) => wish.time('2026-02-02')).filter((wish) => wish.open.includes('sort'))
    expect(waiting).toHaveLength(14)
    expect(waiting.map((wish) => wish.due('sort')).toSorted()[0]).toBe(waiting[0]?.due('sort'))
    expect(lateTold(waiting[0]?.time('2026-02-12') ?? told.open(opening([])))).toEqual([])
    expect(lateTold(waiting[0]?.time('2026-02-13') ?? told.open(opening([])))).toMatchObject([{ step: 'sort', told: ['data-authority'] }])
  })

  test('cd20-11.1f: a list with a demand that failed its review of feasibility is not closed on 2026-02-05, and the demand is named', () => {
    const told = prepared()
    const opened = told.open(opening([item('buses', { feasibility: 'failed' })]))
    told.refusesOpening(opening([item('buses', { feasibility: '' })]), 'content-must-be-present', 'cd20-11.1')
    const close = { on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' }
    expect(opened.refuses(close, 'demand-must-be-reasonable-and-feasible', 'cd20-11.1').message).toContain('buses')
    opened.refuses({ ...close, contents: { 'demand-list': list([item('buses', { reason: 'failed' })]) } }, 'demand-must-be-reasonable-and-feasible', 'cd20-11.1')
    expect(opened.act({ ...close, contents: { 'demand-list': list([item('buses')]) } }).open).toEqual(['submit'])
  })

  const codes = (count: number, from = 0) => Array.from({ length: count }, (_one, index) => `data-${from + index + 1}`)
  const collected = (told: Story, all: readonly string[]) => {
    for (const code of all) listed(told, code)
    running(told)
    return told.open(opening(all.map((code) => item(code)))).act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' })
  }

  test('cd20-11.1g: the list closed on 2026-02-05 has its number and holds its twelve demands locked', () => {
    const told = story()
    const opened = collected(told, codes(12))
    expect(opened.state.contents['demand-list']?.value).toMatchObject({ number: '2026-01号' })
    expect(opened.state.contents['demand-list']?.value).toHaveProperty('items.length', 12)
    opened.refuses({ on: '2026-02-05', who: 'operator', task: 'submit', outcome: 'submitted', contents: { 'demand-list': list([item('data-1')]) } }, 'content-must-be-declared', 'cd20-12.1')
  })

  test('cd20-12.1a cd20-12.1b: handed in on 2026-02-06, the receipt bears that day and the re-check is due on 2026-02-27; nothing is re-checked outside a list', () => {
    const told = story()
    const opened = collected(told, codes(2))
    opened.refuses({ on: '2026-02-06', who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': [{ entry: 'data-1', result: 'pass' }] } }, 'step-must-be-open', 'cd20-12.1')
    opened.act({ on: '2026-02-06', who: 'operator', task: 'submit', outcome: 'submitted' })
    expect(opened.state.conclusions.at(-1)).toMatchObject({ step: 'submit', date: '2026-02-06' })
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], notice: '收到需求清单', text: '2026-01号' })
    expect(opened.due('recheck')).toBe('2026-02-27')
    expect(lateTold(opened.time('2026-02-27'))).toEqual([])
    expect(lateTold(opened.time('2026-02-28'))).toEqual([{ step: 'recheck', on: '2026-02-28', told: ['data-authority'] }])
  })

  test('cd20-12.1c: ten of twelve passed on 2026-02-27 go to the departments; on the other two nobody gives an opinion', () => {
    const told = story()
    for (const who of ['transport', 'health']) contactNamed(told, who)
    for (const code of codes(6)) listed(told, code)
    for (const code of codes(6, 6)) listed(told, code, 'health')
    running(told)
    const all = codes(12)
    const opened = told.open(opening(all.map((code) => item(code)))).act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' }).act({ on: '2026-02-06', who: 'operator', task: 'submit', outcome: 'submitted' })
    const results = (rows: JsonObject[]) => ({ on: '2026-02-27', who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': rows } })
    const passed = all.slice(0, 10).map((code) => ({ entry: code, result: 'pass' }))
    opened.refuses(results(passed), 'every-item-must-be-rechecked', 'cd20-12.1')
    opened.refuses(results([...passed, ...codes(2, 10).map((code) => ({ entry: code, result: 'return' }))]), 'return-must-be-explained', null)
    opened.refuses(results([...passed, { entry: 'data-99', result: 'pass' }]), 'recheck-must-be-of-the-list', 'cd20-12.1')
    opened.act(results([...passed, ...codes(2, 10).map((code) => ({ entry: code, result: 'return', note: '场景不明确' }))]))
    expect(opened.state.tasks.map((task) => task.branch[0]?.rows.length)).toEqual([6, 4])
    const given = (rows: JsonObject[]) => ({ on: '2026-03-02', who: 'health', task: 'opinion@providers=health-commission', outcome: 'given', contents: { opinions: rows } })
    expect(opened.refuses(given(codes(5, 6).map((code) => opinion(code))), 'opinion-must-be-on-own-items', 'cd20-12.1').message).toContain('data-11')
  })

  test('cd20-4.4a: of twenty items of which six concern the Transport Bureau, its task of 2026-03-27 holds these six only', () => {
    const told = story()
    const opened = passedOn(told, [...codes(6).map((code) => [code, 'transport'] as const), ...codes(14, 6).map((code) => [code, 'health'] as const)], '2026-03-27')
    expect(opened.open).toEqual(['opinion@providers=health-commission', 'opinion@providers=transport-bureau'])
    const task = opened.state.tasks.find((one) => one.organization === 'transport-bureau')
    expect(task?.branch[0]?.rows.map((row) => row['entry'])).toEqual(codes(6))
  })

  test('cd20-13.2b: of a list handed in on 2026-02-06 three generally open data are authorised on that day, and the conditionally open one goes to the re-check', () => {
    const told = story()
    const openData = ['open-1', 'open-2', 'open-3']
    for (const code of openData) listed(told, code, 'transport', { openness: 'general' })
    listed(told, 'open-4', 'transport', { openness: 'conditional' })
    running(told)
    const opened = told.open(opening([...openData, 'open-4'].map((code) => item(code)))).act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' }).act({ on: '2026-02-06', who: 'operator', task: 'submit', outcome: 'submitted' })
    expect([opened.open, [...openData, 'open-4'].map((code) => told.world.standings[`opinion/${code}`])]).toEqual([['recheck'], ['granted', 'granted', 'granted', undefined]])
    expect(openData.map((code) => told.world.registers['opinions']?.[code]?.['authorized-on'])).toEqual(['2026-02-06', '2026-02-06', '2026-02-06'])
    opened.act({ on: '2026-02-09', who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': [{ entry: 'open-4', result: 'return', note: '场景不明确' }] } })
    expect(opened.open).toEqual([])
  })
})

describe('the opinion of a department', () => {
  const give = (rows: JsonObject[]) => ({ on: '2026-04-09', who: 'transport', task: 'opinion@providers=transport-bureau', outcome: 'given', contents: { opinions: rows } })

  test('cd20-13.1a: is due ten working days after the passed list, without any extension', () => {
    const opened = asked(story())
    expect(opened.due('opinion@providers=transport-bureau')).toBe('2026-04-13')
    opened.refusesCommand({ on: '2026-04-09', who: 'transport' }, { type: 'ask-extension', task: 'opinion@providers=transport-bureau', days: 5, reason: '数据量大' }, 'extension-must-be-provided-for', 'cd20-13.1')
  })

  test('cd20-13.1b cd20-13.1c: names the law, and on 2026-04-09 covers all six items: the open one is named', () => {
    const told = story()
    const six = Array.from({ length: 6 }, (_one, index) => `data-${index + 1}`)
    const opened = passedOn(told, six.map((code) => [code, 'transport'] as const), '2026-03-27')
    opened.refuses(give(six.map((code) => opinion(code, { law: '' }))), 'content-must-be-present', 'cd20-13.1')
    opened.refuses(give(six.map((code) => opinion(code, { 'law-article': '' }))), 'content-must-be-present', 'cd20-13.1')
    expect(opened.refuses(give(six.slice(0, 5).map((code) => opinion(code))), 'every-item-must-have-an-opinion', 'cd20-13.1').message).toContain('data-6')
    expect(opened.act(give(six.map((code) => opinion(code, { decision: 'refuse' })))).open).toEqual(['summarize@providers=transport-bureau'])
  })

  test('cd20-4.4b: grades the risk, and a high one has a measure', () => {
    const opened = asked(story())
    opened.refuses(give([opinion('buses', { risk: '' })]), 'content-must-be-present', 'cd20-4.4')
    opened.refuses(give([opinion('buses', { risk: 'high' })]), 'high-risk-must-have-measure', 'cd20-4.4')
    expect(opened.act(give([opinion('buses', { risk: 'high', measure: '仅校验' })])).open).toContain('summarize@providers=transport-bureau')
  })

  test('cd20-13.2a: refuses with a reason where the subject has authorised', () => {
    const told = story()
    const opened = handedIn(told, '2026-03-20', [item('buses', { consent: true, 'consent-proof': file('授权.pdf') }), item('visits')])
      .act({ on: '2026-03-27', who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': [{ entry: 'buses', result: 'pass' }, { entry: 'visits', result: 'pass' }] } })
    opened.refuses(give([opinion('buses', { decision: 'refuse' })]), 'refusal-despite-consent-must-give-reason', 'cd20-13.2')
    expect(opened.act(give([opinion('buses', { decision: 'refuse', reason: '涉及行车安全' })])).lateness('opinion')).toBe(0)
    const stray = story()
    expect(() => handedIn(stray, '2026-03-20', [item('buses', { consent: true })])).toThrow('consent-must-be-proved (cd20-13.2)')
  })

  test('cd20-13.1d: with four of five opinions in by 2026-04-13 the fifth is overdue, and the operator has the results of four only', () => {
    const told = story()
    const departments = [['transport', 'transport-bureau'], ['health', 'health-commission'], ['education', 'education-bureau'], ['civil', 'civil-affairs-bureau'], ['housing', 'housing-bureau']] as const
    const opened = passedOn(told, departments.map(([who]) => [`data-${who}`, who] as const), '2026-03-27')
    for (const [who, organization] of departments.slice(0, 4)) opined(opened, who, organization, [`data-${who}`], '2026-04-13')
    expect(lateTold(opened.time('2026-04-13'))).toEqual([])
    expect(lateTold(opened.time('2026-04-14'))).toEqual([{ step: 'opinion', on: '2026-04-14', told: ['data-authority'] }])
    expect(opened.open.filter((one) => one.startsWith('opinion'))).toEqual(['opinion@providers=housing-bureau'])
    expect(opened.effects('notify').filter((one) => one['notice'] === '授权意见汇总结果')).toHaveLength(4)
    expect(opened.open.filter((one) => one.startsWith('aggregate')).some((one) => one.includes('housing'))).toBe(false)
  })
})
