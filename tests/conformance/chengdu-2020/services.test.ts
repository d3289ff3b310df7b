import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { aggregated, released, service, story, supply, tripartite, use } from '#tests/support/chengdu-2020-story.ts'
import type { Story } from '#tests/support/story.ts'

describe('services and their use', () => {
  const offering = (change: JsonObject) => ({ on: '2026-05-14', who: 'engineer', procedure: 'service', contents: { service: service(change) } })
  const supplied = () => {
    const told = story()
    const opened = aggregated(told)
    tripartite(told)
    opened.act(supply())
    return told
  }

  test('cd20-4.5b cd20-5.1e: rest on the opinion’s scenario and form', () => {
    const told = supplied()
    told.refusesOpening(offering({ scenario: '定向广告投放' }), 'service-must-rest-on-opinions', 'cd20-4.5')
    told.refusesOpening(offering({ form: 'download' }), 'form-must-be-authorized', 'cd20-5.1')
    expect(told.open(offering({})).status).toBe('drafted')
  })

  test('cd20-10.1d cd20-5.1f cd20-15.1e cd20-7.1f cd20-3.1c: check without returning fields, mask what is sensitive, pass a test, have a statement', () => {
    const told = supplied()
    told.refusesOpening(offering({ 'returns-fields': true }), 'check-interface-must-not-return-fields', 'cd20-5.1')
    told.refusesOpening(offering({ sources: [{ entry: 'buses', fields: ['line'], measure: 'none' }] }), 'sensitive-data-must-be-masked', 'cd20-15.1')
    told.refusesOpening(offering({ test: 'missing' }), 'service-must-have-passed-its-test', 'cd20-7.1')
    told.refusesOpening(offering({ statement: null }), 'content-must-be-present', 'cd20-3.1')
    const opened = told.open(offering({}))
    opened.refuses({ on: '2026-05-14', who: 'engineer', task: 'release', outcome: 'released' }, 'releaser-must-not-be-author', null)
    opened.act({ on: '2026-05-14', who: 'operator', task: 'release', outcome: 'released' })
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['data-authority', 'industry-authority'] })
  })

  const applying = (told: Story, who = 'user', kind = 'organization', change: JsonObject = {}) =>
    told.open({ on: '2026-05-15', who, procedure: 'use-agreement', contents: { 'use-application': { service: released(told).id, kind, activity: 'research', purpose: '信用评价研究', amount: 1000, lawful: true, ...change } } })
  const ready = (change: JsonObject = {}) => ({ on: '2026-05-15', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'use-agreement': use(change) } })
  const sign = (who: string, task: string, text = use()) => ({ on: '2026-05-15', who, task, outcome: 'sign', contents: { 'use-signature': { 'text-hash': hashOf(text) } } })

  test('cd20-4.5e: cost a department nothing', () => {
    const told = supplied()
    const opened = applying(told, 'planning', 'department')
    opened.refuses(ready({ price: 200 }), 'departments-must-be-served-free', 'cd20-4.5')
    expect(opened.act(ready({ price: 0 })).status).toBe('signing')
  })

  test('cd20-5.1d cd20-15.1a cd20-15.1b cd20-15.1c cd20-15.1d cd20-15.1f: are switched on by an agreement that both signed, also with a person', () => {
    const told = supplied()
    const opened = applying(told, 'person', 'person')
    opened.refuses(ready({ ends: null }), 'content-must-be-present', 'cd20-15.1')
    opened.refuses(ready({ 'user-duties': '' }), 'content-must-be-present', 'cd20-18.1')
    opened.refuses(ready({ requirements: '' }), 'content-must-be-present', 'cd20-15.1')
    opened.refuses(ready({ form: 'query' }), 'form-must-be-the-services', 'cd20-15.1')
    opened.refuses(ready({ amount: 1001 }), 'amount-must-not-exceed-the-need', 'cd20-5.1')
    opened.act(ready()).act(sign('operator', 'sign-operator'))
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBeUndefined()
    opened.act(sign('person', 'sign-user'))
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBe('granted')
  })

  test('cd20-15.2b cd20-15.2c: name their source in results, and are answered for every three months', () => {
    const told = supplied()
    const opened = applying(told).act(ready()).act(sign('operator', 'sign-operator')).act(sign('user', 'sign-user'))
    const result = (change: JsonObject) => ({ on: '2026-05-18', who: 'user', task: 'result', outcome: 'registered', contents: { 'use-result': { kind: 'report', name: '研究报告', 'source-noted': true, place: '封底', ...change } } })
    opened.refuses(result({ 'source-noted': false }), 'result-must-name-its-source', 'cd20-15.2')
    opened.refuses(result({ place: '' }), 'source-note-must-have-a-place', 'cd20-15.2')
    opened.act(result({}))
    expect(opened.due('feedback')).toBe('2026-08-15')
    opened.time('2026-08-16')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['operator'] })
  })

  test('cd20-15.3a cd20-15.3b: are used lawfully, and paused at once where they do harm', () => {
    const told = supplied()
    expect(() => applying(told, 'user', 'organization', { lawful: false })).toThrow('use-must-be-lawful (cd20-15.3)')
    const opened = applying(told).act(ready()).act(sign('operator', 'sign-operator')).act(sign('user', 'sign-user'))
    opened.act({ on: '2026-05-20', who: 'operator', task: 'run', outcome: 'pause', contents: { harm: '泄露个人信息' } })
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBe('suspended')
    opened.act({ on: '2026-05-25', who: 'operator', task: 'settle', outcome: 'end', contents: { 'harm-outcome': '终止协议并移送' } })
    expect([opened.status, opened.open]).toEqual(['ended', []])
  })

  test('cd20-16.1a cd20-16.1b cd20-16.1c cd20-16.1d: a department ends its authorization with grounds, told to both offices and the operator, the same day if it wishes', () => {
    const told = supplied()
    const end = (who: string, change: JsonObject = {}) => ({ on: '2026-05-21', who, procedure: 'authorization-end', contents: { 'authorization-end': { entry: 'buses', operator: 'city-data', grounds: '《某法》第十条', ends: '2026-05-21', ...change } } })
    told.refusesOpening(end('transport', { grounds: '' }), 'content-must-be-present', 'cd20-16.1')
    told.refusesOpening(end('health'), 'authorization-must-be-own', 'cd20-16.1')
    told.refusesOpening(end('transport', { ends: '2026-05-20' }), 'end-must-not-lie-before-the-notice', 'cd20-16.1')
    const opened = told.open(end('transport'))
    expect([opened.status, told.world.standings['opinion/buses']]).toEqual(['ended', 'ended'])
    expect(opened.effects('notify').map((one) => one['to'])).toEqual([['data-authority', 'industry-authority'], ['operator']])
    const later = supplied()
    const waiting = later.open(end('transport', { ends: '2026-05-25' }))
    expect(waiting.time('2026-05-24').status).toBe('notified')
    expect(waiting.time('2026-05-25').status).toBe('ended')
  })
})
