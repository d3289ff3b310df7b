import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { VOTES, decided, demand, demandItem, product, provision } from '#tests/support/xian-contents.ts'
import { FINDING, XIAN, demanded, handedIn, inForce, last, late, listed, productRegistered, released, reviewed, supplied } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('demand and supply', () => {
  const review = (on: string, rows: Json[], who = 'parking') => ({ on, who, task: `provider-review@providers=${who === 'parking' ? 'parking-centre' : 'metro-company'}`, outcome: 'decided', contents: { 'review-decisions': rows } })
  const approve = (change: JsonObject = {}) => ({ on: '2026-09-22', who: 'authority', task: 'authority-review@providers=parking-centre', outcome: 'approve', contents: { 'authority-finding': { ...FINDING, ...change } } })

  test('xa25-23.1a: a line on school data is refused at once on 2026-09-17 and points to a change of the plan; an agreed entry is received that day', () => {
    const told = story()
    const agreement = inForce(told)
    listed(told, 'school', 'parking')
    listed(told, 'parking', 'parking')
    const ask = (entries: string[]) => ({ on: '2026-09-17', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand(entries.map((entry) => demandItem(entry))) } })
    const refusal = told.refusesOpening(ask(['parking', 'school']), 'demand-must-stay-within-agreement', 'xa25-23.1')
    expect([refusal.message, refusal.cure]).toEqual([expect.stringContaining('school'), expect.stringContaining('第十八条第二款')])
    const received = told.open(ask(['parking']))
    expect([received.state.opened, received.effects('notify')]).toMatchObject(['2026-09-17', [{ to: ['data-authority', 'implementing-agency'] }]])
  })

  test('xa25-11.1.4a: of two providers one has not judged by 2026-09-22; it is late by name on 2026-09-23 and no line of its is approved', () => {
    const received = demanded(story(), '2026-09-18')
    received.refuses(review('2026-09-21', [decided('metro')]), 'decision-must-be-on-own-items', 'xa25-11.1.4')
    received.refuses(review('2026-09-21', [{ ...decided('parking'), 'basis-kind': 'internal' }]), 'assessment-must-rest-on-law', 'xa25-11.1.4')
    received.refuses(review('2026-09-21', [decided('parking', { decision: 'refuse' })]), 'refusal-must-give-reason', null)
    received.act(review('2026-09-21', [decided('parking')])).act(approve())
    expect(late(received.time('2026-09-22'))).toEqual([])
    expect(late(received.time('2026-09-23'))).toMatchObject([{ task: 'provider-review@providers=metro-company', to: ['data-authority'] }])
    expect(received.time('2026-09-30').open).toEqual(['provider-review@providers=metro-company', 'provision@providers=parking-centre/approved-items=parking'])
  })

  test('xa25-9.1.4b: the data authority judges necessity, smallest extent and fit of every line, and a cut needs a reason', () => {
    const received = demanded(story(), '2026-09-18').act(review('2026-09-21', [decided('parking')]))
    received.refuses(approve({ necessary: false }), 'demand-must-be-necessary', 'xa25-9.1.4')
    received.refuses(approve({ smallest: false }), 'demand-must-be-smallest', 'xa25-9.1.4')
    received.refuses(approve({ fits: false }), 'demand-must-fit-agreement', 'xa25-9.1.4')
    received.refuses({ ...approve(), who: 'operator' }, 'actor-must-hold-office', 'xa25-23.1')
    received.refuses({ ...approve(), outcome: 'refuse', contents: {} }, 'content-must-be-present', 'xa25-9.1.4')
    received.act({ ...approve(), outcome: 'refuse', contents: { 'authority-refusal': '两行没有对应的场景' } })
    expect([received.open, received.effects('notify').at(-1)]).toMatchObject([['provider-review@providers=metro-company'], { to: ['operator', 'implementing-agency'], text: '两行没有对应的场景' }])
    const told = story()
    const agreement = inForce(told)
    listed(told, 'parking', 'parking')
    const { scenario: _scenario, ...lacking } = demand([demandItem('parking')])
    told.refusesOpening({ on: '2026-03-18', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: lacking } }, 'content-must-be-present', 'xa25-9.1.4')
  })

  test('xa25-11.1.4b: a first batch without confirmation is held; confirmed on the next day it passes', () => {
    const going = demanded(story(), '2026-09-18').act(review('2026-09-21', [decided('parking')])).act(approve())
    const place = 'providers=parking-centre/approved-items=parking'
    const deliver = (on: string, contents: Record<string, Json>) => ({ on, who: 'parking', task: `provision@${place}`, outcome: 'delivered', contents })
    going.refuses(deliver('2026-09-23', { provision: provision() }), 'content-must-be-present', 'xa25-11.1.4')
    expect(going.open).toContain(`provision@${place}`)
    expect(going.act(deliver('2026-09-24', { provision: provision(), 'first-batch-check': '校核无误' })).open).toContain(`provision-receipt@${place}`)
    expect(supplied(story()).story.world.standings['supply/GJ-1']).toBe('granted')
  })
})

describe('a product', () => {
  const hand = (told: Story, change: JsonObject = {}) => {
    const agreement = inForce(told)
    return { on: '2026-09-22', who: 'operator', procedure: 'product', links: { agreement, release: released(told, agreement) }, contents: { product: product(change) } }
  }

  test('xa25-3.2: an unprocessed copy of a resource is no product; a form, a need and a processing step are asked for', () => {
    const told = story()
    const line = hand(told)
    const refuses = (change: JsonObject, code: string, place: string) => told.refusesOpening({ ...line, contents: { product: product(change) } }, code, place)
    refuses({ kind: 'data-set', raw: true }, 'product-must-be-processed', 'xa25-3.2')
    refuses({ need: '' }, 'content-must-be-present', 'xa25-3.2')
    refuses({ kind: 'raw-copy' }, 'content-must-be-typed', 'xa25-3.2')
    for (const kind of ['data-set', 'query-interface', 'application', 'report', 'digital-object', 'other']) expect(told.open({ ...line, contents: { product: product({ kind }) } }).status).toBe('reviewing')
  })

  test('xa25-25.1a: without a passed review it is neither registered nor published on 2026-10-15, and only its operator applies', () => {
    const told = story()
    const line = hand(told)
    told.refusesOpening({ ...line, who: 'drafter' }, 'actor-must-hold-office', 'xa25-13.1.4')
    const open = told.open(line)
    open.refuses({ on: '2026-10-15', who: 'operator', task: 'publish', outcome: 'send' }, 'step-must-be-open', 'xa25-27.1')
    expect([told.world.registers['registrations'], [...told.cases.values()].some(({ state }) => state.procedure === 'registration')]).toEqual([undefined, false])
    told.refusesOpening({ ...line, who: 'stranger' }, 'party-must-be-the-same', 'xa25-24.1')
  })

  test('xa25-25.1b: an application of 2026-09-22 on data of two providers has three reviewers due on 2026-10-13; one missing finding keeps it back', () => {
    const open = handedIn(story(), '2026-09-22')
    expect(open.state.tasks.map((one) => [one.step, one.organization, open.due(one.id)])).toEqual([['agency-review', 'data-bureau', '2026-10-13'], ['provider-review', 'parking-centre', '2026-10-13'], ['provider-review', 'metro-company', '2026-10-13']])
    open.act({ on: '2026-09-23', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'product-vote': VOTES } })
    open.act({ on: '2026-09-23', who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'pass', contents: { 'product-vote': VOTES } })
    expect([open.status, open.open]).toEqual(['reviewing', ['provider-review@providers=metro-company']])
    expect(late(open.time('2026-10-14'))).toHaveLength(1)
    expect([open.act({ on: '2026-10-14', who: 'metro', task: 'provider-review', outcome: 'pass', contents: { 'product-vote': VOTES } }).status, open.lateness('provider-review')]).toEqual(['reviewed', 1])
  })

  test.each([
    ['xa25-25.1.1', 'beyond-agreement', 'use-must-keep-to-agreement'], ['xa25-25.1.2', 'direct-exposure', 'data-must-not-be-exposed'], ['xa25-25.1.3', 'other-risk', 'no-other-risk-may-remain'],
  ])('%s: agency and providers do not pass while “%s” is found or not judged', (place, heading, code) => {
    const open = handedIn(story(), '2026-09-22')
    const pass = (change: JsonObject, who = 'reviewer') => ({ on: '2026-09-29', who, task: who === 'reviewer' ? 'agency-review' : 'provider-review@providers=parking-centre', outcome: 'pass', contents: { 'product-vote': { ...VOTES, ...change } } })
    for (const who of ['reviewer', 'parking']) {
      open.refuses(pass({ [heading]: 'yes' }, who), code, place)
      open.refuses(pass({ [`${heading}-note`]: '' }, who), 'content-must-be-present', place)
      open.refuses(pass({ [heading]: '' }, who), 'content-must-be-present', place)
    }
    expect(open.act(pass({})).open).toHaveLength(2)
  })

  test('xa25-25.1c: two findings of 2026-09-28; an answer to one is refused on 2026-10-12, with both the review begins again', () => {
    const told = story()
    const open = handedIn(told, '2026-09-22').act({ on: '2026-09-28', who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'rectify', contents: { 'product-vote': { ...VOTES, 'other-risk': 'yes' } } })
    expect([open.status, open.open]).toEqual(['returned', ['state-risks']])
    open.act({ on: '2026-09-28', who: 'reviewer', task: 'state-risks', outcome: 'stated', contents: { 'risk-findings': [{ finding: '单户可识别', expected: '提高汇总程度' }, { finding: '调用不限次', expected: '限制次数' }] } })
    expect([open.state.tasks.map((one) => [one.step, one.organization]), open.effects('notify').at(-1)]).toMatchObject([[['revise', 'qin-data']], { to: ['operator'] }])
    const again = (answers: string[]) => ({ on: '2026-10-12', who: 'operator', task: 'revise', outcome: 'resubmit', contents: { product: product(), 'risk-answers': answers.map((finding) => ({ finding, done: '已整改' })) } })
    expect(open.refuses(again(['单户可识别']), 'every-risk-must-be-answered', 'xa25-25.1').message).toContain('调用不限次')
    open.act(again(['单户可识别', '调用不限次']))
    expect([open.status, open.state.tasks.map((one) => [one.opened_on, open.due(one.id)])]).toEqual(['reviewing', Array.from({ length: 3 }, () => ['2026-10-12', '2026-10-26'])])
  })

  test('xa25-26.1: passed on 2026-09-18, applied for by 2026-10-22 though the code comes later; 2026-10-23 is accepted and late', () => {
    const told = story()
    reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    const registration = last(told, 'registration')
    expect([registration.open, registration.due('apply-product'), registration.state.tasks[0]?.organization]).toEqual([['apply-product'], '2026-10-22', 'qin-data'])
    expect(registration.state.tasks[0]?.clock?.basis).toMatchObject({ kind: 'interpretation', provision: 'xa25-26.1' })
    expect(late(registration.time('2026-10-22'))).toEqual([])
    expect(late(registration.time('2026-10-23'))).toMatchObject([{ to: ['data-authority', 'registrant'] }])
    const other = story()
    reviewed(handedIn(other, '2026-09-17'), '2026-09-18')
    const timely = productRegistered(other)
    expect([timely.lateness('apply-product'), timely.state.conclusions.map((one) => one.date)]).toEqual([0, ['2026-10-22', '2026-10-27', '2026-11-24', '2026-11-24', '2026-12-09', '2026-12-10']])
  })

  test('xa25-27.1a: reviewed and not registered it is not published on 2026-12-09; with the code of 2026-12-10 it is, while that is valid', () => {
    const told = story()
    const open = reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    const send = (on: string) => ({ on, who: 'operator', task: 'publish', outcome: 'send' })
    open.refuses(send('2026-12-09'), 'product-must-be-registered-before-publication', 'xa25-13.1.2')
    productRegistered(told)
    expect([open.status, told.world.registers['registrations']?.[open.id]]).toMatchObject(['registered', { code: 'GGSJ-510100-000001', 'valid-until': '2029-12-09' }])
    open.refuses(send('2029-12-10'), 'registration-must-be-valid', 'xa25-27.1')
    expect(open.act(send('2026-12-10')).status).toBe('publishing')
  })

  test('xa25-27.1b: sent on 2026-12-11 with the node down it waits; with the receipt of 2026-12-14 it is published on that day under its number', () => {
    const told = story()
    const open = reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    productRegistered(told)
    const send = (on: string, who = 'operator') => ({ on, who, task: 'publish', outcome: 'send' })
    open.refuses(send('2026-12-11', 'drafter'), 'actor-must-hold-office', 'xa25-27.1')
    open.act(send('2026-12-11'))
    expect([open.status, told.world.standings[`product/${open.id}`], open.due('node-receipt')]).toEqual(['publishing', undefined, '2026-12-18'])
    expect(open.effects('port').at(-1)).toMatchObject({ port: 'national-node', action: 'publish', concludes: 'node-receipt', registration: 'GGSJ-510100-000001', price: 0, name: '停车指数' })
    open.act({ on: '2026-12-12', who: 'operator', task: 'node-receipt', outcome: 'failed', contents: { 'transfer-failure': '节点没有响应' } }).act(send('2026-12-13'))
    const receipt = { 'node-receipt': { number: 'XA-1', 'published-on': '2026-12-14' } }
    open.act({ on: '2026-12-14', who: 'platform', task: 'node-receipt', outcome: 'received', contents: receipt })
    expect([open.status, told.world.standings[`product/${open.id}`], told.world.registers['products']?.[open.id], open.effects('publish').at(-1)]).toMatchObject(['listed', 'granted', { 'node-receipt': 'XA-1', 'published-on': '2026-12-14' }, { kind: 'product', 'node-receipt': 'XA-1', registration: 'GGSJ-510100-000001' }])
    const other = story()
    const byHand = reviewed(handedIn(other, '2026-09-17'), '2026-09-18')
    productRegistered(other)
    byHand.act(send('2026-12-11')).act({ on: '2026-12-14', who: 'operator', task: 'node-receipt', outcome: 'entered', contents: { ...receipt, 'manual-entry': { number: '纸质回执3号', date: '2026-12-14', source: '西安节点运营单位' } } })
    expect([byHand.status, other.world.registers['products']?.[byHand.id]]).toMatchObject(['listed', { 'node-receipt': 'XA-1' }])
  })
})
