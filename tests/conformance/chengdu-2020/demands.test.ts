import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { asked, entry, handedIn, item, list, listed, opinion, running, story } from '#tests/support/chengdu-2020-story.ts'

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
    story().refusesOpening(from({ fields: [{ name: 'line', sensitive: false }] }), 'content-must-be-present', 'cd20-10.1')
  })

  test.each([
    ['cd20-11.1c', { fields: [] }], ['cd20-11.1d', { form: '' }], ['cd20-11.1e', { scenario: '各种用途' }],
  ])('%s a demand with %j does not enter the list', (_id, change) => {
    const told = prepared()
    const code = 'scenario' in change || 'fields' in change ? 'content-must-be-typed' : 'content-must-be-present'
    told.refusesOpening(opening([item('buses', change)]), code, 'cd20-11.1')
    expect(told.open(opening([item('buses')])).status).toBe('collecting')
  })

  test('cd20-2.1b: comes from the authorised operator alone', () => {
    prepared().refusesOpening(opening([item('buses')], {}, 'stranger'), 'operator-must-be-authorized-by-government', 'cd20-2.1')
  })

  test('cd20-4.2a: shows demands of the new economy to its office, whose guidance is answered', () => {
    const told = prepared()
    told.refusesOpening(opening([item('buses', { 'new-economy': true })]), 'new-economy-demands-must-be-declared', 'cd20-4.2')
    const opened = told.open(opening([item('buses', { 'new-economy': true })], { 'has-new-economy': true }))
    expect(opened.open).toEqual(['guide'])
    opened.act({ on: '2026-02-03', who: 'industry', task: 'guide', outcome: 'guidance', contents: { 'industry-guidance': '补充应用成效说明' } })
    opened.refuses({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' }, 'guidance-must-be-answered', 'cd20-4.2')
    expect(opened.act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed', contents: { 'guidance-answer': '已补充成效说明' } }).status).toBe('closed')
  })

  test('cd20-11.1f: is closed when every demand has passed the first review', () => {
    const told = prepared()
    const opened = told.open(opening([item('buses', { feasibility: 'failed' })]))
    expect(opened.refuses({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' }, 'demand-must-be-reasonable-and-feasible', 'cd20-11.1').message).toContain('buses')
    expect(opened.act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed', contents: { 'demand-list': list([item('buses')]) } }).open).toEqual(['submit'])
  })

  test('cd20-12.1a cd20-12.1b: is handed in and re-checked within ten working days', () => {
    const opened = handedIn(story())
    expect(opened.due('recheck')).toBe('2026-02-27')
    opened.time('2026-02-27')
    expect(opened.events.some((event) => event.type === 'task-overdue')).toBe(false)
    opened.time('2026-02-28')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ task: 'recheck', told: ['data-authority'] })
  })

  test('cd20-12.1c cd20-4.4a: sends each department its own passed items only', () => {
    const opened = handedIn(story())
    const results = (rows: JsonObject[]) => ({ on: '2026-02-27', who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': rows } })
    opened.refuses(results([{ entry: 'buses', result: 'pass' }]), 'every-item-must-be-rechecked', 'cd20-12.1')
    opened.refuses(results([{ entry: 'buses', result: 'pass' }, { entry: 'visits', result: 'return' }]), 'return-must-be-explained', null)
    opened.act(results([{ entry: 'buses', result: 'pass' }, { entry: 'visits', result: 'return', note: '场景不明确' }]))
    expect(opened.open).toEqual(['opinion@providers=transport-bureau'])
    opened.refuses({ on: '2026-03-02', who: 'transport', task: 'opinion', outcome: 'given', contents: { opinions: [opinion('buses'), opinion('visits')] } }, 'opinion-must-be-on-own-items', 'cd20-12.1')
  })

  test('cd20-13.2b: takes what is generally open as authorised on that day; conditionally open data go to the re-check', () => {
    const told = story()
    running(told)
    listed(told, 'weather', 'transport', { openness: 'general' })
    listed(told, 'roads', 'transport', { openness: 'conditional' })
    const opened = told.open(opening([item('weather'), item('roads')])).act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' }).act({ on: '2026-02-06', who: 'operator', task: 'submit', outcome: 'submitted' })
    expect([opened.open, told.world.standings['opinion/weather'], told.world.standings['opinion/roads']]).toEqual([['recheck'], 'granted', undefined])
    expect(told.world.registers['opinions']?.['weather']).toMatchObject({ 'authorized-on': '2026-02-06' })
  })
})

describe('the opinion of a department', () => {
  const give = (rows: JsonObject[]) => ({ on: '2026-04-09', who: 'transport', task: 'opinion@providers=transport-bureau', outcome: 'given', contents: { opinions: rows } })

  test('cd20-13.1a: is due ten working days after the passed list, without any extension', () => {
    const opened = asked(story())
    expect(opened.due('opinion@providers=transport-bureau')).toBe('2026-04-13')
    opened.refusesCommand({ on: '2026-04-09', who: 'transport' }, { type: 'ask-extension', task: 'opinion@providers=transport-bureau', days: 5, reason: '数据量大' }, 'extension-must-be-provided-for', 'cd20-13.1')
  })

  test('cd20-13.1b cd20-13.1c: names the law and leaves nothing open', () => {
    const opened = asked(story())
    opened.refuses(give([opinion('buses', { law: '' })]), 'content-must-be-present', 'cd20-13.1')
    opened.refuses(give([]), 'content-must-be-present', 'cd20-13.1')
    expect(opened.act(give([opinion('buses', { decision: 'refuse' })])).open).toContain('summarize@providers=transport-bureau')
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

  test('cd20-13.1d: is put together by the data authority; the operator has no result before', () => {
    const opened = asked(story()).act(give([opinion('buses')]))
    expect(opened.open).toEqual(['opinion@providers=health-commission', 'summarize@providers=transport-bureau'])
    expect(opened.effects('notify').filter((one) => one['notice'] === '授权意见汇总结果')).toEqual([])
    opened.act({ on: '2026-04-13', who: 'governance', task: 'summarize', outcome: 'summarized', contents: { 'summary-note': '交通部门同意' } })
    expect(opened.effects('notify').filter((one) => one['notice'] === '授权意见汇总结果')).toHaveLength(1)
  })
})
