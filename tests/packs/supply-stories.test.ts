import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { CHECKLIST, CONSENT, MANUAL, decided, demand, entry, field, item, platformReceipt, provision, refusedItem, risk, scenario, supplyReceipt } from '#tests/support/supply-contents.ts'
import { SUPPLY_CAST, agreementOverFour, approved, demanded, fourEntries, lastCase, listed, supplied } from '#tests/support/supply-story.ts'
import { wrongCitations } from './citations.ts'

const law = await lawOf('chengdu-2026')
const story = () => new Story(law, SUPPLY_CAST)

test.each(['national-registration-2025', 'chengdu-2026'])('%s cites only sentences that stand in their provision', (id) => {
  const pack = packOf(id)
  const { provisions: _provisions, ...rules } = pack
  expect(wrongCitations(pack, rules)).toEqual([])
})

describe('an entry of the catalogue', () => {
  const opening = (change: JsonObject = {}, statement: JsonObject = {}, more: Record<string, Json> = {}) => ({
    on: '2026-06-15', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('air-quality', change), 'risk-statement': risk(statement), ...more },
  })

  test('names the duty or public service in which the data arise', () => {
    story().refusesOpening(opening({ duty: '' }), 'content-must-be-present', 'cd26-3.1.1')
    expect(story().open(opening()).due('confirmation')).toBe('2026-06-23')
  })

  test('has a category and a grade for every field, and no core data', () => {
    const { grade: _grade, ...ungraded } = field('pm25')
    expect(story().refusesOpening(opening({ fields: [field('station'), ungraded] }), 'content-must-be-present', 'cd26-5.1').message).toContain('第2行')
    story().refusesOpening(opening({ fields: [field('station', { category: '' })] }), 'content-must-be-present', 'cd26-5.1')
    story().refusesOpening(opening({ fields: [field('station', { grade: 'core' })] }), 'core-data-must-not-be-authorized', 'cd26-5.1')
    story().refusesOpening(opening({ grade: 'core' }), 'core-data-must-not-be-authorized', 'cd26-5.1')
    expect(story().open(opening({ grade: '4' })).status).toBe('submitted')
  })

  test.each(['state-secret', 'core-data', 'public-safety', 'social-stability'])('is blocked by a risk statement with %s', (risky) => {
    story().refusesOpening(opening({}, { [risky]: true }), 'risk-must-be-excluded', 'cd26-5.1')
  })

  test('with important data needs an assessment and the data authority’s decision', () => {
    story().refusesOpening(opening({}, { 'important-data': true }), 'important-data-must-be-assessed', 'cd26-5.1')
    const opened = story().open(opening({}, { 'important-data': true }, { 'security-assessment': file('评估.pdf') }))
    expect(opened.open).toEqual(['important-data'])
    opened.refuses({ on: '2026-06-16', who: 'manager', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意' } }, 'step-must-be-open', 'cd26-7.2')
    opened.act({ on: '2026-06-16', who: 'authority', task: 'important-data', outcome: 'lift', contents: { 'important-data-opinion': '风险可控，可以纳入' } })
    expect(opened.open).toEqual(['confirmation'])
  })

  test('that was shared needs the sharing provider’s consent', () => {
    story().refusesOpening(opening({ origin: 'shared' }), 'shared-data-must-have-consent', 'cd26-5.2')
    expect(story().open(opening({ origin: 'shared' }, {}, { 'sharing-consent': CONSENT })).status).toBe('submitted')
  })

  test('protects every sensitive field and declares personal information', () => {
    const id = (change: JsonObject = {}) => ({ personal: true, fields: [field('id-number', { sensitive: 'personal', ...change })] })
    story().refusesOpening(opening(id()), 'sensitive-field-must-be-protected', 'cd26-5.1')
    story().refusesOpening(opening({ ...id({ protection: 'mask' }), personal: false }), 'personal-information-must-be-declared', 'cd26-5.1')
    expect(story().open(opening(id({ protection: 'mask' }))).status).toBe('submitted')
  })

  test('is confirmed by another organisation and then stands in the catalogue', () => {
    const told = story()
    const own = told.open({ ...opening(), who: 'manager-as-provider' })
    own.refuses({ on: '2026-06-16', who: 'manager-as-provider', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意' } }, 'confirmer-must-not-be-author', null)
    own.refuses({ on: '2026-06-16', who: 'manager', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意' } }, 'confirmer-must-not-be-provider', null)
    const opened = told.open(opening())
    opened.refuses({ on: '2026-06-16', who: 'transport', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意' } }, 'actor-must-hold-office', 'cd26-7.2')
    opened.act({ on: '2026-06-16', who: 'manager', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意' } })
    expect(told.world.registers['catalog']?.['air-quality']).toMatchObject({ provider: 'environment-bureau', open: false, grade: '2' })
    told.refusesOpening({ ...opening(), who: 'transport' }, 'entry-must-be-own', 'cd26-7.2')
  })
})

describe('a data demand', () => {
  const opening = (agreed: StoryCase, items: Json[], change: JsonObject = {}, who = 'operator') => ({
    on: '2026-09-24', who, procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand(items, change) },
  })

  test('comes from the operator of an agreement in force and stays within it', () => {
    const told = story()
    fourEntries(told)
    told.refusesOpening({ ...opening(agreementOverFour(told), [item('air-quality')]), links: {} }, 'demand-must-rest-on-agreement', 'cd26-20.1')
    const agreed = agreementOverFour(told)
    told.refusesOpening(opening(agreed, [item('air-quality')], {}, 'stranger'), 'party-must-be-the-same', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality')], {}, 'consumer'), 'actor-must-hold-office', 'cd26-20.1')
    listed(told, 'metro-flows', 'transport')
    expect(told.refusesOpening(opening(agreed, [item('metro-flows')]), 'demand-must-stay-within-agreement', 'cd26-21.1').message).toContain('metro-flows')
    expect(told.open(opening(agreed, [item('air-quality')])).status).toBe('formal-review')
  })

  test('names catalogued resources, fields, mode and one scenario within the term', () => {
    const told = story()
    const agreed = agreementOverFour(told)
    told.refusesOpening(opening(agreed, [item('air-quality')]), 'entry-must-be-catalogued', 'cd26-20.1')
    fourEntries(told)
    told.refusesOpening(opening(agreed, []), 'content-must-be-present', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality', { mode: '' })]), 'content-must-be-present', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality', { fields: ['station', 'wind'] })]), 'fields-must-be-catalogued', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality')], { scenario: scenario({ purpose: '' }) }), 'content-must-be-present', 'cd26-20.1')
    told.refusesOpening(opening(agreed, [item('air-quality')], { scenario: scenario({ ends: '2029-08-20' }) }), 'scenario-must-end-with-agreement', 'cd26-21.1')
    expect(told.open(opening(agreed, [item('air-quality')], { scenario: scenario({ ends: '2029-08-19' }) })).status).toBe('formal-review')
  })

  test('for personal information in batch or by query names its protection', () => {
    const told = story()
    const agreed = agreementOverFour(told)
    listed(told, 'air-quality', 'environment', { personal: true, entity: 'person', fields: [field('id-number', { sensitive: 'personal', protection: 'mask' })] })
    const asked = (change: JsonObject) => opening(agreed, [item('air-quality', { fields: ['id-number'], ...change })])
    told.refusesOpening(asked({ mode: 'batch' }), 'personal-information-must-have-protection', 'cd26-20.1')
    told.refusesOpening(asked({ mode: 'interface-query' }), 'personal-information-must-have-protection', 'cd26-20.1')
    expect(told.open(asked({ mode: 'interface-check' })).status).toBe('formal-review')
    expect(told.open(asked({ mode: 'batch', protection: '不可逆加盐哈希' })).status).toBe('formal-review')
  })

  test('is reviewed for form within five working days; late is recorded, not refused', () => {
    const { demand: received } = demanded(story(), '2026-09-24')
    expect(received.due('formal-review')).toBe('2026-10-09')
    received.time('2026-10-09')
    expect(received.effects('notify').some((one) => one['notice'] === '逾期提示')).toBe(false)
    received.time('2026-10-10')
    expect(received.effects('notify').at(-1)).toMatchObject({ notice: '逾期提示', to: ['data-authority'] })
    received.refuses({ on: '2026-10-10', who: 'elsewhere', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } }, 'actor-must-be-concerned-organization', 'cd26-20.2')
    received.refuses({ on: '2026-10-10', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': { ...CHECKLIST, complete: false } } }, 'formal-review-must-be-complete', 'cd26-20.2')
    received.act({ on: '2026-10-10', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    expect(received.lateness('formal-review')).toBe(1)
  })

  test('returned is supplemented, and a new clock starts', () => {
    const { demand: received } = demanded(story(), '2026-09-01')
    received.refuses({ on: '2026-09-02', who: 'environment', task: 'provider-review', outcome: 'decided', contents: {} }, 'step-must-be-open', 'cd26-20.3')
    received.act({ on: '2026-09-03', who: 'drafter', task: 'formal-review', outcome: 'return', contents: { 'return-notice': [{ part: '应用场景', defect: '使用对象不明确' }] } })
    const { demand: dropped } = demanded(story(), '2026-09-01')
    dropped.act({ on: '2026-09-03', who: 'drafter', task: 'formal-review', outcome: 'return', contents: { 'return-notice': [{ part: '应用场景', defect: '使用对象不明确' }] } })
    expect(dropped.act({ on: '2026-09-04', who: 'operator', task: 'supplement', outcome: 'withdraw' }).status).toBe('withdrawn')
    received.act({ on: '2026-09-24', who: 'operator', task: 'supplement', outcome: 'resubmit', contents: { demand: demand([item('air-quality')]) } })
    expect(received.due('formal-review')).toBe('2026-10-09')
  })

  test('over shared data waits for a valid consent', () => {
    const told = story()
    const agreed = agreementOverFour(told)
    listed(told, 'air-quality', 'environment', { origin: 'shared' }, { 'sharing-consent': { ...CONSENT, 'valid-until': '2026-09-27' } })
    const received = told.open(opening(agreed, [item('air-quality')]))
    const pass = (on: string) => ({ on, who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    received.refuses(pass('2026-09-28'), 'shared-data-must-have-consent', 'cd26-5.2')
    listed(told, 'air-quality', 'environment', { origin: 'shared' }, { 'sharing-consent': { ...CONSENT, 'valid-until': '2026-09-28' } })
    received.act(pass('2026-09-28'))
    expect(received.open).toEqual(['provider-review@providers=environment-bureau'])
  })
})

describe('the providers’ review', () => {
  const routed = () => demanded(story(), '2026-09-14').demand.act({ on: '2026-09-16', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
  const review = (rows: Json[], on = '2026-09-21', who = 'environment', task = 'provider-review@providers=environment-bureau') => ({ on, who, task, outcome: 'decided', contents: { 'review-decisions': rows } })
  const both = (first: JsonObject, second = decided('water-quality')) => review([first, second])

  test('is one task for each provider, due ten working days after the routing, each on its own part', () => {
    const reviewing = routed()
    expect(reviewing.open).toEqual(['provider-review@providers=environment-bureau', 'provider-review@providers=transport-bureau'])
    expect(reviewing.due('provider-review@providers=environment-bureau')).toBe('2026-09-30')
    reviewing.refuses(review([decided('bus-lines')]), 'decision-must-be-on-own-items', 'cd26-7.5')
    reviewing.refuses(review([decided('air-quality'), decided('water-quality')], '2026-09-21', 'transport'), 'actor-must-be-concerned-organization', 'cd26-20.3')
    expect(reviewing.refuses(review([decided('air-quality')]), 'every-item-must-be-decided', 'cd26-20.3').message).toContain('water-quality')
    reviewing.act(both(decided('air-quality')))
    expect(reviewing.open).toContain('provider-review@providers=transport-bureau')
  })

  test('assesses data, mode and scenario on a law', () => {
    const reviewing = routed()
    const { 'scenario-note': _note, ...without } = decided('air-quality')
    expect(reviewing.refuses(both(without), 'content-must-be-present', 'cd26-20.3').message).toContain('应用场景')
    reviewing.refuses(both(decided('air-quality', { 'basis-title': '' })), 'content-must-be-present', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { 'basis-kind': 'internal' })), 'assessment-must-rest-on-law', 'cd26-20.3')
    reviewing.act(both(decided('air-quality', { 'basis-kind': 'industry-rule', 'basis-title': '环境监测管理办法' })))
  })

  test('may narrow the demand, never widen it', () => {
    const reviewing = routed()
    reviewing.refuses(both(decided('air-quality', { fields: ['station', 'hour'] })), 'full-approval-must-cover-demand', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { decision: 'narrow', fields: ['station', 'wind'] })), 'approval-must-stay-within-demand', 'cd26-20.3')
    reviewing.refuses(both(decided('air-quality', { mode: 'sandbox' })), 'full-approval-must-cover-demand', 'cd26-20.3')
    reviewing.act(both(decided('air-quality', { decision: 'narrow', fields: ['station', 'hour'], mode: 'sandbox' })))
    expect(reviewing.effects('notify').at(-1)).toMatchObject({ notice: '部分数据需求缩小范围同意' })
  })

  test('refuses an item only with reason, explanation and a law', () => {
    const reviewing = routed()
    const { reason: _reason, ...unreasoned } = refusedItem('water-quality')
    reviewing.refuses(both(decided('air-quality'), unreasoned), 'refusal-must-give-reason', 'cd26-20.5')
    const { explanation: _explanation, ...unexplained } = refusedItem('water-quality')
    reviewing.refuses(both(decided('air-quality'), unexplained), 'refusal-must-give-reason', 'cd26-20.5')
    reviewing.refuses(both(decided('air-quality'), refusedItem('water-quality', { 'basis-kind': 'internal' })), 'refusal-must-rest-on-law', 'cd26-20.5')
    reviewing.act(both(decided('air-quality'), refusedItem('water-quality')))
    expect(reviewing.open).toEqual(['provider-review@providers=transport-bureau', 'provision@providers=environment-bureau/approved-items=air-quality'])
    expect(reviewing.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency'], notice: '部分数据需求审核不通过及其理由和法律法规依据' })
  })

  test('is extended by the public-data manager, asked in time, by ten working days at most', () => {
    const task = 'provider-review@providers=environment-bureau'
    const ask = (days: number, reason = '涉及历史数据整理') => ({ type: 'ask-extension' as const, task, days, reason })
    const grant = { type: 'answer-extension' as const, task, grant: true, reason: '' }
    routed().refusesCommand({ on: '2026-10-08', who: 'environment' }, ask(5), 'extension-must-be-asked-before-due', 'cd26-20.3')
    routed().refusesCommand({ on: '2026-09-29', who: 'environment' }, ask(5, ''), 'content-must-be-present', 'cd26-20.3')
    routed().refusesCommand({ on: '2026-09-29', who: 'transport' }, ask(5), 'actor-must-be-concerned-organization', 'cd26-20.3')
    const asked = routed().command({ on: '2026-09-29', who: 'environment' }, ask(5))
    expect(asked.due(task)).toBe('2026-09-30')
    asked.refusesCommand({ on: '2026-09-30', who: 'drafter' }, grant, 'actor-must-hold-office', 'cd26-20.3')
    asked.command({ on: '2026-09-30', who: 'manager' }, grant)
    expect(asked.due(task)).toBe('2026-10-13')
    expect(asked.effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency', 'operator'] })
    routed().refusesCommand({ on: '2026-09-29', who: 'environment' }, ask(11), 'extension-cap-exceeded', 'cd26-20.3')
    expect(asked.refusesCommand({ on: '2026-10-12', who: 'environment' }, ask(6), 'extension-cap-exceeded', 'cd26-20.3').message).toContain('还可延长5个工作日')
    const most = routed().command({ on: '2026-09-29', who: 'environment' }, ask(10)).command({ on: '2026-09-30', who: 'manager' }, grant)
    expect(most.due(task)).toBe('2026-10-20')
  })
})

describe('provision and supply', () => {
  const place = 'providers=environment-bureau/approved-items=air-quality'

  test('are due twenty and ten working days later, each with its receipt', () => {
    const { demand: going } = approved(story())
    expect(going.due(`provision@${place}`)).toBe('2026-10-14')
    going.act({ on: '2026-09-18', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
    expect(going.effects('port').at(-1)).toMatchObject({ port: 'integrated-platform', action: 'receive', concludes: 'provision-receipt', entry: 'air-quality' })
    going.act({ on: '2026-09-21', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
    expect(going.due(`supply@${place}`)).toBe('2026-10-12')
  })

  test('a provision in another mode or with other fields is refused', () => {
    const { demand: going } = approved(story())
    const give = (change: JsonObject) => ({ on: '2026-09-18', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision(change) } })
    going.refuses(give({ 'provide-by': 'interface' }), 'provision-must-be-as-confirmed', 'cd26-20.3')
    expect(going.refuses(give({ fields: ['station', 'hour', 'pm25', 'wind'] }), 'provision-must-not-exceed-approval', 'cd26-7.5').message).toContain('wind')
    going.refuses(give({ fields: ['station', 'hour'] }), 'provision-must-cover-approval', 'cd26-7.5')
    going.act(give({}))
  })

  test('a late provision opens the manager’s coordination on the first working day after', () => {
    const { demand: going } = approved(story())
    going.time('2026-10-14')
    expect(going.open).toEqual([`provision@${place}`])
    going.time('2026-10-15')
    expect(going.open).toEqual([`coordination@${place}`, `provision@${place}`])
    expect(going.effects('notify').at(-1)).toMatchObject({ to: ['public-data-manager', 'data-authority'] })
  })

  test('hashes and rows are compared on both ways; the receipt may be entered by hand', () => {
    const { demand: going } = approved(story())
    going.act({ on: '2026-09-11', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
    const arrive = (change: JsonObject) => ({ on: '2026-09-14', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt(change) } })
    going.refuses(arrive({ sha256: 'c'.repeat(64) }), 'hashes-must-be-equal', 'cd26-20.4')
    going.refuses(arrive({ rows: 998 }), 'rows-must-be-equal', 'cd26-20.4')
    going.refuses({ ...arrive({}), who: 'manager' }, 'actor-must-hold-office', 'cd26-20.3')
    going.act({ on: '2026-09-14', who: 'manager', task: 'provision-receipt', outcome: 'entered', contents: { 'platform-receipt': platformReceipt(), 'manual-entry': MANUAL } })
    going.refuses({ on: '2026-09-15', who: 'environment', task: 'supply', outcome: 'send' }, 'actor-must-hold-office', 'cd26-20.4')
    going.act({ on: '2026-09-15', who: 'manager', task: 'supply', outcome: 'send' })
    const receive = (change: JsonObject) => ({ on: '2026-09-15', who: 'platform', task: 'supply-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-1', change) } })
    going.refuses(receive({ sha256: 'c'.repeat(64) }), 'hashes-must-be-equal', 'cd26-20.4')
    going.refuses(receive({ rows: 999 }), 'rows-must-be-equal', 'cd26-20.4')
    expect(going.open).toEqual([`supply-receipt@${place}`])
    going.act({ on: '2026-09-15', who: 'manager', task: 'supply-receipt', outcome: 'failed', contents: { 'transfer-failure': '两端哈希值不一致' } })
    expect(going.open).toEqual([`supply@${place}#2`])
  })

  test('the first supply stands and opens the provider’s registration; the second does not again', () => {
    const told = story()
    const { agreement: agreed, demand: done } = supplied(told)
    expect(done.status).toBe('concluded')
    expect(told.world.standings['supply/GJ-1']).toBe('granted')
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ entry: 'air-quality', agreement: agreed.id, scenario: '空气质量服务', version: 'v1', 'time-span': '2010年至2015年' })
    const registration = lastCase(told, 'registration')
    expect(registration.state.parties['registrant']).toBe('environment-bureau')
    expect(registration.due('apply')).toBe('2026-10-16')
    const count = () => [...told.cases.values()].filter((one) => one.state.procedure === 'registration').length
    told.open({ on: '2026-09-15', who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand([item('air-quality')]) } })
      .act({ on: '2026-09-15', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
      .act({ on: '2026-09-15', who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
      .act({ on: '2026-09-15', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
      .act({ on: '2026-09-15', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
      .act({ on: '2026-09-15', who: 'manager', task: 'supply', outcome: 'send' })
      .act({ on: '2026-09-15', who: 'platform', task: 'supply-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-2') } })
    expect(count()).toBe(1)
  })

  test('what is open on the open-data platform skips both reviews', () => {
    const told = story()
    const { agreement: agreed, demand: mixed } = demanded(told, '2026-08-31', [item('open-weather'), item('air-quality')])
    expect(mixed.open).toEqual(['formal-review', 'open-supply@open-items=open-weather'])
    mixed.act({ on: '2026-09-01', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    expect(mixed.open).toEqual(['open-supply@open-items=open-weather', 'provider-review@providers=environment-bureau'])
    const only = told.open({ on: '2026-08-31', who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand([item('open-weather')]) } })
    expect(only.open).toEqual(['open-supply@open-items=open-weather'])
    only.act({ on: '2026-09-01', who: 'manager', task: 'open-supply', outcome: 'send', contents: { 'open-source': { rows: 1000, sha256: 'a'.repeat(64) } } })
      .act({ on: '2026-09-01', who: 'platform', task: 'open-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-9') } })
    expect(only.status).toBe('concluded')
    expect(told.world.registers['supplies']?.['GJ-9']).toMatchObject({ provider: 'environment-bureau' })
  })
})
