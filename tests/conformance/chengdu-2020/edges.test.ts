import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { CHENGDU_2020, authorization, entry, lateTold, listed, platform, released, running, story, supplied, three, use } from '#tests/support/chengdu-2020-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'

/** Both sides of limits and of offices that the text names, beyond what the acceptance lines of its obligations ask. */
describe('data are renewed as often as their entry says', () => {
  const began = (frequency: string) => {
    const told = story()
    listed(told, 'buses', 'transport', { 'update-frequency': frequency })
    running(told)
    return { told, update: told.open({ on: '2026-03-31', who: 'transport', procedure: 'data-update', contents: { 'update-entry': 'buses', 'renewed-on': '2026-03-31' } }) }
  }

  test.each([['daily', '2026-04-01', '2026-04-02', '2026-04-03'], ['weekly', '2026-04-07', '2026-04-08', '2026-04-15'], ['monthly', '2026-04-30', '2026-05-01', '2026-06-01'], ['quarterly', '2026-06-30', '2026-07-01', '2026-10-01'], ['yearly', '2027-03-31', '2027-04-01', '2028-04-01']])('%s: in time until %s, late on %s, next by %s', (frequency, last, late, next) => {
    const { told, update } = began(frequency)
    const step = `update-${frequency}`
    const renewed = (on: string, contents: JsonObject) => ({ on, who: 'transport', task: step, outcome: 'updated', contents })
    expect(update.due(step)).toBe(last)
    expect(lateTold(update.time(last))).toEqual([])
    expect(lateTold(update.time(late))).toEqual([{ step, on: late, told: ['data-provider', 'data-center', 'operator'] }])
    update.refuses({ ...renewed(late, { 'renewed-on': late, 'update-receipt': 'GX-1' }), who: 'centre' }, 'actor-must-hold-office', 'cd20-14.1')
    update.refuses({ ...renewed(late, { 'renewed-on': late, 'update-receipt': 'GX-1' }), who: 'health' }, 'actor-must-be-concerned-organization', 'cd20-14.1')
    update.refuses(renewed(late, { 'renewed-on': late }), 'content-must-be-present', 'cd20-14.1')
    update.refuses(renewed(late, { 'update-receipt': 'GX-1' }), 'content-must-be-present', 'cd20-14.1')
    update.refuses(renewed(late, { 'renewed-on': '2099-01-01', 'update-receipt': 'GX-1' }), 'update-must-have-happened', 'cd20-14.1')
    update.act(renewed(late, { 'renewed-on': late, 'update-receipt': 'GX-1' }))
    expect([update.due(step), told.world.registers['updates']?.['buses']?.['renewed-on']]).toEqual([next, late])
    update.refuses({ ...renewed(late, {}), outcome: 'stop' }, 'content-must-be-present', 'cd20-14.1')
  })
})

describe('levels lie within their scales', () => {
  const connecting = (change: JsonObject) => ({ on: '2026-01-26', who: 'governance', procedure: 'operator-authorization', contents: { 'government-authorization': authorization(), 'platform-registration': platform(change) } })
  const entering = (change: JsonObject) => ({ on: '2026-01-12', who: 'transport', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('buses', change) } })

  test('protection has five grades, and three is the least (article 9)', () => {
    story().open(connecting({ 'protection-level': 5 }))
    story().refusesOpening(connecting({ 'protection-level': 6 }), 'content-must-be-typed', 'cd20-9.1')
    story().open(connecting({ 'protection-level': 3 }))
  })

  test('data and fields have four levels', () => {
    story().open(entering({ level: 4, fields: [{ name: 'line', level: 4, sensitive: false }] }))
    story().refusesOpening(entering({ level: 5 }), 'content-must-be-typed', 'cd20-10.1')
    story().refusesOpening(entering({ fields: [{ name: 'line', level: 5, sensitive: false }] }), 'content-must-be-typed', 'cd20-7.1')
  })

  test('what the data centre sends back is entered again by its provider', () => {
    const opened = story().open(entering({}))
    const back = { on: '2026-01-13', who: 'centre', task: 'confirm', outcome: 'return', contents: { opinion: '缺少字段说明' } }
    opened.refuses({ ...back, contents: {} }, 'content-must-be-present', 'cd20-4.3')
    opened.act(back)
    const again = { on: '2026-01-14', who: 'transport', task: 'revise', outcome: 'resubmit', contents: { 'catalog-entry': entry('buses') } }
    opened.refuses({ ...again, who: 'centre' }, 'actor-must-hold-office', 'cd20-2.1')
    opened.refuses({ ...again, contents: {} }, 'content-must-be-present', 'cd20-2.1')
    opened.refuses({ ...again, contents: { 'catalog-entry': entry('buses', { body: 'enterprise' }) } }, 'public-data-must-come-from-a-department', 'cd20-2.1')
    expect(opened.act(again).open).toEqual(['confirm#2'])
  })
})

describe('an incident is dealt with by who answers for its stretch', () => {
  const BY = { provision: ['transport', 'handle-provider'], aggregation: ['centre', 'handle-center'], operation: ['operator', 'handle-operator'], use: ['person', 'handle-user'] } as const

  test.each(Object.entries(BY))('%s', (stretch, [who, task]) => {
    const opened = story().open({ on: '2026-04-15', who: 'operator', procedure: 'incident', contents: { incident: { stretch, occurred: '2026-04-15', facts: '数据泄露', provider: 'transport-bureau', user: 'a-person' } } })
    const handled = { on: '2026-04-16', who, task, outcome: 'handled', contents: { 'incident-report': '已经处置完毕' } }
    opened.refuses({ ...handled, who: 'industry' }, 'actor-must-hold-office', 'cd20-18.1')
    opened.refuses({ ...handled, contents: {} }, 'content-must-be-present', 'cd20-18.1')
    opened.refuses({ ...handled, contents: { 'incident-report': '处置' } }, 'content-must-be-typed', 'cd20-18.1')
    expect(opened.act(handled).status).toBe('closed')
  })
})

describe('a sandbox', () => {
  const colleague = { ...CHENGDU_2020, persons: { ...CHENGDU_2020.persons, colleague: { organization: 'travel-company', offices: ['developer'] } } }
  const box = () => {
    return new Story(story().law, colleague).open({ on: '2026-04-01', who: 'operator', procedure: 'sandbox', contents: { sandbox: { name: '出行分析沙箱', user: 'travel-company', persons: ['user'], ends: '2026-04-30' } } })
  }
  const ask = (on: string) => ({ on, who: 'user', task: 'take-out', outcome: 'asked', contents: { 'sandbox-result': { name: '客流指数', content: 'result' } } })

  test('is entered by the persons named, and asked for results until its last day', () => {
    box().refuses({ on: '2026-04-02', who: 'colleague', task: 'enter', outcome: 'entered' }, 'sandbox-user-must-be-named', null)
    box().act(ask('2026-04-30'))
    box().refuses(ask('2026-05-06'), 'sandbox-must-not-have-ended', 'cd20-5.1')
  })

  test('its results are reviewed and it is closed by the operator, with a reason', () => {
    const opened = box().act(ask('2026-04-20'))
    const review = (outcome: string) => ({ on: '2026-04-21', who: 'operator', task: 'review', outcome, contents: { 'sandbox-review': '只含分析结果' } })
    opened.refuses({ ...review('pass'), who: 'user' }, 'actor-must-hold-office', 'cd20-5.1')
    for (const outcome of ['pass', 'reject']) opened.refuses({ ...review(outcome), contents: {} }, 'content-must-be-present', 'cd20-5.1')
    opened.act(review('pass'))
    const close = { on: '2026-04-30', who: 'operator', task: 'close', outcome: 'closed', contents: { opinion: '期限届满' } }
    opened.refuses({ ...close, who: 'user' }, 'actor-must-hold-office', 'cd20-5.1')
    opened.refuses({ ...close, contents: {} }, 'content-must-be-present', 'cd20-5.1')
    expect([opened.act(close).status, opened.open]).toEqual(['closed', []])
  })
})

describe('signatures are on the text that was sent', () => {
  const elsewhere = { 'text-hash': hashOf({ another: '文本' }) }

  test('of the agreement of three parties, whose term runs forward (article 18)', () => {
    const told = story()
    const drafting = (change: JsonObject) => ({ on: '2026-05-12', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': three(change) } })
    told.refusesOpening(drafting({ ends: '2026-05-01' }), 'term-must-run-forward', 'cd20-18.2')
    const opened = told.open(drafting({ ends: '2026-05-02' }))
    for (const [who, task] of [['operator', 'sign-operator'], ['centre', 'sign-center'], ['transport', 'sign-provider']] as const) {
      opened.refuses({ on: '2026-05-12', who, task, outcome: 'sign', contents: { 'tripartite-signature': elsewhere } }, 'signature-must-be-on-the-text', 'cd20-18.2')
    }
  })

  test('of the agreement on use; its user reports by the day agreed and registers results with their source (article 15)', () => {
    const told = story()
    supplied(told)
    const applying = { on: '2026-05-15', who: 'user', procedure: 'use-agreement', contents: { 'use-application': { service: 'none', kind: 'organization', activity: 'research', purpose: '信用评价研究', amount: 1000, lawful: true } } }
    told.refusesOpening(applying, 'service-must-be-running', 'cd20-10.1')
    const opened = told.open({ ...applying, contents: { 'use-application': { ...applying.contents['use-application'], service: released(told).id } } })
      .act({ on: '2026-05-15', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'use-agreement': use(), 'feedback-to': '2026-06-30' } })
    for (const [who, task] of [['operator', 'sign-operator'], ['user', 'sign-user']] as const) {
      const sign = { on: '2026-05-15', who, task, outcome: 'sign', contents: { 'use-signature': elsewhere } }
      opened.refuses(sign, 'signature-must-be-on-the-text', 'cd20-15.1')
      opened.act({ ...sign, contents: { 'use-signature': { 'text-hash': hashOf(use()) } } })
    }
    const feedback = { on: '2026-06-30', who: 'user', task: 'feedback', outcome: 'given', contents: { 'use-feedback': '用于信用评价研究', 'feedback-to': '2026-09-30' } }
    opened.refuses({ ...feedback, who: 'operator' }, 'actor-must-hold-office', 'cd20-15.2')
    opened.refuses({ ...feedback, contents: { 'feedback-to': '2026-09-30' } }, 'content-must-be-present', 'cd20-15.2')
    opened.refuses({ ...feedback, contents: { 'use-feedback': '用于信用评价研究' } }, 'content-must-be-present', 'cd20-15.2')
    const result = (change: JsonObject) => ({ on: '2026-06-30', who: 'user', task: 'result', outcome: 'registered', contents: { 'use-result': { kind: 'report', name: '信用报告', 'source-noted': true, place: '第2页', ...change } } })
    opened.refuses({ ...result({}), who: 'operator' }, 'actor-must-hold-office', 'cd20-15.2')
    opened.refuses({ ...result({}), contents: {} }, 'content-must-be-present', 'cd20-15.2')
    opened.refuses(result({ 'source-noted': false }), 'result-must-name-its-source', 'cd20-15.2')
    opened.act(result({})).act(feedback)
    expect(opened.open.map((task) => task.replace(/#.*/, ''))).toEqual(expect.arrayContaining(['feedback', 'result']))
  })
})

describe('tests, repairs and disputes', () => {
  test('a front system that failed is mended by the operator, one whose check runs out is tested again', () => {
    const told = story()
    running(told)
    const testing = (passed: boolean) => told.open({ on: '2026-03-02', who: 'operator', procedure: 'front-system-test', contents: { 'front-test': { kind: 'security', passed, 'tested-on': '2026-03-02', 'valid-until': '2026-12-31', 'remind-on': '2026-12-01' } } })
    const failed = testing(false)
    const mend = { on: '2026-03-03', who: 'operator', task: 'mend', outcome: 'mended', contents: { 'front-mended': '已经重新隔离' } }
    failed.refuses({ ...mend, who: 'governance' }, 'actor-must-hold-office', 'cd20-8.1')
    failed.refuses({ ...mend, contents: {} }, 'content-must-be-present', 'cd20-8.1')
    expect(failed.act(mend).status).toBe('renewed')
    const passed = testing(true).time('2026-12-02')
    const renew = { on: '2026-12-31', who: 'operator', task: 'renew', outcome: 'renewed', contents: { opinion: '已经重新检查' } }
    passed.refuses({ ...renew, who: 'governance' }, 'actor-must-hold-office', 'cd20-8.1')
    passed.refuses({ ...renew, contents: {} }, 'content-must-be-present', 'cd20-8.1')
    expect(passed.act(renew).status).toBe('renewed')
  })

  test('a backup is recorded, and a failed one made good on the next day; lateness goes to the operator and the data centre', () => {
    const opened = story().open({ on: '2026-03-23', who: 'operator', procedure: 'backup', contents: { 'backup-rule': file('备份制度.pdf') } })
    const run = (on: string, task: string, outcome: string) => ({ on, who: 'operator', task, outcome, contents: { 'backup-run': '全量备份' } })
    opened.refuses({ ...run('2026-03-24', 'run', 'done'), contents: {} }, 'content-must-be-present', 'cd20-10.1')
    opened.act(run('2026-03-24', 'run', 'done')).act(run('2026-03-25', 'run', 'failed'))
    const due = opened.due('repair')
    expect(due).toBe('2026-03-26')
    expect(lateTold(opened.time('2026-03-27'))).toEqual([{ step: 'repair', on: '2026-03-27', told: ['operator', 'data-center'] }])
    expect(opened.act(run('2026-03-27', 'repair', 'done')).open).toContain('run#3')
  })
})
