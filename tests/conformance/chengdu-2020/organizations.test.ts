import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { FRONT, authorization, platform, running, story } from '#tests/support/chengdu-2020-story.ts'

describe('the operator and its platform', () => {
  const opening = (changed: JsonObject = {}, granted: JsonObject = {}) => ({ on: '2026-01-26', who: 'governance', procedure: 'operator-authorization', contents: { 'government-authorization': authorization(granted), 'platform-registration': platform(changed) } })

  test('cd20-2.1b cd20-4.5a: rest on the government’s authorization, and the operator builds the platform itself', () => {
    story().refusesOpening(opening({}, { document: null }), 'content-must-be-present', 'cd20-2.1')
    story().refusesOpening(opening({ 'built-by': 'other-data' }), 'platform-must-be-built-by-the-operator', 'cd20-4.5')
    expect(story().open(opening()).status).toBe('submitted')
  })

  test('cd20-9.1a: need graded protection of level 3 with an assessment in force', () => {
    story().refusesOpening(opening({ 'protection-level': 2 }), 'protection-level-must-suffice', 'cd20-9.1')
    story().refusesOpening(opening({ 'assessed-until': '2026-01-25' }), 'protection-assessment-must-be-valid', 'cd20-9.1')
    expect(story().open(opening({ 'protection-level': 3, 'assessed-until': '2026-01-26' })).status).toBe('submitted')
  })

  test('cd20-9.2a: need ITSS level 3 and above, where level 1 is the highest', () => {
    story().refusesOpening(opening({ 'itss-level': 4 }), 'itss-level-must-suffice', 'cd20-9.2')
    story().refusesOpening(opening({ 'itss-until': '2026-01-25' }), 'itss-certificate-must-be-valid', 'cd20-9.2')
    expect(story().open(opening({ 'itss-level': 3 })).status).toBe('submitted')
  })

  test('cd20-10.1g: hold a rule for backups and an emergency plan', () => {
    story().refusesOpening(opening({ 'backup-rule': null }), 'content-must-be-present', 'cd20-10.1')
    story().refusesOpening(opening({ 'emergency-plan': null }), 'content-must-be-present', 'cd20-10.1')
  })

  test('cd20-6.1a: are one in the city', () => {
    const told = story()
    running(told)
    told.refusesOpening(opening({}, { operator: 'other-data' }), 'platform-must-be-one', 'cd20-6.1')
  })

  test('cd20-8.1a cd20-8.1c: are connected by the data centre alone, on the government cloud, isolated, to the sharing platform', () => {
    const opened = story().open(opening())
    const connect = (change: JsonObject, who = 'centre') => ({ on: '2026-01-26', who, task: 'connect', outcome: 'connected', contents: { 'front-system': { ...FRONT, ...change } } })
    opened.refuses(connect({}, 'transport'), 'actor-must-hold-office', 'cd20-4.3')
    opened.refuses(connect({ host: 'commercial-cloud' }), 'front-system-must-stand-on-the-government-cloud', 'cd20-8.1')
    opened.refuses(connect({ 'connected-to': 'department' }), 'front-system-must-connect-to-the-sharing-platform', 'cd20-8.1')
    opened.refuses(connect({ isolated: false }), 'front-system-must-be-isolated', 'cd20-8.1')
    expect(opened.act(connect({})).status).toBe('running')
  })

  test('cd20-6.1b cd20-6.1c: leave no room for a channel of one’s own; old ones are merged by their day', () => {
    const channel = (change: JsonObject) => ({ on: '2026-01-19', who: 'health', procedure: 'channel', contents: { channel: { name: '健康数据门户', kind: 'new', ...change } } })
    story().refusesOpening(channel({}), 'new-channel-must-be-decided-by-government', 'cd20-6.1')
    expect(story().open(channel({ 'government-decision': file('决定.pdf') })).open).toEqual(['allow'])
    story().refusesOpening(channel({ kind: 'existing' }), 'existing-channel-must-have-a-date', 'cd20-6.1')
    const merging = story().open(channel({ kind: 'existing', 'migrate-by': '2026-03-31' }))
    expect(merging.time('2026-03-31').events.some((event) => event.type === 'task-overdue')).toBe(false)
    expect(merging.time('2026-04-01').events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority'] })
  })
})
