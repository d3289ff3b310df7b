import { describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { offered } from '#tests/support/offering-contents.ts'
import type { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { OBJECTION, OPINION, REEXAMINED, application, businessReview, code, deposit, materials, registered, toPublicity } from '#tests/support/registration-contents.ts'
import { SUPPLY_CAST, agreementOverFour, lastCase, supplied } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('registration', ['registration'])

const law = await lawOf('chengdu-2026')
const subject = (change: JsonObject = {}) => ({
  on: '2026-10-16', who: 'environment', procedure: 'registration',
  contents: { 'registration-kind': 'resource', 'registration-subject': 'air-quality', 'registration-title': '空气质量监测数据', registrant: 'environment-bureau', 'supplied-on': '2026-09-14', ...change },
})
const story = () => fresh(SUPPLY_CAST)
const opened = (told = story()) => told.open(subject())
const submit = (change: Record<string, JsonObject> = {}, on = '2026-10-16', who = 'environment') => ({ on, who, task: 'apply', outcome: 'submit', contents: application(change) })

describe('first registration', () => {
  test('cd26-18.1a: a resource first supplied on 2026-09-14 is to be registered by its provider until 10-16; unfiled, it is late from the next day and shown to the data authority', () => {
    const told = story()
    supplied(told)
    const task = lastCase(told, 'registration')
    expect([task.state.parties['registrant'], task.due('apply'), task.state.contents['registration-title']?.value, task.state.contents['registration-register']?.value]).toEqual(['environment-bureau', '2026-10-16', '资源air-quality', 'catalog'])
    expect(told.world.registers['registrations']?.['air-quality']).toMatchObject({ state: '登记办理中', registrant: 'environment-bureau', kind: 'resource', opened: '2026-09-14' })
    task.act(submit({}, '2026-10-16'))
    expect([task.lateness('apply'), task.status]).toEqual([0, 'accepting'])
    const whole = story()
    supplied(whole)
    registered(lastCase(whole, 'registration'), 'environment')
    expect(whole.world.registers['catalog']?.['air-quality']).toMatchObject({ registration: 'GGSJ-510100-000001', 'registration-state': '已登记', title: '资源air-quality' })
    const notices = (one: StoryCase) => one.effects('notify').filter((notice) => notice['notice'] === '逾期提示')
    const late = opened().time('2026-10-16')
    expect(notices(late)).toEqual([])
    expect(notices(late.time('2026-10-19'))).toMatchObject([{ to: ['data-authority'], task: 'apply' }])
    late.act(submit({}, '2026-10-19'))
    expect(late.lateness('apply')).toBe(1)
    story().refusesOpening(subject({ 'supplied-on': '2026-10-17' }), 'supply-must-have-happened', 'nr25-9.1.1')
    story().refusesOpening({ ...subject(), who: 'manager' }, 'actor-must-hold-office', 'nr25-9.1.1')
  })

  test('cd26-18.1a: needs business review, deposited evidence and every material', () => {
    opened().refuses(submit({}, '2026-10-16', 'transport'), 'actor-must-be-concerned-organization', 'nr25-9.1.1')
    opened().refuses(submit({ 'business-review': businessReview({ conclusion: 'failed' }) }), 'business-review-must-have-passed', 'nr25-7.1')
    opened().refuses(submit({ 'business-review': businessReview({ truthful: false }) }), 'registrant-must-answer-for-materials', 'nr25-7.1')
    opened().refuses(submit({ 'evidence-deposit': deposit({ 'deposited-on': '2026-10-17' }) }), 'evidence-must-be-deposited-first', 'nr25-7.2')
    opened().refuses(submit({ 'evidence-deposit': deposit({ digest: '' }) }), 'content-must-be-present', 'nr25-7.2')
    for (const material of ['registrant-profile', 'lawful-source', 'resource', 'product', 'scenario', 'risk-assessment']) {
      opened().refuses(submit({ 'registration-materials': materials({ [material]: '' }) }), 'content-must-be-present', 'nr25-9.1.1')
    }
    expect(opened().act(submit({ 'evidence-deposit': deposit({ 'deposited-on': '2026-10-16' }) })).status).toBe('accepting')
  })

  test('cd26-18.1a: is accepted within three working days, supplemented once, or refused with reasons', () => {
    const accepting = opened().act(submit())
    expect(accepting.due('acceptance')).toBe('2026-10-21')
    accepting.refuses({ on: '2026-10-21', who: 'registrar', task: 'acceptance', outcome: 'refuse', contents: {} }, 'content-must-be-present', 'nr25-10.1')
    const ask = (on: string) => ({ on, who: 'registrar', task: 'acceptance', outcome: 'supplement', contents: { 'supplement-notice': [{ material: '风险评估', defect: '缺少评估结论' }] } })
    accepting.act(ask('2026-10-20'))
    accepting.act({ on: '2026-10-22', who: 'environment', task: 'supplement', outcome: 'resubmit', contents: application() })
    expect(accepting.due('acceptance')).toBe('2026-10-27')
    accepting.refuses(ask('2026-10-23'), 'supplement-must-be-asked-once', 'nr25-10.1')
    expect(accepting.effects('notify').filter((one) => one['notice'] === '登记材料一次性补充完善告知')).toMatchObject([{ to: ['registrant'] }])
    const refused = opened().act(submit()).act({ on: '2026-10-20', who: 'registrar', task: 'acceptance', outcome: 'refuse', contents: { 'refusal-reasons': '不属于本登记机构受理范围' } })
    expect([refused.status, refused.effects('notify').at(-1)]).toMatchObject(['not-accepted', { to: ['registrant'], text: '不属于本登记机构受理范围' }])
    refused.refuses(submit({}, '2026-10-21'), 'step-must-be-open', 'nr25-9.1.1')
  })

  test('cd26-18.1a: is reviewed within twenty working days; what is not finished is explained, without a new clock', () => {
    const reviewing = opened().act(submit({}, '2026-10-22')).act({ on: '2026-10-27', who: 'registrar', task: 'acceptance', outcome: 'accept' })
    expect(reviewing.due('formal-review')).toBe('2026-11-24')
    const pass = (task: string, change: JsonObject = {}) => ({ on: '2026-11-24', who: 'registrar', task, outcome: 'pass', contents: { 'review-opinion': { ...OPINION, ...change } } })
    reviewing.refuses(pass('formal-review', { complete: false }), 'materials-must-be-complete', 'nr25-11.1')
    reviewing.refuses(pass('formal-review', { consistent: false }), 'materials-must-agree', 'nr25-11.1')
    reviewing.refuses({ on: '2026-11-24', who: 'registrar', task: 'formal-review', outcome: 'not-finished', contents: {} }, 'content-must-be-present', 'nr25-11.1')
    reviewing.act({ on: '2026-11-24', who: 'registrar', task: 'formal-review', outcome: 'not-finished', contents: { 'delay-reason': '材料数量较大，仍在核对' } })
    expect([reviewing.due('continued-review'), reviewing.effects('notify').at(-1)]).toMatchObject([null, { to: ['registrant', 'data-authority'], text: '材料数量较大，仍在核对' }])
    expect(reviewing.act(pass('continued-review')).open).toEqual(['publicise'])
  })

  test('cd26-18.1a: is published for ten working days; only then a code is issued', () => {
    const shown = toPublicity(opened(), 'environment')
    expect(shown.due('publicity')).toBe('2026-12-08')
    shown.refuses({ on: '2026-12-08', who: 'registrar', task: 'coding', outcome: 'issued', contents: {} }, 'step-must-be-open', 'nr25-13.1')
    expect(shown.time('2026-12-08').open).toEqual(['publicity'])
    expect(shown.time('2026-12-09').open).toEqual(['coding'])
  })

  test('cd26-18.1a: an objection names its author and brings evidence; upheld it ends the registration, dismissed it goes on', () => {
    const object = (change: JsonObject = {}) => ({ on: '2026-11-26', who: 'registrar', task: 'publicity', outcome: 'objected', contents: { 'publicity-objection': { ...OBJECTION, ...change } } })
    toPublicity(opened(), 'environment').refuses(object({ name: '' }), 'content-must-be-present', 'nr25-12.2')
    toPublicity(opened(), 'environment').refuses(object({ evidence: null }), 'content-must-be-present', 'nr25-12.2')
    toPublicity(opened(), 'environment').refuses(object({ identity: '' }), 'content-must-be-present', 'nr25-12.2')
    expect(toPublicity(opened(), 'environment').act(object()).effects('notify').at(-1)).toMatchObject({ to: ['registrant'], notice: '公示期内收到异议' })
    const told = story()
    const upheld = toPublicity(opened(told), 'environment').act(object()).act({ on: '2026-12-01', who: 'registrar', task: 're-examination', outcome: 'upheld', contents: { reexamination: REEXAMINED } })
    expect([upheld.status, upheld.open]).toEqual(['terminated', []])
    expect(told.world.registers['registrations']?.['air-quality']).toMatchObject({ state: '终止登记' })
    const dismissed = toPublicity(opened(), 'environment').act(object()).act({ on: '2026-12-01', who: 'registrar', task: 're-examination', outcome: 'dismissed', contents: { reexamination: REEXAMINED } })
    expect(dismissed.due('publicity#2')).toBe('2026-12-08')
    expect(dismissed.time('2026-12-09').open).toEqual(['coding'])
    toPublicity(opened(), 'environment').time('2026-12-09').refuses(object(), 'step-must-be-open', 'nr25-12.1')
  })

  test('cd26-18.1a: is valid for three years from the code, or until the agreement ends', () => {
    const coding = (told: Story, change: JsonObject = {}) => toPublicity(told.open(subject(change)), 'environment').time('2026-12-09')
    const issue = (until: string) => ({ on: '2026-12-10', who: 'registrar', task: 'coding', outcome: 'issued', contents: { 'registration-code': code(until) } })
    coding(story()).refuses(issue('2029-12-10'), 'validity-must-not-exceed-three-years', 'nr25-15.1')
    const told = story()
    expect(coding(told).act(issue('2029-12-09')).status).toBe('registered')
    expect(told.world.registers['registrations']?.['air-quality']).toMatchObject({ code: 'GGSJ-510100-000001', 'valid-from': '2026-12-10', 'valid-until': '2029-12-09', state: '已登记' })
    coding(story(), { 'term-end': '2029-08-19' }).refuses(issue('2029-08-20'), 'validity-must-end-with-agreement', 'nr25-15.1')
    expect(coding(story(), { 'term-end': '2029-08-19' }).act(issue('2029-08-19')).status).toBe('registered')
    told.refusesOpening({ ...subject(), on: '2026-12-11' }, 'registration-must-be-first', 'nr25-9.1')
  })
})

describe('the registration of a product', () => {
  test('cd26-18.1b: first delivered on 2026-10-12, a product is the operator’s to register until 11-09; until the number is there the public list says “registration pending”', () => {
    const told = story()
    const listed = offered(told, agreementOverFour(told))
    const deliver = (who: string, change: JsonObject = {}) => ({ on: '2026-10-12', who, task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '蓉城出行', evidence: '交付单1', ...change } } })
    listed.refuses(deliver('operator', { recipient: '' }), 'content-must-be-present', 'cd26-18.1')
    listed.refuses(deliver('reviewer'), 'actor-must-hold-office', 'cd26-18.1')
    listed.act(deliver('operator'))
    const registration = lastCase(told, 'registration')
    expect([listed.status, registration.state.parties['registrant'], registration.due('apply')]).toEqual(['registration-pending', 'tianfu-data', '2026-11-09'])
    expect(told.world.registers['products']?.[listed.id]).toMatchObject({ 'registration-state': '登记办理中', 'first-delivered-on': '2026-10-12' })
    expect([law.pack.registers['products']?.public, law.pack.registers['products']?.fields['registration-state']?.public]).toEqual([true, true])
    expect([registration.state.contents['term-end']?.value, registration.state.contents['registration-kind']?.value]).toEqual(['2029-08-19', 'product'])
    registered(registration, 'operator', '2029-08-19')
    expect(listed.status).toBe('registered')
    expect(told.world.registers['products']?.[listed.id]).toMatchObject({ name: '空气质量查询', registration: 'GGSJ-510100-000001', 'registration-state': '已登记' })
  })
})

describe('a registration that stands', () => {
  const KEY = { 'registration-key': 'air-quality' }
  const standing = (until = '2029-10-14'): Story => {
    const told = story()
    registered(opened(told), 'environment', until)
    return told
  }
  const renewal = (on: string, who = 'environment', unchanged = true) => ({ on, who, procedure: 'registration-renewal', contents: { ...KEY, 'renewal-application': { reason: '继续开展授权运营', unchanged } } })

  test('cd26-18.1a: is renewed within the sixty days before its end, from the day after, for three years at most', () => {
    const told = standing()
    told.refusesOpening(renewal('2029-08-14'), 'renewal-must-be-in-window', 'nr25-15.2')
    told.refusesOpening(renewal('2029-10-15'), 'renewal-must-be-in-window', 'nr25-15.2')
    told.refusesOpening(renewal('2029-08-15', 'transport'), 'registration-must-be-own', 'nr25-15.2')
    told.refusesOpening(renewal('2029-08-15', 'environment', false), 'renewal-must-leave-content-unchanged', 'nr25-9.1.2')
    const asked = told.open(renewal('2029-08-15'))
    const renew = (starts: string, until: string) => ({ on: '2029-08-16', who: 'registrar', task: 'renewal', outcome: 'renew', contents: { 'renewal-result': { starts, 'valid-until': until } } })
    asked.refuses(renew('2029-10-14', '2032-10-13'), 'renewal-must-follow-old-term', 'nr25-15.2')
    asked.refuses(renew('2029-10-15', '2032-10-15'), 'renewal-must-not-exceed-three-years', 'nr25-15.2')
    asked.refuses({ ...renew('2029-10-15', '2032-10-14'), who: 'environment' }, 'actor-must-hold-office', 'nr25-15.2')
    expect(asked.due('renewal')).toBe('2029-08-20')
    const declined = told.open(renewal('2029-10-14')).act({ on: '2029-10-14', who: 'registrar', task: 'renewal', outcome: 'refuse', contents: { 'refusal-reasons': '授权协议已经终止' } })
    expect([declined.status, declined.effects('notify').at(-1)]).toMatchObject(['refused', { to: ['registrant'], text: '授权协议已经终止' }])
    asked.act(renew('2029-10-15', '2032-10-14'))
    expect(told.world.registers['registrations']?.['air-quality']).toMatchObject({ 'valid-until': '2032-10-14', code: 'GGSJ-510100-000001' })
  })

  test('cd26-18.1a: lapses by the registrar’s act only after its end', () => {
    const lapse = (on: string) => ({ on, who: 'registrar', procedure: 'registration-lapse', contents: { ...KEY, 'lapse-finding': '期满未续展，经核查属实' } })
    standing().refusesOpening(lapse('2029-10-14'), 'registration-must-have-expired', 'nr25-15.3')
    standing().refusesOpening({ ...lapse('2029-10-15'), who: 'environment' }, 'actor-must-hold-office', 'nr25-15.3')
    const lapsed = standing().open(lapse('2029-10-15'))
    expect([lapsed.status, lapsed.effects('register.put').at(-1), lapsed.effects('register.end').at(-1)]).toMatchObject(['deregistered', { state: '期满注销' }, { register: 'registrations', key: 'air-quality' }])
  })

  test('cd26-18.1a: is corrected on the registrant’s consent or on evidence', () => {
    const wrong = { applicant: '李四', 'applicant-kind': 'interested-party', wrong: '提供单位有误', right: '市生态环境局', name: '空气质量监测数据', summary: '逐小时监测浓度' }
    const asked = (more: JsonObject = {}): StoryCase => standing().open({ on: '2027-03-01', who: 'registrar', procedure: 'registration-correction', contents: { ...KEY, 'correction-application': wrong, ...more } })
    const correct = { on: '2027-03-02', who: 'registrar', task: 'correction', outcome: 'correct', contents: { 'correction-opinion': '予以更正' } }
    asked().refuses(correct, 'correction-must-rest-on-consent-or-evidence', 'nr25-9.1.3')
    expect(asked({ 'registrant-consent': file('同意.pdf') }).act(correct).status).toBe('corrected')
    const done = asked({ 'error-evidence': file('证据.pdf') }).act(correct)
    expect([done.status, done.story.world.registers['registrations']?.['air-quality']]).toMatchObject(['corrected', { type: 'correction', summary: '逐小时监测浓度', code: 'GGSJ-510100-000001' }])
    expect(asked().act({ ...correct, outcome: 'refuse' }).status).toBe('refused')
    story().refusesOpening({ on: '2027-03-01', who: 'registrar', procedure: 'registration-correction', contents: { ...KEY, 'correction-application': wrong } }, 'registration-must-stand', 'nr25-9.1.3')
  })

  test('cd26-18.1a: is changed through the same publicity', () => {
    const told = standing()
    const change = { of: 'resource', before: '2010年至2015年', after: '2010年至2025年', name: '空气质量监测数据', summary: '2010年至2025年逐小时浓度' }
    const apply = (who: string, deposited = '2026-09-15') => ({ on: '2027-03-01', who, procedure: 'registration-change', contents: { ...KEY, 'change-application': change, 'evidence-deposit': deposit({ 'deposited-on': deposited }) } })
    told.refusesOpening(apply('transport'), 'registration-must-be-own', 'nr25-9.1.2')
    told.refusesOpening(apply('environment', '2027-03-02'), 'evidence-must-be-deposited-first', 'nr25-7.2')
    story().refusesOpening(apply('environment'), 'registration-must-stand', 'nr25-13.1')
    const changing = told.open(apply('environment'))
    expect(changing.due('acceptance')).toBe('2027-03-04')
    changing
      .act({ on: '2027-03-02', who: 'registrar', task: 'acceptance', outcome: 'accept' })
      .act({ on: '2027-03-08', who: 'registrar', task: 'formal-review', outcome: 'pass', contents: { 'review-opinion': OPINION } })
      .act({ on: '2027-03-08', who: 'registrar', task: 'publicise', outcome: 'published', contents: { 'publicity-notice': { 'registrant-name': '市生态环境局', type: 'change', 'data-name': '空气质量监测数据', summary: '逐小时浓度' } } })
    expect(changing.due('publicity')).toBe('2027-03-22')
    expect(changing.time('2027-03-22').status).toBe('publicity')
    expect(changing.time('2027-03-23').status).toBe('changed')
    expect(told.world.registers['registrations']?.['air-quality']).toMatchObject({ summary: '2010年至2025年逐小时浓度', 'valid-until': '2029-10-14' })
  })

  test('cd26-18.1a: is deregistered on the registrant’s application within ten working days, or revoked for falsehood', () => {
    const told = standing()
    const apply = (who: string) => ({ on: '2026-12-14', who, procedure: 'deregistration', contents: { ...KEY, 'deregistration-application': { ground: 'lost', statement: '数据灭失且不可复原', proof: file('证明.pdf') } } })
    told.refusesOpening(apply('transport'), 'registration-must-be-own', 'nr25-9.1.4')
    const going = told.open(apply('environment')).act({ on: '2026-12-15', who: 'registrar', task: 'acceptance', outcome: 'accept' })
    expect(going.due('deregister')).toBe('2026-12-29')
    going.act({ on: '2026-12-29', who: 'registrar', task: 'deregister', outcome: 'done' })
    expect([going.lateness('deregister'), going.effects('register.put').at(-1), going.effects('notify').at(-1)]).toMatchObject([0, { state: '已注销' }, { to: ['registrant'], notice: '注销登记已完成' }])
    const revocation = (of: Story) => ({ story: of, line: { on: '2027-03-01', who: 'registrar', procedure: 'registration-revocation', contents: { ...KEY, 'revocation-ground': { conduct: 'false-materials', facts: '存证日期系伪造', evidence: file('核实.pdf') } } } })
    const gone = revocation(told)
    gone.story.refusesOpening(gone.line, 'registration-must-stand', 'nr25-20.1')
    const held = revocation(standing())
    const revoked = held.story.open(held.line).act({ on: '2027-03-05', who: 'registrar', task: 'finding', outcome: 'revoke', contents: { 'revocation-decision': '经核实认定，撤销登记' } })
    expect([revoked.status, revoked.effects('register.end').length, revoked.effects('notify').at(-1)]).toMatchObject(['revoked', 1, { to: ['registrant', 'data-authority'], notice: '撤销登记' }])
    expect(revoked.effects('publish').at(-1)).toMatchObject({ kind: 'registration-revoked', code: 'GGSJ-510100-000001' })
    const dropped = revocation(standing())
    expect(dropped.story.open(dropped.line).act({ on: '2027-03-05', who: 'registrar', task: 'finding', outcome: 'drop', contents: { 'revocation-decision': '未发现虚假' } }).status).toBe('dropped')
  })
})
