import { describe, expect } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { begun, law, productOf, running, usedBy } from '#tests/support/chengdu-oversight-story.ts'
import type { Story, StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('termination')

const report = (change: JsonObject = {}): JsonObject => ({ supplies: ['GJ-1'], reason: '数据来源调整，不再产生', 'legal-title': '四川省数据条例', 'legal-article': '第三十条', 'stop-on': '2026-09-15', ...change })
const opening = (agreement: StoryCase, change: JsonObject = {}, on = '2026-09-01', who = 'environment') => ({ on, who, procedure: 'supply-termination', links: { agreement }, contents: { 'termination-report': report(change) } })
const approve = (who: string, on: string) => ({ on, who, task: who === 'authority' ? 'approve-authority' : 'approve-manager', outcome: 'approve', contents: { 'termination-opinion': '依据充分，同意终止' } })
const reported = (story: Story, agreement: StoryCase, on = '2026-09-01') => story.open(opening(agreement, {}, on))

describe('a supply ends by provider or agency', () => {
  test('cd26-24.1a: on 2026-09-01 a running supply has no off switch in the catalogue; the termination procedure is the way, and it runs on until then', () => {
    const { story, agreement } = running()
    const entry = [...story.cases.values()].find((one) => one.state.procedure === 'catalog-entry' && one.state.contents['catalog-entry']?.value !== undefined)
    expect(entry?.open).toEqual([])
    const demand = lastCase(story, 'data-demand')
    demand.refuses({ on: '2026-09-01', who: 'environment', task: 'supply', outcome: 'stop' }, 'step-must-be-open', 'cd26-20.4')
    story.refusesOpening(opening(agreement, {}, '2026-09-01', 'operator'), 'actor-must-hold-office', 'cd26-24.1')
    story.refusesOpening(opening(agreement, { supplies: ['GJ-9'] }), 'termination-must-name-running-supplies', 'cd26-24.1')
    story.refusesOpening(opening(agreement, {}, '2026-09-01', 'transport'), 'termination-must-concern-own-supplies', 'cd26-24.1')
    expect(story.world.standings['supply/GJ-1']).toBe('granted')
    expect(reported(story, agreement).status).toBe('reported')
    expect(story.open(opening(agreement, {}, '2026-09-01', 'drafter')).state.opened_by.office).toBe('implementing-agency')
  })

  test('cd26-24.1b: a request of 2026-09-01 without file or legal basis is refused; title and article, or an official paper, make it', () => {
    const { story, agreement } = running()
    const without = { 'legal-title': null, 'legal-article': null }
    story.refusesOpening(opening(agreement, without), 'termination-must-give-basis', 'cd26-24.1')
    story.refusesOpening(opening(agreement, { ...without, 'legal-title': '四川省数据条例' }), 'termination-must-give-basis', 'cd26-24.1')
    story.refusesOpening(opening(agreement, { reason: '' }), 'content-must-be-present', 'cd26-24.1')
    story.refusesOpening(opening(agreement, { supplies: [] }), 'content-must-be-typed', 'cd26-24.1')
    expect(story.open(opening(agreement, { ...without, paper: file('停止采集的通知.pdf') })).status).toBe('reported')
  })

  test('cd26-24.1c: reported on 2026-09-01, a stop on 2026-09-14 is refused and 2026-09-15 accepted; both offices have the report at once', () => {
    const { story, agreement } = running()
    const early = story.refusesOpening(opening(agreement, { 'stop-on': '2026-09-14' }), 'termination-must-be-reported-in-advance', 'cd26-24.1')
    expect(early.message).toContain('2026-09-15')
    const open = reported(story, agreement)
    expect(open.effects('notify')[0]).toMatchObject({ to: ['data-authority', 'public-data-manager'], notice: '终止提供数据的正式报告' })
    expect([open.due('approve-authority'), open.due('approve-manager')]).toEqual(['2026-09-15', '2026-09-15'])
  })

  test('cd26-24.1d: with the data authority’s approval alone the supply runs past the planned stop and waits for the public-data manager; one refusal ends it', () => {
    const { story, agreement } = running()
    const open = reported(story, agreement).act(approve('authority', '2026-09-08')).time('2026-09-16')
    expect([story.world.standings['supply/GJ-1'], open.open, open.status]).toEqual(['granted', ['approve-manager'], 'reported'])
    expect(open.effects('notify').at(-1)).toMatchObject({ task: 'approve-manager' })
    open.refuses({ ...approve('authority', '2026-09-16'), task: 'approve-manager' }, 'actor-must-hold-office', 'cd26-24.1')
    open.refuses({ on: '2026-09-16', who: 'manager', task: 'approve-manager', outcome: 'refuse' }, 'content-must-be-present', 'cd26-24.1')
    open.act({ on: '2026-09-16', who: 'manager', task: 'approve-manager', outcome: 'refuse', contents: { 'termination-opinion': '仍有产品依赖该数据' } })
    expect([open.status, open.open]).toEqual(['refused', []])
    expect(open.time('2026-10-20').status).toBe('refused')
    expect(story.world.standings['supply/GJ-1']).toBe('granted')
  })

  test('cd26-24.1e: the second approval of 2026-09-10 tells the operator at once of 2026-09-15; unconfirmed, it is told again on 2026-09-11', () => {
    const { story, agreement } = running()
    const open = reported(story, agreement).act(approve('authority', '2026-09-08')).act(approve('manager', '2026-09-10'))
    expect(open.status).toBe('approved')
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency'], notice: '终止提供数据告知', text: '2026-09-15' })
    expect(open.due('confirm-receipt')).toBe('2026-09-10')
    const silent = reported(story, agreement).act(approve('authority', '2026-09-08')).act(approve('manager', '2026-09-10')).time('2026-09-11')
    expect(silent.effects('notify').at(-1)).toMatchObject({ to: ['operator'], task: 'confirm-receipt' })
    open.refuses({ on: '2026-09-10', who: 'operator', task: 'confirm-receipt', outcome: 'confirmed' }, 'content-must-be-present', 'cd26-24.1')
    open.act({ on: '2026-09-10', who: 'operator', task: 'confirm-receipt', outcome: 'confirmed', contents: { 'termination-receipt': '已收到' } })
    expect(open.open).toEqual(['stop'])
  })

  test('cd26-24.1f cd26-24.1g: three products and eleven contracts stand with a task each on 2026-09-10; from 2026-09-16 their calls are refused, and every user has the notice', () => {
    const { story, agreement } = running()
    const products = ['产品甲', '产品乙', '产品丙'].map((name) => productOf(story, agreement, ['GJ-1'], name))
    const contracts = Array.from({ length: 11 }, (_, index) => usedBy(story, products[index % 3] ?? products[0] as StoryCase, `user-${(index % 8) + 1}`)) // three products stand
    const open = story.open(opening(agreement)).act(approve('authority', '2026-09-08')).act(approve('manager', '2026-09-10'))
    const tasks = (step: string) => open.state.tasks.filter((one) => one.step === step)
    expect(tasks('end-product').map((one) => one.branch[0]?.key)).toEqual(products.map((one) => one.id).toSorted())
    expect(tasks('end-contract').map((one) => one.branch[0]?.key).toSorted()).toEqual(contracts.map((one) => one.id).toSorted())
    expect(new Set(tasks('consumer-receipt').map((one) => one.organization)).size).toBe(8)
    expect(tasks('consumer-receipt')).toHaveLength(11)
    expect(open.due(`end-product@products=${products[0]?.id ?? ''}`)).toBe('2026-09-15')
    const first = contracts[0]?.id ?? ''
    open.refuses({ on: '2026-09-10', who: 'operator', task: `consumer-receipt@contracts=${first}`, outcome: 'received', contents: { 'termination-receipt': '已收到' } }, 'actor-must-hold-office', 'cd26-24.1')
    open.act({ on: '2026-09-10', who: 'user-1', task: `consumer-receipt@contracts=${first}`, outcome: 'received', contents: { 'termination-receipt': '已收到' } })
    open.refuses({ on: '2026-09-11', who: 'operator', task: `end-contract@contracts=${first}`, outcome: 'ended' }, 'content-must-be-present', 'cd26-24.1')
    open.act({ on: '2026-09-11', who: 'operator', task: `end-contract@contracts=${first}`, outcome: 'ended', contents: { 'service-ended': { 'ended-on': '2026-09-15', note: '已通知并安排退款' } } })
    open.time('2026-09-15')
    expect(story.world.standings['supply/GJ-1']).toBe('granted')
    open.time('2026-09-16')
    expect(story.world.standings['supply/GJ-1']).toBe('ended')
    const policy = law.pack.policies['service-access']
    if (policy === undefined) throw new Error('no policy service-access')
    const call = { identity_verified: true, key_revoked: false, agreement: 'granted', ended_supplies: 1, suspended_supplies: 1, released: true }
    const verdict = decideByPolicy(policy, call)
    expect(verdict.allow ? 'allowed' : [verdict.refusal.code, verdict.refusal.provision]).toEqual(['supply-must-not-be-terminated', 'cd26-24.1'])
    const still = decideByPolicy(policy, { ...call, ended_supplies: 0 })
    expect(still.allow ? 'allowed' : still.refusal.provision).toBe('cd26-33.1')
  })
})

describe('a supply ends at the operator’s wish', () => {
  const request = (agreement: StoryCase, change: JsonObject = {}, on = '2026-10-12') => ({
    on, who: 'operator', procedure: 'supply-end-request', links: { agreement }, contents: { 'end-request': { application: '该项数据已不再使用', supplies: ['GJ-1', 'GJ-3'], 'stop-on': '2026-10-26', ...change } },
  })
  const seven = { 'GJ-1': 'air-quality', 'GJ-2': 'water-quality', 'GJ-3': 'bus-lines', 'GJ-4': 'air-quality', 'GJ-5': 'water-quality', 'GJ-6': 'bus-lines', 'GJ-7': 'air-quality' }

  test('cd26-24.2a: an application with an empty list, or with data that are not supplied, is refused; with two running supplies it is accepted', () => {
    const { story, agreement } = running(seven)
    story.refusesOpening(request(agreement, { supplies: [] }), 'content-must-be-typed', 'cd26-24.2')
    story.refusesOpening(request(agreement, { supplies: ['GJ-1', 'GJ-8'] }), 'request-must-name-running-supplies', 'cd26-24.2')
    story.refusesOpening(request(agreement, { application: '' }), 'content-must-be-present', 'cd26-24.2')
    story.refusesOpening({ ...request(agreement), who: 'drafter' }, 'actor-must-hold-office', 'cd26-24.2')
    expect(story.open(request(agreement)).status).toBe('noticed')
  })

  test('cd26-24.2b: noticed on 2026-10-12, the stop on 2026-10-23 is refused and 2026-10-26 accepted; the agency and exactly the two providers have the notice', () => {
    const { story, agreement } = running(seven)
    expect(story.refusesOpening(request(agreement, { 'stop-on': '2026-10-23' }), 'request-must-be-given-in-advance', 'cd26-24.2').message).toContain('2026-10-26')
    const open = story.open(request(agreement))
    expect(open.effects('notify')[0]).toMatchObject({ to: ['implementing-agency'], notice: '运营机构要求终止提供数据' })
    expect(open.open).toEqual(['provider-notice@providers=environment-bureau', 'provider-notice@providers=transport-bureau', 'stop'])
    expect(open.act({ on: '2026-10-13', who: 'transport', task: 'provider-notice@providers=transport-bureau', outcome: 'seen', contents: { 'notice-seen': '已知悉' } }).open).toHaveLength(2)
    expect(story.open(request(agreement, { supplies: ['GJ-1', 'GJ-2'] })).open).toEqual(['provider-notice@providers=environment-bureau', 'stop'])
  })

  test('cd26-24.2c: on 2026-10-26 the agency ends exactly the two listed supplies, five run on, and the record names the officer', () => {
    const { story, agreement } = running(seven)
    const open = story.open(request(agreement))
    expect(open.due('stop')).toBe('2026-10-26')
    const stop = { on: '2026-10-26', who: 'director', task: 'stop', outcome: 'stopped', contents: { 'end-record': { officer: '王敏', note: '已停止两项供给' } } }
    open.refuses({ ...stop, on: '2026-10-25' }, 'supply-must-run-until-stop-date', 'cd26-24.2')
    open.refuses({ ...stop, who: 'manager' }, 'actor-must-hold-office', 'cd26-24.2')
    open.refuses({ ...stop, contents: {} }, 'content-must-be-present', 'cd26-24.2')
    open.act(stop)
    expect(Object.keys(seven).map((id) => story.world.standings[`supply/${id}`])).toEqual(['ended', 'granted', 'ended', 'granted', 'granted', 'granted', 'granted'])
    expect(open.state.contents['end-record']?.value).toMatchObject({ officer: '王敏' })
    expect(open.state.conclusions.at(-1)).toMatchObject({ step: 'stop', person: 'director', date: '2026-10-26' })
  })
})

test('a termination concerns an agreement in force', () => {
  const { story } = begun()
  story.refusesOpening({ on: '2026-09-15', who: 'environment', procedure: 'supply-termination', contents: { 'termination-report': report() } }, 'termination-must-concern-an-agreement', 'cd26-24.1')
  story.refusesOpening({ on: '2026-09-15', who: 'operator', procedure: 'supply-end-request', contents: { 'end-request': { application: '不再使用', supplies: ['GJ-1'], 'stop-on': '2026-10-26' } } }, 'request-must-concern-an-agreement', 'cd26-24.2')
})
