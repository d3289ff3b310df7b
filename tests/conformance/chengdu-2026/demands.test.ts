import { describe, expect } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { decidedBy, earlyAgreement, earlyDemand, earlyEntries, passed } from '#tests/support/chengdu-early-story.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { CHECKLIST, CONSENT, decided, demand, field, item, refusedItem, scenario } from '#tests/support/supply-contents.ts'
import { agreementOverFour, demanded, fourEntries, listed } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('demands', ['data-demand'])

const law = await lawOf('chengdu-2026')
const story = () => fresh(WIDE_CAST)
const opening = (agreed: StoryCase, items: Json[], change: JsonObject = {}, who = 'operator', on = '2026-07-06') => ({
  on, who, procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand(items, change) },
})
/** An agreement over one resource in force since 2026-07-01, with its entry. */
const begun = () => {
  const told = story()
  const agreed = earlyAgreement(told, { 'air-quality': 'environment-bureau' })
  earlyEntries(told, { 'air-quality': 'environment' })
  return { told, agreed }
}

describe('a data demand', () => {
  test('cd26-20.1a: developer D without agreement is refused on 2026-07-06; operator A’s demand of that day has a number and that date', () => {
    const { told, agreed } = begun()
    told.refusesOpening(opening(agreed, [item('air-quality')], {}, 'developer'), 'actor-must-hold-office', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality')], {}, 'stranger'), 'party-must-be-the-same', 'cd26-20.1')
    told.refusesOpening({ ...opening(agreed, [item('air-quality')]), links: {} }, 'demand-must-rest-on-agreement', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality')], { 'market-demand': '' }), 'content-must-be-present', 'cd26-20.1')
    const received = told.open(opening(agreed, [item('air-quality')]))
    expect([received.state.number, received.state.opened, received.status]).toEqual([expect.stringMatching(/\S/), '2026-07-06', 'formal-review'])
    expect(received.effects('notify').at(0)).toMatchObject({ to: ['implementing-agency', 'public-data-manager'], notice: '收到数据需求申请' })
  })

  test('cd26-20.1b: “traffic data” alone is refused on 2026-07-06; resource, fields, time span and area are asked for one by one', () => {
    const { told, agreed } = begun()
    told.refusesOpening(opening(agreed, []), 'content-must-be-present', 'cd26-20.1')
    told.refusesOpening(opening(agreed, ['交通数据']), 'content-must-be-typed', 'cd26-20.1')
    for (const [part, title] of [['entry', '目录条目'], ['fields', '字段'], ['time-span', '时间范围'], ['area', '地域范围'], ['update-frequency', '更新频率']] as const) {
      expect(told.refusesOpening(opening(agreed, [item('air-quality', { [part]: part === 'fields' ? null : '' })]), 'content-must-be-present', 'cd26-20.1').message).toContain(title)
    }
    told.refusesOpening(opening(agreed, [item('air-quality', { fields: ['station', 'wind'] })]), 'fields-must-be-catalogued', 'cd26-20.1')
    const other = story()
    other.refusesOpening(opening(earlyAgreement(other, { 'air-quality': 'environment-bureau' }), [item('air-quality')]), 'entry-must-be-catalogued', 'cd26-20.1')
    expect(told.refusesOpening(opening(agreed, [item('metro-flows')]), 'demand-must-stay-within-agreement', 'cd26-21.1').message).toContain('metro-flows')
  })

  test('cd26-20.1c: personal information in “batch” or by query without a protection rule is refused on 2026-07-06', () => {
    const told = story()
    const agreed = earlyAgreement(told, { persons: 'environment-bureau' })
    listed(told, 'persons', 'environment', { personal: true, entity: 'person', fields: [field('id-number', { sensitive: 'personal', protection: 'mask' })] }, {}, '2026-06-29')
    const asked = (change: JsonObject) => opening(agreed, [item('persons', { fields: ['id-number'], ...change })])
    told.refusesOpening(asked({ mode: '' }), 'content-must-be-present', 'cd26-20.1')
    told.refusesOpening(asked({ mode: 'file-copy' }), 'content-must-be-typed', 'cd26-20.1')
    told.refusesOpening(asked({ mode: 'batch' }), 'personal-information-must-have-protection', 'cd26-20.1')
    told.refusesOpening(asked({ mode: 'interface-query' }), 'personal-information-must-have-protection', 'cd26-20.1')
    expect(told.open(asked({ mode: 'interface-check' })).status).toBe('formal-review')
    expect(told.open(asked({ mode: 'batch', protection: '不可逆加盐哈希' })).status).toBe('formal-review')
  })

  test('cd26-20.1d: data approved for “bus line planning” do not serve a job of “retail site choice” on 2026-09-21; the demand form is offered', () => {
    const policy = law.pack.policies['environment-access']
    if (policy === undefined) throw new Error('the pack has no policy environment-access')
    const use = (forScenario: number) => decideByPolicy(policy, { own: true, agreement: 'granted', supplies: 3, for_scenario: forScenario, granted: forScenario })
    const denied = use(0)
    expect(denied.allow ? null : denied.refusal).toMatchObject({ code: 'scenario-must-be-approved', provision: 'cd26-20.1', cure: expect.stringContaining('数据需求申请') })
    expect(use(1).allow).toBe(true)
  })

  test('cd26-20.1d: a demand is bound to one scenario with purpose, users, benefit and an end within the agreement', () => {
    const { told, agreed } = begun()
    for (const part of ['name', 'purpose', 'users', 'benefit', 'ends']) told.refusesOpening(opening(agreed, [item('air-quality')], { scenario: scenario({ [part]: '' }) }), 'content-must-be-present', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality')], { scenario: scenario({ ends: '2029-07-01' }) }), 'scenario-must-end-with-agreement', 'cd26-21.1')
    expect(told.open(opening(agreed, [item('air-quality')], { scenario: scenario({ ends: '2029-06-30' }) })).state.contents['demand']?.value).toMatchObject({ scenario: { name: '空气质量服务' } })
  })
})

describe('the formal review', () => {
  test('cd26-20.2a: received on 2026-09-24, due on 10-09, one working day late on 10-10, and taken then', () => {
    const { demand: received } = demanded(story(), '2026-09-24')
    const late = () => received.effects('notify').filter((one) => one['notice'] === '逾期提示')
    expect(received.due('formal-review')).toBe('2026-10-09')
    received.time('2026-10-09')
    expect(late()).toEqual([])
    received.time('2026-10-10')
    expect(late()).toMatchObject([{ to: ['data-authority'] }])
    const pass = (change: JsonObject) => ({ ...passed('2026-10-10'), contents: { 'formal-checklist': { ...CHECKLIST, ...change } } })
    for (const point of ['complete', 'agreement', 'catalogue', 'consent']) received.refuses(pass({ [point]: false }), 'formal-review-must-be-complete', 'cd26-20.2')
    received.refuses({ ...pass({}), who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'cd26-20.2')
    received.act(pass({}))
    expect(received.lateness('formal-review')).toBe(1)
  })

  test('cd26-20.2b: in formal review since 2026-07-06, it is not the provider’s on 07-08; after the pass of 07-10 the provider’s task opens that day', () => {
    const { demand: received } = earlyDemand(story(), '2026-07-06')
    received.refuses(decidedBy('environment', '2026-07-08', [decided('air-quality')]), 'step-must-be-open', 'cd26-20.3')
    received.act(passed('2026-07-10'))
    expect(received.state.tasks.map((task) => [task.step, task.organization, task.opened_on])).toEqual([['provider-review', 'environment-bureau', '2026-07-10']])
    expect(received.effects('notify').at(-1)).toMatchObject({ to: ['operator'], notice: '数据需求通过形式审查' })
  })

  test('cd26-20.2b: a returned demand goes back with its defects, and resubmitting starts a new five-day clock', () => {
    const back = { on: '2026-09-03', who: 'drafter', task: 'formal-review', outcome: 'return', contents: { 'return-notice': [{ part: '应用场景', defect: '使用对象不明确' }] } }
    const { demand: received } = demanded(story(), '2026-09-01')
    received.refuses({ ...back, contents: { 'return-notice': [] } }, 'content-must-be-present', 'cd26-20.2')
    received.act(back)
    expect([received.status, received.state.contents['return-notice']?.value, received.effects('notify').at(-1)]).toMatchObject(['returned', [{ part: '应用场景', defect: '使用对象不明确' }], { to: ['operator'] }])
    received.act({ on: '2026-09-24', who: 'operator', task: 'supplement', outcome: 'resubmit', contents: { demand: demand([item('air-quality')]) } })
    expect(received.due('formal-review')).toBe('2026-10-09')
    const dropped = demanded(story(), '2026-09-01').demand.act(back).act({ on: '2026-09-04', who: 'operator', task: 'supplement', outcome: 'withdraw' })
    expect([dropped.status, dropped.open]).toEqual(['withdrawn', []])
  })
})

describe('the providers’ review', () => {
  const ofThreeBureaus = [item('air-quality'), item('bus-lines'), item('house-prices')]
  const of = (provider: string) => `provider-review@providers=${provider}`
  const routed = () => demanded(story(), '2026-09-14').demand.act(passed('2026-09-16'))
  const both = (first: JsonObject, second = decided('water-quality')) => ({ ...decidedBy('environment', '2026-09-21', [first, second]), task: of('environment-bureau') })
  const july = (rows: Json[]) => decidedBy('environment', '2026-07-20', rows)
  const single = () => earlyDemand(story(), '2026-07-06').demand.act(passed('2026-07-10'))

  test('cd26-7.5c: passed on 2026-07-13 over data of three bureaus, it is three tasks due on 07-27; one approval changes nothing in the others', () => {
    const { demand: received } = earlyDemand(story(), '2026-07-06', ofThreeBureaus)
    received.act(passed('2026-07-13'))
    const tasks = ['environment-bureau', 'housing-bureau', 'transport-bureau'].map(of)
    expect([received.open, tasks.map((task) => received.due(task))]).toEqual([tasks, ['2026-07-27', '2026-07-27', '2026-07-27']])
    received.refuses({ ...decidedBy('environment', '2026-07-15', [decided('bus-lines')]), task: of('environment-bureau') }, 'decision-must-be-on-own-items', 'cd26-7.5')
    received.refuses({ ...decidedBy('transport', '2026-07-15', [decided('air-quality')]), task: of('environment-bureau') }, 'actor-must-be-concerned-organization', 'cd26-20.3')
    received.act({ ...decidedBy('environment', '2026-07-15', [decided('air-quality')]), task: of('environment-bureau') })
    expect(received.open).toEqual([of('housing-bureau'), of('transport-bureau'), 'provision@providers=environment-bureau/approved-items=air-quality'])
    expect([received.due(of('housing-bureau')), received.due(of('transport-bureau'))]).toEqual(['2026-07-27', '2026-07-27'])
  })

  test('cd26-20.3a: routed to the Transport Bureau on 2026-09-16, due on 09-30; lateness is shown to both offices', () => {
    const reviewing = routed()
    expect(reviewing.due(of('transport-bureau'))).toBe('2026-09-30')
    const late = () => reviewing.effects('notify').filter((one) => one['notice'] === '逾期提示' && one['task'] === of('transport-bureau'))
    reviewing.time('2026-09-30')
    expect(late()).toEqual([])
    reviewing.time('2026-10-08')
    expect(late().flatMap((one) => one['to'])).toEqual(expect.arrayContaining(['public-data-manager', 'data-authority']))
    reviewing.act({ ...decidedBy('transport', '2026-10-08', [decided('bus-lines')]), task: of('transport-bureau') })
    expect(reviewing.lateness('provider-review')).toBe(1)
  })

  test('cd26-20.3b: with data and mode assessed and the scenario empty, the approval of 2026-07-20 is refused and the scenario named', () => {
    const reviewing = single()
    for (const [note, title] of [['scenario-note', '应用场景'], ['mode-note', '使用方式'], ['data-note', '所需数据']] as const) {
      expect(reviewing.refuses(july([decided('air-quality', { [note]: '' })]), 'content-must-be-present', 'cd26-20.3').message).toContain(title)
    }
    for (const result of ['scenario-result', 'mode-result', 'data-result']) reviewing.refuses(july([decided('air-quality', { [result]: '' })]), 'content-must-be-present', 'cd26-20.3')
    reviewing.act(july([decided('air-quality')]))
    expect(reviewing.open).toEqual(['provision@providers=environment-bureau/approved-items=air-quality'])
    expect(routed().refuses({ ...decidedBy('environment', '2026-09-21', [decided('air-quality')]), task: of('environment-bureau') }, 'every-item-must-be-decided', 'cd26-20.3').message).toContain('water-quality')
  })

  test('cd26-20.3b: an approval may be narrower than the demand, never wider, and says what it approves', () => {
    const reviewing = routed()
    reviewing.refuses(both(decided('air-quality', { fields: ['station', 'hour'] })), 'full-approval-must-cover-demand', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { decision: 'narrow', fields: ['station', 'wind'] })), 'approval-must-stay-within-demand', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { mode: 'sandbox' })), 'full-approval-must-cover-demand', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { fields: null })), 'approval-must-name-fields', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { decision: 'narrow', mode: null })), 'approval-must-name-mode', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { 'provide-by': null })), 'approval-must-fix-way-of-provision', 'cd26-20.3')
    reviewing.act(both(decided('air-quality', { decision: 'narrow', fields: ['station', 'hour'], mode: 'sandbox' })))
    expect(reviewing.effects('notify').at(-1)).toMatchObject({ to: ['operator'], notice: '部分数据需求缩小范围同意' })
  })

  test('cd26-20.3c: an assessment of 2026-07-20 without legal basis, or on internal rules alone, is refused', () => {
    const reviewing = single()
    reviewing.refuses(july([decided('air-quality', { 'basis-title': '' })]), 'content-must-be-present', 'cd26-20.3')
    reviewing.refuses(july([decided('air-quality', { 'basis-article': '' })]), 'content-must-be-present', 'cd26-20.3')
    reviewing.refuses(july([decided('air-quality', { 'basis-kind': '' })]), 'content-must-be-present', 'cd26-20.3')
    reviewing.refuses(july([decided('air-quality', { 'basis-kind': 'internal' })]), 'assessment-must-rest-on-law', 'cd26-20.3')
    reviewing.act(july([decided('air-quality', { 'basis-kind': 'industry-rule', 'basis-title': '环境监测管理办法' })]))
    expect(reviewing.state.conclusions.at(-1)).toMatchObject({ step: 'provider-review', outcome: 'decided' })
  })

  test('cd26-20.5a: of five resources two are rejected on 2026-07-20 with a reason for one; the one without is named, and with both the operator and the agency hear of it at once', () => {
    const told = story()
    const codes = ['e1', 'e2', 'e3', 'e4', 'e5']
    const agreed = earlyAgreement(told, Object.fromEntries(codes.map((code) => [code, 'environment-bureau'])))
    earlyEntries(told, Object.fromEntries(codes.map((code) => [code, 'environment'])))
    const reviewing = told.open(opening(agreed, codes.map((code) => item(code)))).act(passed('2026-07-10'))
    const three = codes.slice(0, 3).map((code) => decided(code))
    const { reason: _reason, ...unreasoned } = refusedItem('e5')
    expect(reviewing.refuses(july([...three, refusedItem('e4'), unreasoned]), 'refusal-must-give-reason', 'cd26-20.5').message).toContain('e5')
    const { explanation: _explanation, ...unexplained } = refusedItem('e5')
    expect(reviewing.refuses(july([...three, refusedItem('e4'), unexplained]), 'refusal-must-give-reason', 'cd26-20.5').message).toContain('e5')
    reviewing.act(july([...three, refusedItem('e4'), refusedItem('e5')]))
    expect(reviewing.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency'], notice: '部分数据需求审核不通过及其理由和法律法规依据' })
    expect(reviewing.open).toEqual(['e1', 'e2', 'e3'].map((code) => `provision@providers=environment-bureau/approved-items=${code}`))
  })

  test('cd26-20.5a: silence is neither rejection nor approval: the task stays open and is late', () => {
    const reviewing = single().time('2026-08-31')
    expect([reviewing.open, reviewing.state.conclusions.map((one) => one.step)]).toEqual([['provider-review@providers=environment-bureau'], ['formal-review']])
  })

  test('cd26-20.5b: a rejection of 2026-07-20 on “internal rules” is refused, on the Data Security Law, Article 21, it is taken', () => {
    const reviewing = single()
    for (const kind of ['internal', 'industry-rule']) reviewing.refuses(july([refusedItem('air-quality', { 'basis-kind': kind })]), 'refusal-must-rest-on-law', 'cd26-20.5')
    reviewing.act(july([refusedItem('air-quality', { 'basis-kind': 'law', 'basis-title': '中华人民共和国数据安全法', 'basis-article': '第二十一条' })]))
    expect([reviewing.status, reviewing.open]).toEqual(['concluded', []])
  })
})

describe('the extension of a review', () => {
  const task = 'provider-review@providers=environment-bureau'
  const routed = () => demanded(story(), '2026-09-14').demand.act(passed('2026-09-16'))
  const ask = (days: number, reason = '涉及历史数据整理') => ({ type: 'ask-extension' as const, task, days, reason })
  const grant = { type: 'answer-extension' as const, task, grant: true, reason: '' }

  test('cd26-20.3f: due on 2026-09-30, more time is refused on 10-08 and without reason; asked on 09-29 and granted on 09-30 it moves to 10-13', () => {
    routed().refusesCommand({ on: '2026-10-08', who: 'environment' }, ask(5), 'extension-must-be-asked-before-due', 'cd26-20.3')
    routed().refusesCommand({ on: '2026-09-29', who: 'environment' }, ask(5, ''), 'content-must-be-present', 'cd26-20.3')
    routed().refusesCommand({ on: '2026-09-29', who: 'transport' }, ask(5), 'actor-must-be-concerned-organization', 'cd26-20.3')
    const asked = routed().command({ on: '2026-09-29', who: 'environment' }, ask(5))
    expect(asked.due(task)).toBe('2026-09-30')
    asked.refusesCommand({ on: '2026-09-30', who: 'drafter' }, grant, 'actor-must-hold-office', 'cd26-20.3')
    asked.command({ on: '2026-09-30', who: 'manager' }, grant)
    expect(asked.due(task)).toBe('2026-10-13')
    const denied = routed().command({ on: '2026-09-29', who: 'environment' }, ask(5)).command({ on: '2026-09-30', who: 'manager' }, { ...grant, grant: false, reason: '理由不充分' })
    expect(denied.due(task)).toBe('2026-09-30')
  })

  test('cd26-20.3g: on 2026-09-30 the implementing agency and the waiting operator hear of the grant with reason and new due date', () => {
    const granted = routed().command({ on: '2026-09-29', who: 'environment' }, ask(5)).command({ on: '2026-09-30', who: 'manager' }, grant)
    const told = granted.effects('notify').at(-1)
    expect(told).toMatchObject({ to: ['implementing-agency', 'operator'], task })
    expect(JSON.stringify(told)).toContain('涉及历史数据整理')
    expect(JSON.stringify(told)).toContain('2026-10-13')
  })

  test('cd26-20.3h: routed on 2026-07-01 and extended by six days, five more are refused with “4 left”, and four more give 07-29', () => {
    const reviewing = earlyDemand(story(), '2026-07-01').demand.act(passed('2026-07-01'))
    expect(reviewing.due(task)).toBe('2026-07-15')
    reviewing.command({ on: '2026-07-10', who: 'environment' }, ask(6)).command({ on: '2026-07-13', who: 'manager' }, grant)
    expect(reviewing.due(task)).toBe('2026-07-23')
    expect(reviewing.refusesCommand({ on: '2026-07-20', who: 'environment' }, ask(5), 'extension-cap-exceeded', 'cd26-20.3').message).toContain('还可延长4个工作日')
    reviewing.command({ on: '2026-07-20', who: 'environment' }, ask(4)).command({ on: '2026-07-21', who: 'manager' }, grant)
    expect(reviewing.due(task)).toBe('2026-07-29')
    routed().refusesCommand({ on: '2026-09-29', who: 'environment' }, ask(11), 'extension-cap-exceeded', 'cd26-20.3')
    const most = routed().command({ on: '2026-09-29', who: 'environment' }, ask(10)).command({ on: '2026-09-30', who: 'manager' }, grant)
    expect(most.due(task)).toBe('2026-10-20')
  })
})

describe('shared data', () => {
  test('cd26-5.2: a demand over shared data waits for a consent that is still valid on the day', () => {
    const told = story()
    const agreed = agreementOverFour(told)
    fourEntries(told)
    const until = (day: string) => listed(told, 'air-quality', 'environment', { origin: 'shared' }, { 'sharing-consent': { ...CONSENT, 'valid-until': day } })
    until('2026-09-27')
    const received = told.open(opening(agreed, [item('air-quality')], {}, 'operator', '2026-09-24'))
    received.refuses(passed('2026-09-28'), 'shared-data-must-have-consent', 'cd26-5.2')
    until('2026-09-28')
    received.act(passed('2026-09-28'))
    expect(received.open).toEqual(['provider-review@providers=environment-bureau'])
  })
})
