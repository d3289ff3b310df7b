import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { CHENGDU_2020, aggregated, authorized, contactNamed, lateTold, listed, opined, opinion, passedOn, running, story, supply, three, tripartite } from '#tests/support/chengdu-2020-story.ts'
import { Story } from '#tests/support/story.ts'

describe('gathering and supply', () => {
  const gather = (change: JsonObject = {}) => ({ on: '2026-04-27', who: 'transport', task: 'aggregate', outcome: 'aggregated', contents: { aggregation: { 'provide-by': 'interface', fields: ['line', 'hour'], receipt: 'GX-1', rows: 1000, ...change } } })

  test('cd20-14.1a: authorised on 2026-04-13, to be gathered by 2026-05-13', () => {
    const opened = authorized(story())
    const task = opened.open.find((one) => one.startsWith('aggregate')) ?? ''
    expect(opened.due(task)).toBe('2026-05-13')
    expect(lateTold(opened.time('2026-05-13')).filter((one) => one.step === 'aggregate')).toEqual([])
    expect(lateTold(opened.time('2026-05-14')).filter((one) => one.step === 'aggregate')).toHaveLength(1)
  })

  test('cd20-4.4c cd20-4.3b: of five data authorised on 2026-03-16, all due on 2026-04-14, three are in and two still due on 2026-04-01', () => {
    const told = story()
    const codes = ['a1', 'a2', 'a3', 'a4', 'a5']
    const opened = opined(passedOn(told, codes.map((code) => [code, 'transport'] as const), '2026-03-13'), 'transport', 'transport-bureau', codes, '2026-03-16')
    const waiting = () => opened.open.filter((one) => one.startsWith('aggregate'))
    expect(waiting().map((one) => opened.due(one))).toEqual(codes.map(() => '2026-04-14'))
    for (const task of waiting().slice(0, 3)) {
      opened.act({ on: '2026-03-30', who: 'transport', task, outcome: 'aggregated', contents: { aggregation: { 'provide-by': 'interface', fields: ['line', 'hour'], receipt: 'GX-1', rows: 1000 } } })
    }
    expect(lateTold(opened.time('2026-04-01'))).toEqual([])
    expect(opened.effects('notify').filter((one) => one['notice'] === '数据已汇聚')).toMatchObject(Array.from({ length: 3 }, () => ({ to: ['data-center'] })))
    expect(waiting().map((one) => opened.due(one))).toEqual(['2026-04-14', '2026-04-14'])
  })

  test('cd20-4.1a: a delivery due on Friday 2026-03-20 stands with the governance office on Monday 2026-03-23, which supervises it', () => {
    const told = story()
    const opened = opined(passedOn(told, [['buses', 'transport']], '2026-02-12'), 'transport', 'transport-bureau', ['buses'], '2026-02-14')
    expect(opened.due(opened.open[0] ?? '')).toBe('2026-03-20')
    expect(lateTold(opened.time('2026-03-21'))).toEqual([])
    expect(lateTold(opened.time('2026-03-23'))).toEqual([{ step: 'aggregate', on: '2026-03-23', told: ['data-authority', 'data-center'] }])
    const task = opened.open.find((one) => one.startsWith('supervise')) ?? ''
    expect(opened.state.tasks.find((one) => one.id === task)?.organization).toBe('governance-office')
    expect(opened.act({ on: '2026-03-24', who: 'governance', task, outcome: 'noted', contents: { 'supervision-note': '已督促汇聚' } }).open.some((one) => one.startsWith('aggregate'))).toBe(true)
  })

  test('cd20-4.1c: three of 46 departments without a contact are three tasks, and a list waits for the contact', () => {
    const names = Array.from({ length: 46 }, (_one, index) => `department-${index + 1}`)
    const persons = Object.fromEntries(names.map((name) => [name, { organization: `${name}-bureau`, offices: ['data-provider'] }]))
    const told = new Story(story().law, { ...CHENGDU_2020, persons: { ...CHENGDU_2020.persons, ...persons } })
    told.refusesOpening({ on: '2026-01-19', who: 'transport', procedure: 'department-contact', contents: { contact: { contact: '赵工', way: '接口' } } }, 'content-must-be-present', 'cd20-4.1')
    for (const name of names.slice(0, 43)) contactNamed(told, name)
    const board = told.open({ on: '2026-01-19', who: 'governance', procedure: 'provider-mechanism', contents: { departments: names.map((name) => ({ provider: `${name}-bureau` })) } })
    expect(board.open).toEqual(names.slice(43).map((name) => `name@lacking=${name}-bureau`))
    const [waiting] = names.slice(43)
    const opened = passedOn(told, [['rivers', waiting ?? '']], '2026-03-27', [])
    const give = { on: '2026-04-09', who: waiting ?? '', task: 'opinion', outcome: 'given', contents: { opinions: [opinion('rivers')] } }
    opened.refuses(give, 'provider-must-have-a-contact', 'cd20-4.1')
    contactNamed(told, waiting ?? '', '2026-04-09')
    expect(opened.act(give).open).toEqual([`summarize@providers=${waiting}-bureau`])
    for (const task of board.open) board.act({ on: '2026-04-10', who: 'governance', task, outcome: 'named', contents: { 'contact-named': '已落实' } })
    expect(board.status).toBe('closed')
  })

  test('cd20-7.1a: a supply without the number of its demand is refused', () => {
    const told = story()
    const opened = aggregated(told)
    tripartite(told)
    opened.refuses(supply({ demand: '' }), 'content-must-be-present', 'cd20-7.1')
    opened.refuses(supply({ demand: '2026-09号' }), 'supply-must-name-its-demand', 'cd20-7.1')
    opened.act(supply())
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ demand: '2026-01号' })
  })

  test('cd20-7.1e: of 10,000 rows sent 9,998 arrive: the receipt shows both figures, and the exchange is repeated', () => {
    const told = story()
    const opened = aggregated(told)
    tripartite(told)
    const sent = (received: number, outcome: string) => ({ ...supply({ 'rows-sent': 10_000, 'rows-received': received }), outcome })
    expect(opened.refuses(sent(9_998, 'supplied'), 'exchange-must-arrive-whole', 'cd20-7.1').message).toContain('9998')
    opened.refuses(sent(10_000, 'repeat'), 'difference-must-be-shown', 'cd20-7.1')
    opened.act(sent(9_998, 'repeat'))
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-center'], notice: '收发不一致，重新交换' })
    opened.act(sent(10_000, 'supplied'))
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ rows: 10_000 })
  })

  const renewing = (frequency: string, on: string) => {
    const told = story()
    listed(told, 'buses', 'transport', { 'update-frequency': frequency })
    running(told)
    return { told, update: told.open({ on, who: 'transport', procedure: 'data-update', contents: { 'update-entry': 'buses', 'renewed-on': on } }) }
  }

  test('cd20-4.4d: weekly data of 2026-03-16 are overdue when 2026-03-24 begins, and the operator sees the date of the data', () => {
    const { told, update } = renewing('weekly', '2026-03-16')
    expect([update.open, update.due('update-weekly')]).toEqual([['update-weekly'], '2026-03-23'])
    expect(lateTold(update.time('2026-03-23'))).toEqual([])
    expect(lateTold(update.time('2026-03-24'))).toEqual([{ step: 'update-weekly', on: '2026-03-24', told: ['data-provider', 'data-center', 'operator'] }])
    expect(told.world.registers['updates']?.['buses']).toMatchObject({ 'renewed-on': '2026-03-16' })
    update.act({ on: '2026-03-24', who: 'transport', task: 'update-weekly', outcome: 'updated', contents: { 'renewed-on': '2026-03-24', 'update-receipt': 'GX-2' } })
    expect([update.due('update-weekly'), told.world.registers['updates']?.['buses']]).toMatchObject(['2026-03-31', { 'renewed-on': '2026-03-24' }])
  })

  test.each([['daily', '2026-03-31', '2026-04-01'], ['monthly', '2026-03-31', '2026-04-30'], ['quarterly', '2026-03-31', '2026-06-30'], ['yearly', '2026-03-31', '2027-03-31']])('cd20-14.1c: %s data of %s are to be renewed by %s', (frequency, on, due) => {
    const { update } = renewing(frequency, on)
    expect(update.due(`update-${frequency}`)).toBe(due)
    expect(lateTold(update.time(due))).toEqual([])
    expect(update.act({ on: due, who: 'transport', task: `update-${frequency}`, outcome: 'stop', contents: { opinion: '授权已经终止' } }).status).toBe('stopped')
  })

  test('cd20-14.1c: monthly data of 2026-03-31 are overdue when 2026-05-01 begins; what is never renewed has no such task', () => {
    const { told, update } = renewing('monthly', '2026-03-31')
    expect(lateTold(update.time('2026-05-01'))).toMatchObject([{ step: 'update-monthly', on: '2026-05-01' }])
    told.refusesOpening({ on: '2026-04-01', who: 'health', procedure: 'data-update', contents: { 'update-entry': 'buses', 'renewed-on': '2026-04-01' } }, 'update-must-be-of-own-data', 'cd20-4.4')
    listed(told, 'map', 'transport', { 'update-frequency': 'once' })
    told.refusesOpening({ on: '2026-04-01', who: 'transport', procedure: 'data-update', contents: { 'update-entry': 'map', 'renewed-on': '2026-04-01' } }, 'update-must-have-a-frequency', 'cd20-14.1')
  })

  test('cd20-14.1b cd20-4.3d: comes in the confirmed way and within the opinion', () => {
    const opened = authorized(story())
    opened.refuses(gather({ 'provide-by': 'raw' }), 'aggregation-must-be-as-confirmed', 'cd20-14.1')
    opened.refuses(gather({ fields: ['line', 'hour', 'name'] }), 'aggregation-must-keep-to-the-opinion', 'cd20-4.4')
    opened.act(gather())
    const told = story()
    const supplying = aggregated(told)
    tripartite(told)
    expect(supplying.refuses(supply({ fields: ['line', 'hour', 'name'] }), 'supply-must-keep-to-the-opinion', 'cd20-4.3').message).toContain('name')
  })

  test('cd20-14.2a cd20-14.2f: is supplied by the data centre alone, in a time set by the pack', () => {
    const told = story()
    const opened = aggregated(told)
    const task = opened.open.find((one) => one.startsWith('supply')) ?? ''
    expect(opened.due(task)).toBe('2026-05-26')
    expect(opened.state.tasks.find((one) => one.step === 'supply')?.clock).toMatchObject({ basis: { kind: 'platform-default' } })
    tripartite(told)
    opened.refuses({ ...supply(), who: 'transport' }, 'actor-must-hold-office', 'cd20-14.2')
    opened.act(supply())
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ provider: 'transport-bureau', form: 'interface' })
  })

  test('cd20-14.2c: is raw only where the opinion says so', () => {
    const told = story()
    const opened = aggregated(told)
    tripartite(told)
    opened.refuses(supply({ form: 'raw' }), 'supply-must-be-in-the-authorized-form', 'cd20-14.2')
    const other = story()
    const raw = aggregated(other, { 'provide-by': 'raw' })
    tripartite(other)
    expect(raw.act(supply({ form: 'raw' })).open).toEqual(['opinion@providers=health-commission'])
  })

  test('cd20-14.2b: is never raw at level 4', () => {
    const told = story()
    const opened = aggregated(told, { 'provide-by': 'raw' })
    tripartite(told)
    listed(told, 'buses', 'transport', { level: 4 })
    opened.refuses(supply({ form: 'raw' }), 'raw-supply-must-fit-the-level', 'cd20-14.2')
    listed(told, 'buses', 'transport', { level: 3 })
    expect(opened.act(supply({ form: 'raw' })).open).toEqual(['opinion@providers=health-commission'])
  })

  test('cd20-18.2a cd20-18.2b: needs the agreement of all three, over these data, within its term', () => {
    const told = story()
    const opened = aggregated(told)
    const text = three()
    const sign = (who: string, task: string) => ({ on: '2026-05-12', who, task, outcome: 'sign', contents: { 'tripartite-signature': { 'text-hash': hashOf(text) } } })
    const signing = told.open({ on: '2026-05-12', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': text } }).act(sign('operator', 'sign-operator')).act(sign('centre', 'sign-center'))
    opened.refuses(supply(), 'supply-must-rest-on-the-tripartite-agreement', 'cd20-18.2')
    signing.act(sign('transport', 'sign-provider'))
    opened.refuses(supply({}, '2026-06-01'), 'supply-must-lie-within-the-term-of-use', 'cd20-18.2')
    expect(opened.act(supply({}, '2026-05-29')).open).toEqual(['opinion@providers=health-commission'])
    const other = story()
    const fifth = aggregated(other)
    tripartite(other, three({ entries: [{ entry: 'visits', fields: ['line'] }] }))
    fifth.refuses(supply(), 'supply-must-rest-on-the-tripartite-agreement', 'cd20-18.2')
    expect(signing.time('2026-05-31').status).toBe('in-force')
    expect(signing.time('2026-06-01').status).toBe('ended')
  })

  test('cd20-18.2d: the agreement has a part for each of the three', () => {
    story().refusesOpening({ on: '2026-05-12', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': three({ 'provider-part': '' }) } }, 'content-must-be-present', 'cd20-18.2')
  })
})
