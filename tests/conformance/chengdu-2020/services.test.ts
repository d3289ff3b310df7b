import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { item, lateTold, opinion, processed, released, service, source, story, supplied, use } from '#tests/support/chengdu-2020-story.ts'
import type { Story } from '#tests/support/story.ts'

describe('services and their use', () => {
  const withData = () => {
    const told = story()
    supplied(told)
    return told
  }
  const offering = (change: JsonObject) => ({ on: '2026-05-14', who: 'engineer', procedure: 'service', contents: { service: service(change) } })
  test('cd20-4.5b: an opinion for a credit check carries no targeted advertising', () => {
    const told = withData()
    told.refusesOpening(offering({ scenario: '定向广告投放' }), 'service-must-rest-on-opinions', 'cd20-4.5')
    told.refusesOpening(offering({ sources: [source({ fields: ['line', 'name'] })] }), 'fields-must-be-authorized', 'cd20-4.5')
    expect(told.open(offering({})).status).toBe('drafted')
  })

  test('cd20-5.1e: no download without an opinion for it, and with one each file bears the user’s watermark', () => {
    withData().refusesOpening(offering({ form: 'download', watermark: true }), 'form-must-be-authorized', 'cd20-5.1')
    const told = story()
    supplied(told, { forms: ['download'] })
    told.refusesOpening(offering({ form: 'download', watermark: false }), 'download-must-bear-a-watermark', 'cd20-5.1')
    expect(told.open(offering({ form: 'download', watermark: true })).status).toBe('drafted')
  })

  test('cd20-5.1f: an interface for checking does not return a field', () => {
    const told = withData()
    told.refusesOpening(offering({ 'returns-fields': true }), 'check-interface-must-not-return-fields', 'cd20-5.1')
    expect(told.open(offering({})).status).toBe('drafted')
  })

  test('cd20-15.1e: sensitive data left unmasked are not released', () => {
    withData().refusesOpening(offering({ sources: [source({ measure: 'none' })] }), 'sensitive-data-must-be-masked', 'cd20-15.1')
  })

  test('cd20-7.1f: a version without a passed test stays unreleased, and the missing test is named', () => {
    expect(withData().refusesOpening(offering({ test: 'missing' }), 'service-must-have-passed-its-test', 'cd20-7.1').message).toContain('测试')
    withData().refusesOpening(offering({ test: 'failed' }), 'service-must-have-passed-its-test', 'cd20-7.1')
  })

  test('cd20-10.1d: a service released on 2026-05-14 is in the list from that day, and the list of the day before is still told without it', () => {
    const told = withData()
    const opened = told.open(offering({}))
    const before = { ...told.world.registers['services'] }
    opened.refuses({ on: '2026-05-14', who: 'engineer', task: 'release', outcome: 'released' }, 'releaser-must-not-be-author', null)
    opened.act({ on: '2026-05-14', who: 'operator', task: 'release', outcome: 'released' })
    expect([before, told.world.registers['services']]).toMatchObject([{}, { [opened.id]: { name: '信用校验', 'released-on': '2026-05-14' } }])
    expect(before[opened.id]).toBeUndefined()
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['data-authority', 'industry-authority'], notice: '公共数据运营清单有变化' })
    opened.act({ on: '2026-05-18', who: 'operator', task: 'run', outcome: 'stop', contents: { opinion: '不再提供' } })
    expect(told.world.standings[`service/${opened.id}`]).toBe('ended')
  })

  test('cd20-5.1c: a service built in five steps shows the five with inputs and versions', () => {
    const told = withData()
    const steps = ['CL-1', 'CL-2', 'CL-3', 'CL-4', 'CL-5']
    for (const [index, kind] of ['joining', 'conversion', 'packaging'].entries()) processed(told, `CL-${index + 3}`, kind, '2026-05-14', { inputs: [`CL-${index + 2}结果`], version: `${index + 1}` })
    const opened = told.open(offering({ steps })).act({ on: '2026-05-14', who: 'operator', task: 'release', outcome: 'released' })
    expect(told.world.registers['services']?.[opened.id]).toMatchObject({ steps })
    expect(steps.map((step) => told.world.registers['processings']?.[step])).toMatchObject([{ inputs: ['GJ-1'], version: '1' }, { inputs: ['GJ-1'], version: '1' }, { inputs: ['CL-2结果'], version: '1' }, { inputs: ['CL-3结果'], version: '2' }, { inputs: ['CL-4结果'], version: '3' }])
  })

  test('cd20-5.1h: a consulting report keeps question, data and user; data without an opinion for it are refused', () => {
    const told = story()
    supplied(told, { forms: ['consulting'] })
    const filing = (entry: string) => ({ on: '2026-05-15', who: 'operator', procedure: 'consulting', contents: { consulting: { question: '沿线商铺客流如何', user: '某商会', 'delivered-on': '2026-05-15', report: file('报告.pdf'), data: [{ entry }] } } })
    told.refusesOpening(filing('visits'), 'consulting-must-rest-on-opinions', 'cd20-5.1')
    const filed = told.open(filing('buses'))
    expect(told.world.registers['consultings']?.[filed.id]).toMatchObject({ question: '沿线商铺客流如何', user: '某商会', data: ['buses'], 'delivered-on': '2026-05-15' })
  })

  test('cd20-4.5f: a model given to the Transport Bureau on 2026-03-31 is in the register once confirmed, and in the next report', () => {
    const told = story()
    const given = told.open({ on: '2026-03-31', who: 'operator', procedure: 'contribution', contents: { contribution: { recipient: 'transport-bureau', kind: 'model', name: '客流预测模型', use: '调整发车间隔' } } })
    expect([given.state.tasks[0]?.organization, told.world.registers['contributions']]).toEqual(['transport-bureau', undefined])
    given.refuses({ on: '2026-03-31', who: 'health', task: 'confirm', outcome: 'confirmed', contents: { 'contribution-receipt': '已收到' } }, 'actor-must-be-concerned-organization', 'cd20-4.5')
    given.act({ on: '2026-03-31', who: 'transport', task: 'confirm', outcome: 'confirmed', contents: { 'contribution-receipt': '已收到' } })
    expect(told.world.registers['contributions']?.['客流预测模型']).toMatchObject({ recipient: 'transport-bureau', kind: 'model', 'confirmed-on': '2026-03-31' })
    const report = told.open({ on: '2026-04-01', who: 'operator', procedure: 'periodic-report', contents: { 'period-from': '2026-01-01', 'period-to': '2026-03-31' } })
      .act({ on: '2026-04-10', who: 'operator', task: 'report', outcome: 'sent', contents: { 'periodic-report': { operation: '运行平稳', exchange: '交互正常', use: '交通数据', contributions: ['客流预测模型'], providers: [{ provider: 'transport-bureau' }] } } })
    expect(report.state.contents['periodic-report']?.value).toMatchObject({ contributions: ['客流预测模型'] })
  })

  test('cd20-7.2a: of twelve wishes by 2026-03-31 the one without an answer shows to the governance office', () => {
    const wishes = Array.from({ length: 12 }, (_one, index) => ({ wish: `第${index + 1}项功能`, from: '市交通运输局', votes: 12 - index }))
    const opened = story().open({ on: '2026-03-02', who: 'operator', procedure: 'function-wishes', contents: { 'function-wishes': { 'period-to': '2026-03-31', wishes } } })
    expect(opened.open).toHaveLength(12)
    const answer = (wish: string) => ({ on: '2026-03-31', who: 'operator', task: `answer@wishes=${wish}`, outcome: 'answered', contents: { 'wish-answer': { answer: '列入计划', version: '2.1' } } })
    for (const { wish } of wishes.slice(0, 11)) opened.act(answer(wish))
    expect(lateTold(opened.time('2026-03-31'))).toEqual([])
    expect(lateTold(opened.time('2026-04-01'))).toEqual([{ step: 'answer', on: '2026-04-01', told: ['data-authority'] }])
    expect(opened.open).toEqual(['answer@wishes=第12项功能'])
    expect(opened.act({ ...answer('第12项功能'), on: '2026-04-02' }).status).toBe('closed')
  })

  test('cd20-7.2b: 99.2% against a target of 99.5% in March 2026 is on record with cause and measure', () => {
    const told = story()
    const month = (change: JsonObject) => ({ on: '2026-04-01', who: 'operator', procedure: 'capability-month', contents: { 'capability-month': { month: '2026-03', measures: [{ name: '可用率', target: 99.5, reached: 99.2, short: true, cause: '机房停电', measure: '加装备用电源', ...change }] } } })
    told.refusesOpening(month({ short: false }), 'shortfall-must-be-declared', 'cd20-7.2')
    told.refusesOpening(month({ cause: '' }), 'shortfall-must-be-explained', null)
    told.refusesOpening(month({ measure: '' }), 'shortfall-must-be-explained', null)
    expect(told.open(month({})).status).toBe('recorded')
    expect(told.world.registers['capability-months']?.['2026-03']).toMatchObject({ measures: [{ target: 99.5, reached: 99.2, cause: '机房停电', measure: '加装备用电源' }] })
    expect(story().open(month({ reached: 99.5, short: false, cause: null, measure: null })).status).toBe('recorded')
  })

  test('cd20-5.1a: a disk that a department hands over on 2026-03-24 is no public data', () => {
    const bring = (change: JsonObject) => ({ on: '2026-03-24', who: 'operator', procedure: 'external-data', contents: { 'external-data': { name: '移动硬盘数据', origin: '市交通运输局', 'from-department': true, ...change } } })
    story().refusesOpening(bring({}), 'public-data-must-come-from-the-sharing-platform', 'cd20-5.1')
    expect(story().open(bring({ origin: '某公司', 'from-department': false })).status).toBe('quarantined')
  })

  test('cd20-5.1b: external data of 2026-03-24 stay in quarantine until their licence is entered, and a service names them as external', () => {
    const told = withData()
    const data = { name: '地图数据', origin: '某公司', 'from-department': false }
    const waiting = told.open({ on: '2026-05-14', who: 'operator', procedure: 'external-data', contents: { 'external-data': data } })
    waiting.refuses({ on: '2026-05-14', who: 'operator', task: 'admit', outcome: 'admitted' }, 'external-data-must-have-a-licence', null)
    told.refusesOpening(offering({ external: ['地图数据'] }), 'external-data-must-be-admitted', 'cd20-5.1')
    waiting.act({ on: '2026-05-14', who: 'operator', task: 'admit', outcome: 'admitted', contents: { 'external-data': { ...data, licence: file('许可.pdf') } } })
    const opened = told.open(offering({ external: ['地图数据'] })).act({ on: '2026-05-14', who: 'operator', task: 'release', outcome: 'released' })
    expect(told.world.registers['services']?.[opened.id]).toMatchObject({ external: ['地图数据'] })
  })

  const applying = (told: Story, who = 'user', kind = 'organization', change: JsonObject = {}) =>
    told.open({ on: '2026-05-15', who, procedure: 'use-agreement', contents: { 'use-application': { service: released(told).id, kind, activity: 'research', purpose: '信用评价研究', amount: 1000, lawful: true, ...change } } })
  const ready = (change: JsonObject = {}) => ({ on: '2026-05-15', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'use-agreement': use(change), 'feedback-to': '2026-06-30' } })
  const sign = (who: string, task: string, text = use()) => ({ on: '2026-05-15', who, task, outcome: 'sign', contents: { 'use-signature': { 'text-hash': hashOf(text) } } })

  const inUse = (told: Story, change: JsonObject = {}, who = 'user') => applying(told, who, who === 'person' ? 'person' : 'organization').act(ready(change)).act(sign('operator', 'sign-operator', use(change))).act(sign(who, 'sign-user', use(change)))
  const call = (change: JsonObject = {}, on = '2026-05-15', who = 'user') => ({ on, who, task: 'call', outcome: 'called', contents: { 'use-call': { form: 'check', calls: 1, ...change } } })

  test('cd20-4.5e: the Planning Bureau pays nothing: 200 yuan are refused, and its order runs at 0', () => {
    const opened = applying(withData(), 'planning', 'department')
    opened.refuses(ready({ price: 200 }), 'departments-must-be-served-free', 'cd20-4.5')
    expect(opened.act(ready({ price: 0 })).status).toBe('signing')
    expect(opened.state.contents['use-agreement']?.value).toMatchObject({ price: 0 })
  })

  test('cd20-5.1d: an order without purpose is refused, and an amount above the need asks for a new order', () => {
    const told = withData()
    const onOffer = released(told)
    told.refusesOpening({ on: '2026-05-15', who: 'user', procedure: 'use-agreement', contents: { 'use-application': { service: onOffer.id, kind: 'organization', activity: 'research', purpose: '', amount: 1000, lawful: true } } }, 'content-must-be-present', 'cd20-5.1')
    applying(withData()).refuses(ready({ amount: 1001 }), 'amount-must-not-exceed-the-need', 'cd20-5.1')
  })

  test('cd20-15.1a: a natural person without a signed agreement is not served; with one she is', () => {
    const told = withData()
    const opened = applying(told, 'person', 'person').act(ready()).act(sign('operator', 'sign-operator'))
    opened.refuses(call({}, '2026-05-15', 'person'), 'step-must-be-open', 'cd20-15.1')
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBeUndefined()
    opened.act(sign('person', 'sign-user')).act(call({}, '2026-05-15', 'person'))
    expect([told.world.standings[`use-agreement/${opened.id}`], Object.values(told.world.registers['calls'] ?? {})]).toMatchObject(['granted', [{ user: 'a-person', calls: 1 }]])
  })

  test('cd20-15.1b: an agreement without its period is not put to signature', () => {
    expect(applying(withData()).refuses(ready({ ends: null }), 'content-must-be-present', 'cd20-15.1').message).toContain('期限')
  })

  test('cd20-15.1c: an agreement without the part on responsibilities is not put to signature', () => {
    applying(withData()).refuses(ready({ 'operator-duties': '' }), 'content-must-be-present', 'cd20-15.1')
    applying(withData()).refuses(ready({ 'user-duties': '' }), 'content-must-be-present', 'cd20-18.1')
  })

  test('cd20-15.1d: requirements are part of it, and “feedback each quarter” opens the first feedback for the quarter ending 2026-06-30', () => {
    applying(withData()).refuses(ready({ requirements: '' }), 'content-must-be-present', 'cd20-15.1')
    const opened = inUse(withData())
    expect([opened.state.contents['feedback-to']?.value, opened.due('feedback')]).toEqual(['2026-06-30', '2026-07-14'])
  })

  test('cd20-15.1f: under an agreement for checks a query is refused', () => {
    applying(withData()).refuses(ready({ form: 'query' }), 'form-must-be-the-services', 'cd20-15.1')
    inUse(withData()).refuses(call({ form: 'query' }), 'call-must-be-in-the-agreed-form', 'cd20-15.1')
  })

  test('cd20-14.2d: with a limit of 1,000 calls a day the call 1,001 is refused, the call 1,000 is not', () => {
    const opened = inUse(withData())
    expect(opened.refuses(call({ calls: 1001 }), 'calls-must-keep-within-the-daily-limit', 'cd20-14.2').message).toContain('1001')
    expect(opened.act(call({ calls: 1000 })).lateness('call')).toBe(0)
  })

  test('cd20-18.2c: the term of use ends on 2026-05-31; a call of 2026-06-01 is refused', () => {
    const told = withData()
    const opened = inUse(told)
    opened.act(call({}, '2026-05-31'))
    opened.refuses(call({}, '2026-06-01'), 'call-must-lie-within-the-term-of-use', 'cd20-18.2')
  })

  test('cd20-15.2a: a user’s choice of research is in the register with the day on which the agreement was signed', () => {
    const told = withData()
    const opened = inUse(told)
    expect(told.world.registers['uses']?.[opened.id]).toMatchObject({ user: 'travel-company', activity: 'research', 'signed-on': '2026-05-15' })
  })

  test('cd20-15.3b: what does harm is paused at once', () => {
    const told = withData()
    expect(() => applying(told, 'user', 'organization', { lawful: false })).toThrow('use-must-be-lawful (cd20-15.3)')
    const opened = inUse(told)
    opened.act({ on: '2026-05-20', who: 'operator', task: 'run', outcome: 'pause', contents: { harm: '泄露个人信息' } })
    expect([told.world.standings[`use-agreement/${opened.id}`], opened.effects('notify').at(-1)]).toMatchObject(['suspended', { to: ['developer', 'data-authority'], notice: '暂停数据服务' }])
    opened.refuses(call({}, '2026-05-20'), 'use-agreement-must-stand', 'cd20-15.3')
    const settled = inUse(withData()).act({ on: '2026-05-20', who: 'operator', task: 'run', outcome: 'pause', contents: { harm: '泄露个人信息' } })
    expect(settled.act({ on: '2026-05-25', who: 'operator', task: 'settle', outcome: 'resume', contents: { 'harm-outcome': '已经整改' } }).act(call({}, '2026-05-26')).status).toBe('in-force')
    opened.act({ on: '2026-05-25', who: 'operator', task: 'settle', outcome: 'end', contents: { 'harm-outcome': '终止协议并移送' } })
    expect([opened.status, opened.open]).toEqual(['ended', []])
  })

  test('cd20-13.2a: under an opinion given for the subject’s authorization, a call for a person who has not authorised is refused', () => {
    const told = story()
    const consented = item('buses', { consent: true, 'consent-proof': file('授权.pdf') })
    supplied(told, {}, [consented, item('visits')])
    const opened = inUse(told)
    opened.refuses(call({ 'subject-authorized': false }), 'subject-must-have-authorized', 'cd20-13.2')
    opened.refuses(call({}), 'subject-must-have-authorized', 'cd20-13.2')
    expect(opened.act(call({ 'subject-authorized': true })).lateness('call')).toBe(0)
  })

  const end = (who: string, change: JsonObject = {}) => ({ on: '2026-05-21', who, procedure: 'authorization-end', contents: { 'authorization-end': { entry: 'buses', operator: 'city-data', grounds: '《某法》第十条', ends: '2026-05-21', ...change } } })

  test('cd20-16.1a: an authorization has no off switch: given, it is neither taken back nor ended by another department', () => {
    const told = story()
    const opened = supplied(told)
    opened.refuses({ on: '2026-05-20', who: 'transport', task: 'opinion@providers=transport-bureau', outcome: 'given', contents: { opinions: [opinion('buses', { decision: 'refuse' })] } }, 'step-must-be-open', 'cd20-13.1')
    told.refusesOpening(end('health'), 'authorization-must-be-own', 'cd20-16.1')
    expect(told.world.standings['opinion/buses']).toBe('granted')
  })

  test('cd20-16.1b: no form without grounds', () => {
    const told = withData()
    told.refusesOpening(end('transport', { grounds: '' }), 'content-must-be-present', 'cd20-16.1')
    told.refusesOpening(end('transport', { ends: '2026-05-20' }), 'end-must-not-lie-before-the-notice', 'cd20-16.1')
  })

  test('cd20-16.1c: both offices have the notice on the day of the form, and without an approval the authorization ends on that day', () => {
    const told = withData()
    const opened = told.open(end('transport'))
    expect([opened.status, told.world.standings['opinion/buses']]).toEqual(['ended', 'ended'])
    expect(opened.effects('notify')[0]).toMatchObject({ to: ['data-authority', 'industry-authority'], notice: '终止数据运营授权' })
    const waiting = withData().open(end('transport', { ends: '2026-05-25' }))
    expect(waiting.time('2026-05-24').status).toBe('notified')
    expect(waiting.time('2026-05-25').status).toBe('ended')
  })

  test('cd20-16.1d: the operator has the notice and sees its three dependent services, and calls after the end are refused', () => {
    const told = withData()
    const used = inUse(told)
    const services = [Object.keys(told.world.registers['services'] ?? {})[0], released(told, { version: '2' }).id, released(told, { version: '3' }).id]
    used.act(call({}, '2026-05-20'))
    const opened = told.open(end('transport'))
    expect(opened.effects('notify')[1]).toMatchObject({ to: ['operator'], notice: '通报终止数据运营授权' })
    expect(opened.open).toEqual(services.map((one) => `adjust@dependents=${one}`).toSorted())
    expect(opened.act({ on: '2026-05-21', who: 'operator', task: opened.open[0] ?? '', outcome: 'adjusted', contents: { opinion: '停止该服务' } }).open).toHaveLength(2)
    expect(used.refuses(call({}, '2026-05-22'), 'authorization-must-stand', 'cd20-16.1').message).toContain('buses')
  })
})
