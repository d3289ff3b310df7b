import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { aggregated, authorized, listed, story, supply, three, tripartite } from '#tests/support/chengdu-2020-story.ts'

describe('gathering and supply', () => {
  const gather = (change: JsonObject = {}) => ({ on: '2026-04-27', who: 'transport', task: 'aggregate', outcome: 'aggregated', contents: { aggregation: { 'provide-by': 'interface', fields: ['line', 'hour'], receipt: 'GX-1', rows: 1000, ...change } } })

  test('cd20-14.1a cd20-4.4c cd20-4.1a: is due twenty working days after the authorization; lateness opens a supervision', () => {
    const opened = authorized(story())
    const task = opened.open.find((one) => one.startsWith('aggregate')) ?? ''
    expect(opened.due(task)).toBe('2026-05-13')
    opened.time('2026-05-13')
    expect(opened.open.some((one) => one.startsWith('supervise'))).toBe(false)
    opened.time('2026-05-14')
    expect(opened.open.some((one) => one.startsWith('supervise'))).toBe(true)
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

  test('cd20-14.2c cd20-14.2d: is raw only where the opinion says so', () => {
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

  test('cd20-18.2a cd20-18.2b cd20-18.2c: needs the agreement of all three, over these data, within its term', () => {
    const told = story()
    const opened = aggregated(told)
    const text = three()
    const sign = (who: string, task: string) => ({ on: '2026-05-11', who, task, outcome: 'sign', contents: { 'tripartite-signature': { 'text-hash': hashOf(text) } } })
    const signing = told.open({ on: '2026-05-11', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': text } }).act(sign('operator', 'sign-operator')).act(sign('centre', 'sign-center'))
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
    story().refusesOpening({ on: '2026-05-11', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': three({ 'provider-part': '' }) } }, 'content-must-be-present', 'cd20-18.2')
  })

  test('cd20-5.1a cd20-5.1b: public data come over the sharing platform only; external data wait for their licence', () => {
    const bring = (change: JsonObject) => ({ on: '2026-03-24', who: 'operator', procedure: 'external-data', contents: { 'external-data': { name: '地图数据', origin: '某公司', 'from-department': false, ...change } } })
    story().refusesOpening(bring({ 'from-department': true }), 'public-data-must-come-from-the-sharing-platform', 'cd20-5.1')
    const waiting = story().open(bring({}))
    waiting.refuses({ on: '2026-03-24', who: 'operator', task: 'admit', outcome: 'admitted' }, 'external-data-must-have-a-licence', null)
    expect(waiting.act({ on: '2026-03-25', who: 'operator', task: 'admit', outcome: 'admitted', contents: { 'external-data': { name: '地图数据', origin: '某公司', 'from-department': false, licence: file('许可.pdf') } } }).status).toBe('admitted')
  })
})
