import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { decision, file, study } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { AGENCY, ASSESSED, CALL, CONSULTED, ENTRY, GUANGDONG, REVIEWED, SCORES, agreement, applicant, application, granted, inForce, listed, plan, planInDeliberation, planInForce, previewLaw, product, qualified, selected, signature, toSign } from '#tests/support/guangdong-story.ts'
import { Story } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'

const law = await previewLaw()
const story = () => new Story(law, GUANGDONG)

describe('the plan (articles 17 to 19)', () => {
  test('gd25-19.1 is carried out when the government has approved this very text; a draft governs nothing', async () => {
    const draft = new Story(await lawOf('guangdong-2025-draft'), GUANGDONG)
    draft.refusesOpening({ on: '2026-07-01', who: 'bureau', procedure: 'implementation-plan', contents: { 'plan-level': 'province', 'plan-agency': AGENCY } }, 'draft-rules-must-not-govern', 'gd25-45.1')
    const told = story()
    const waiting = planInDeliberation(told)
    const approve = (change: JsonObject) => ({ on: '2026-07-10', who: 'governor', task: 'deliberate', outcome: 'approve', contents: { 'government-decision': decision(plan(), '2026-07-10', change) } })
    waiting.refuses(approve({ 'votes-for': 4, 'votes-against': 4 }), 'decision-must-carry', 'gd25-19.1')
    waiting.refuses(approve({ 'text-hash': '0'.repeat(64) }), 'decision-must-carry', 'gd25-19.1')
    expect(waiting.act(approve({})).status).toBe('in-force')
  })

  test('gd25-19.3 of a city is filed within ten working days; the province files with nobody', () => {
    const city = planInForce(story(), 'city')
    expect(city.due('file-plan')).toBe('2026-07-24')
    city.act({ on: '2026-07-27', who: 'agency', task: 'file-plan', outcome: 'sent', contents: { 'filing-letter': { number: '粤数函〔2026〕1号', date: '2026-07-27', document: file('备案.pdf') } } })
    expect([city.lateness('file-plan'), city.status]).toEqual([1, 'in-force'])
    expect(planInForce(story()).open).toEqual(['keep'])
  })

  test('gd25-11.6 gd25-19.2 takes shared data with consent only; a change runs the whole procedure and says why', () => {
    const told = story()
    const approved = planInForce(told)
    expect(() => planInDeliberation(told, 'province', {}, { supersedes: approved })).toThrow('change-must-be-explained (gd25-19.2)')
    const next = planInDeliberation(told, 'province', { 'plan-change': '新增一项数据资源，满足场景需要' }, { supersedes: approved })
    next.act({ on: '2026-07-10', who: 'governor', task: 'deliberate', outcome: 'approve', contents: { 'government-decision': decision(plan(), '2026-07-10') } })
    expect([approved.status, next.status]).toEqual(['superseded', 'in-force'])
    const drafting = told.open({ on: '2026-07-01', who: 'bureau', procedure: 'implementation-plan', contents: { 'plan-level': 'province', 'plan-agency': AGENCY } })
    const ready = (row: JsonObject, term = { start: '2026-08-01', end: '2031-07-31' }) => ({ on: '2026-07-06', who: 'agency', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan({ term, resources: [{ entry: 'visits', name: '门诊量', provider: 'provincial-hospital', 'update-frequency': '每月', quality: '良好', origin: 'shared', ...row }] }), 'feasibility-study': study() } })
    drafting.refuses(ready({}), 'shared-data-must-have-consent', 'gd25-11.6')
    drafting.refuses(ready({ 'sharing-consent': file('同意.pdf') }, { start: '2026-08-01', end: '2026-08-01' }), 'term-must-run-forward', 'gd25-18.1.6')
    drafting.refuses({ ...ready({ 'sharing-consent': file('同意.pdf') }), who: 'other' }, 'actor-must-be-concerned-organization', 'gd25-17.1')
    expect(drafting.act(ready({ 'sharing-consent': file('同意.pdf') })).status).toBe('in-deliberation')
  })
})

describe('the selection (articles 20 and 21)', () => {
  const calling = (change: JsonObject = {}, consultation: JsonObject[] = CONSULTED) => ({ on: '2026-07-13', who: 'agency', procedure: 'operator-selection', contents: { 'call-for-operators': { ...CALL, ...change }, consultation } })

  test('gd25-20.1 gd25-20.2 is competitive, open for a while, and all sides were asked', () => {
    const told = story()
    const links = { plan: planInForce(told) }
    told.refusesOpening({ ...calling({ method: 'direct' }), links }, 'selection-must-be-competitive', 'gd25-20.1')
    told.refusesOpening({ ...calling({ closes: '2026-07-13' }), links }, 'call-must-stay-open', 'gd25-20.1.2')
    told.refusesOpening({ ...calling({}, CONSULTED.map((one) => ({ ...one, role: 'data-authority' }))), links }, 'all-sides-must-be-consulted', 'gd25-20.2')
    told.refusesOpening({ ...calling({}, CONSULTED.map((one) => ({ ...one, role: 'data-provider' }))), links }, 'all-sides-must-be-consulted', 'gd25-20.2')
    const opened = told.open({ ...calling(), links })
    expect(opened.effects('publish')[0]).toMatchObject({ kind: 'operator-call', closes: '2026-07-31' })
    const qualify = (on: string, applied: string) => ({ on, who: 'agency', task: 'qualify', outcome: 'qualified', contents: { applicants: [applicant({ applied })], 'expert-panel': 'university' } })
    opened.refuses(qualify('2026-07-31', '2026-07-20'), 'applications-must-have-closed', 'gd25-20.1.2')
    opened.refuses(qualify('2026-08-03', '2026-08-01'), 'application-must-be-in-time', 'gd25-20.1.2')
    expect(opened.act(qualify('2026-08-03', '2026-07-31')).status).toBe('reviewing')
  })

  test.each([
    [{ 'legal-person': false }, 'operator-must-be-a-legal-person', 'gd25-21.1'],
    [{ clean: false }, 'operator-must-be-creditworthy', 'gd25-21.1.1'],
    [{ capable: false }, 'capability-must-be-shown', 'gd25-21.1.2'],
    [{ protected: false }, 'protection-must-be-shown', 'gd25-21.1.4'],
  ])('gd25-21.1 an applicant with %j becomes no candidate', (change, code, provision) => {
    const told = story()
    const reviewing = qualified(told, planInForce(told), [applicant(change), applicant({ organization: 'sound', name: '稳健公司' })])
      .act({ on: '2026-08-06', who: 'expert', task: 'review', outcome: 'reviewed', contents: { 'expert-scores': [...SCORES, { expert: '丁', first: 'sound', opinion: '也可以' }] } })
    const name = (organization: string) => ({ on: '2026-08-10', who: 'director', task: 'name-candidate', outcome: 'named', contents: { candidate: { organization, reason: '专家推荐' } } })
    reviewing.refuses(name('yue-data'), code, provision)
    expect(reviewing.act(name('sound')).status).toBe('publicized')
  })

  test('gd25-20.1.3 gd25-20.1.4 experts recommend; the candidate is public for five days, and an objection is heard', () => {
    const told = story()
    const reviewing = qualified(told, planInForce(told), [applicant(), applicant({ organization: 'second', name: '第二公司' })])
    reviewing.refuses({ on: '2026-08-06', who: 'agency', task: 'review', outcome: 'reviewed', contents: { 'expert-scores': SCORES } }, 'actor-must-hold-office', 'gd25-20.1.3')
    reviewing.refuses({ on: '2026-08-06', who: 'expert', task: 'review', outcome: 'reviewed', contents: { 'expert-scores': SCORES.slice(0, 2) } }, 'content-must-be-present', 'gd25-20.1.3')
    reviewing.act({ on: '2026-08-06', who: 'expert', task: 'review', outcome: 'reviewed', contents: { 'expert-scores': SCORES } })
    const name = (organization: string) => ({ on: '2026-08-10', who: 'director', task: 'name-candidate', outcome: 'named', contents: { candidate: { organization, reason: '专家推荐' } } })
    reviewing.refuses(name('second'), 'candidate-must-be-recommended', 'gd25-20.1.3')
    reviewing.refuses(name('third'), 'candidate-must-have-applied', 'gd25-20.1.2')
    reviewing.act(name('yue-data'))
    expect([reviewing.due('publicity'), reviewing.effects('publish').at(-1)]).toEqual(['2026-08-15', expect.objectContaining({ kind: 'operator-candidate', candidate: 'yue-data' })])
    reviewing.act({ on: '2026-08-12', who: 'agency', task: 'publicity', outcome: 'objected', contents: { objection: '评审专家与其有关联' } })
    expect(reviewing.status).toBe('reviewing')
    reviewing.act({ ...name('yue-data'), on: '2026-08-14' })
    expect(reviewing.time('2026-08-19').status).toBe('publicized')
    expect(reviewing.time('2026-08-20').status).toBe('concluded')
  })
})

describe('the agreement (articles 20, 22 and 23)', () => {
  test('gd25-20.1.5 gd25-22.1 is with the chosen operator, within the plan, at most five years, decided on and signed as one text', () => {
    const told = story()
    const approved = planInForce(told)
    const links = { plan: approved, selection: selected(told, approved) }
    const drafting = (change: JsonObject) => ({ on: '2026-08-17', who: 'agency', procedure: 'operation-agreement', links, contents: { 'operation-agreement': agreement(change) } })
    told.refusesOpening(drafting({ operator: 'second' }), 'counterparty-must-be-the-winner', 'gd25-20.1.5')
    told.refusesOpening(drafting({ resources: [{ entry: 'taxes', name: '税务', provider: 'tax-office' }] }), 'resources-must-be-within-plan', 'gd25-19.2')
    told.refusesOpening(drafting({ term: { start: '2026-08-20', end: '2031-08-20' } }), 'term-must-not-exceed-limit', 'gd25-22.1.2')
    told.refusesOpening(drafting({ 'no-redevelopment': '' }), 'content-must-be-present', 'na25-14.1.6')
    const signing = toSign(story())
    const sign = (who: string, task: string, change: JsonObject = {}) => ({ on: '2026-08-20', who, task, outcome: 'sign', contents: { signature: { ...signature(), ...change } } })
    signing.refuses(sign('operator', 'sign-operator', { 'text-hash': '0'.repeat(64) }), 'signature-must-be-on-the-approved-text', 'gd25-20.1.5')
    expect(signing.act(sign('operator', 'sign-operator')).status).toBe('signing')
    expect(signing.act(sign('director', 'sign-agency')).status).toBe('in-force')
  })

  test('gd25-23.1 is filed and made public within ten working days', () => {
    const signed = inForce(story())
    expect([signed.due('file-agreement'), signed.due('publish-agreement')]).toEqual(['2026-09-03', '2026-09-03'])
    signed.act({ on: '2026-09-03', who: 'agency', task: 'file-agreement', outcome: 'sent', contents: { 'filing-letter': { number: '粤数运函〔2026〕2号', date: '2026-09-03', document: file('备案.pdf') } } })
    signed.act({ on: '2026-09-04', who: 'agency', task: 'publish-agreement', outcome: 'published', contents: { 'agreement-public': { address: 'https://example.cn/3', date: '2026-09-04' } } })
    expect([signed.lateness('file-agreement'), signed.lateness('publish-agreement')]).toEqual([0, 1])
    expect(signed.effects('publish').at(-1)).toMatchObject({ kind: 'authorization', operator: 'yue-data', ends: '2029-08-19' })
  })
})

describe('data and their use (articles 11 to 14 and 24)', () => {
  test('gd25-11.5 gd25-11.6 gd25-12.1 an entry is left out only with reasons; what is listed is gathered in twenty working days', () => {
    const told = story()
    const opening = (change: JsonObject) => ({ on: '2026-07-01', who: 'hospital', procedure: 'catalog-entry', contents: { 'catalog-entry': { ...ENTRY, ...change } } })
    told.refusesOpening(opening({ operable: false }), 'exclusion-must-be-explained', 'gd25-11.5')
    told.refusesOpening(opening({ origin: 'shared' }), 'shared-data-must-have-consent', 'gd25-11.6')
    const excluded = told.open(opening({ operable: false, 'why-not': '涉及国家秘密，依保密法' }))
    excluded.refuses({ on: '2026-07-03', who: 'bureau', task: 'gather', outcome: 'list' }, 'entry-must-be-operable', 'gd25-11.2')
    expect(excluded.act({ on: '2026-07-03', who: 'bureau', task: 'gather', outcome: 'exclude' }).status).toBe('excluded')
    const entry = listed(told)
    expect([entry.due('collect'), told.world.registers['catalog']?.['visits']]).toEqual(['2026-07-31', expect.objectContaining({ provider: 'provincial-hospital' })])
    entry.time('2026-08-03')
    expect(entry.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ task: 'collect', told: ['data-authority'] })
    entry.refuses({ on: '2026-08-03', who: 'school', task: 'collect', outcome: 'collected', contents: { collected: { number: 'GJ-1', rows: 100, sha256: 'a'.repeat(64) } } }, 'actor-must-be-concerned-organization', 'gd25-12.1')
    expect(entry.act({ on: '2026-08-04', who: 'hospital', task: 'collect', outcome: 'collected', contents: { collected: { number: 'GJ-1', rows: 100, sha256: 'a'.repeat(64) } } }).lateness('collect')).toBe(2)
  })

  test('gd25-24.1 is asked for scenario by scenario, within the authorization, and reviewed in ten working days', () => {
    const told = story()
    const authorized = inForce(told)
    const asking = (change: JsonObject) => ({ on: '2026-09-18', who: 'operator', procedure: 'data-demand', links: { agreement: authorized }, contents: { 'use-application': application(change) } })
    told.refusesOpening(asking({ 'other-scenarios': ['保险'] }), 'one-scenario-one-list', 'gd25-24.1')
    told.refusesOpening(asking({ items: [{ entry: 'taxes', fields: ['code'] }] }), 'use-must-stay-within-agreement', 'gd25-25.2')
    told.refusesOpening(asking({ items: [{ entry: 'visits', fields: ['name'] }] }), 'fields-must-be-catalogued', 'gd25-11.1')
    told.refusesOpening(asking({ ends: '2029-08-20' }), 'use-must-end-with-agreement', 'gd25-25.2')
    const opened = told.open(asking({ ends: '2029-08-19' }))
    expect(opened.due('review')).toBe('2026-10-09')
    const grant = (change: JsonObject) => ({ on: '2026-09-24', who: 'agency', task: 'review', outcome: 'grant', contents: { 'use-review': { ...REVIEWED, ...change } } })
    opened.refuses(grant({ reasonable: false }), 'use-must-be-reasonable', 'gd25-24.1')
    opened.refuses(grant({ lawful: false }), 'use-must-be-lawful', 'gd25-24.1')
    opened.refuses(grant({ secure: false }), 'use-must-be-secure', 'gd25-24.1')
    opened.act({ on: '2026-09-22', who: 'agency', task: 'review', outcome: 'return', contents: { 'use-review': { ...REVIEWED, reasonable: false } } })
    opened.act({ on: '2026-09-23', who: 'operator', task: 'supplement', outcome: 'resubmit', contents: { 'use-application': application() } })
    opened.act(grant({}))
    expect([opened.status, told.world.standings[`supply/${opened.id}`], told.world.registers['supplies']?.[opened.id]]).toEqual(['granted', 'granted', expect.objectContaining({ entries: ['visits'], scenario: '就医出行' })])
  })

  test('gd25-13.1 gd25-13.3 what is not in the catalogue is coordinated, and goes up to the leading group where that fails', () => {
    const opened = story().open({ on: '2026-11-02', who: 'agency', procedure: 'coordination', contents: { 'coordination-request': { resource: '学籍数据', study: '经三家企业调研论证，确有使用需求。', provider: 'a-school' } } })
    expect(opened.due('coordinate')).toBe('2026-11-30')
    opened.act({ on: '2026-11-20', who: 'bureau', task: 'coordinate', outcome: 'escalate', contents: { opinion: '两家单位意见不一致' } })
    expect([opened.status, opened.effects('notify').at(-1)]).toEqual(['escalated', expect.objectContaining({ to: ['leading-group'] })])
    opened.refuses({ on: '2026-11-25', who: 'bureau', task: 'settle', outcome: 'concluded', contents: { 'coordination-result': '纳入授权运营' } }, 'actor-must-hold-office', 'gd25-13.3')
    expect(opened.act({ on: '2026-11-25', who: 'leaders', task: 'settle', outcome: 'concluded', contents: { 'coordination-result': '纳入授权运营' } }).effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'] })
  })

  test.each(['operator', 'agency'])('gd25-14.1 a problem that the %s reports goes to the provider of the entry', (who) => {
    const told = story()
    listed(told)
    const report = (provider: string) => ({ on: '2026-11-02', who, procedure: 'quality-issue', contents: { 'quality-problem': { entry: 'visits', problem: '缺少三小时', provider } } })
    told.refusesOpening(report('a-school'), 'problem-must-go-to-the-entrys-provider', 'gd25-14.1')
    const issue = told.open(report('provincial-hospital'))
    expect([issue.due('repair'), issue.state.tasks[0]?.organization, issue.effects('notify')[0]]).toEqual(['2026-11-16', 'provincial-hospital', expect.objectContaining({ to: ['data-provider'] })])
    expect(issue.act({ on: '2026-11-10', who: 'hospital', task: 'repair', outcome: 'repaired', contents: { 'quality-repair': '已补齐数据' } }).status).toBe('repaired')
  })
})

describe('products and supervision (articles 25 to 39)', () => {
  const submitting = () => {
    const told = story()
    const authorized = inForce(told)
    const use = granted(told, authorized)
    return { told, line: (change: JsonObject = {}) => ({ on: '2026-11-02', who: 'operator', procedure: 'product', links: { agreement: authorized, use }, contents: { product: product(change) } }) }
  }

  test('gd25-25.2 gd25-29.2 come from granted data in the granted scenario, free for the public good, at most at the guided price', () => {
    const { told, line } = submitting()
    told.refusesOpening(line({ sources: ['taxes'] }), 'sources-must-be-granted', 'gd25-25.2')
    told.refusesOpening(line({ scenario: '保险' }), 'scenario-must-be-the-granted', 'gd25-26.1.1')
    told.refusesOpening(line({ class: 'public' }), 'public-benefit-must-be-free', 'gd25-29.2')
    told.refusesOpening(line({ price: 0.13 }), 'price-must-not-exceed-guidance', 'gd25-29.2')
    expect(told.open(line({ class: 'public', price: 0 })).status).toBe('reviewing')
    expect(told.open(line({ price: 0.12 })).due('review')).toBe('2026-11-16')
  })

  test.each([['within-use', '1'], ['sources-named', '2'], ['no-exposure', '3'], ['no-leak', '4'], ['no-export', '5'], ['no-other', '6']])('gd25-26.1 is not published where the review says no to “%s”', (point, item) => {
    const { told, line } = submitting()
    const opened = told.open(line())
    const review = (change: JsonObject) => ({ on: '2026-11-10', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-assessment': { ...ASSESSED, ...change } } })
    opened.refuses(review({ [point]: false }), 'assessment-must-be-positive', `gd25-26.1.${item}`)
    opened.act(review({}))
    expect([opened.status, told.world.registers['products']?.[opened.id]?.['venue'], lastCase(told, 'registration').state.parties['registrant']]).toEqual(['listed', '广州数据交易所', 'yue-data'])
  })

  test('gd25-37.1 the report of the year before is due by the end of March, to three departments', () => {
    const authorizations = [{ id: 'agreement-1', operator: 'yue-data', agency: 'data-operation-office' }, { id: 'agreement-2', operator: 'sound', agency: 'data-operation-office' }]
    const opened = story().open({ on: '2027-01-01', who: 'platform', procedure: 'annual-report', facts: { period: { authorizations } }, contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
    expect([opened.open, opened.due('report')]).toEqual([['report@agencies=data-operation-office'], '2027-03-31'])
    opened.act({ on: '2027-04-01', who: 'agency', task: 'report', outcome: 'sent', contents: { 'operation-report': { business: '整体经营正常', use: '使用三项资源', sales: '两项', accounts: '收支平衡', prices: '没有调整', security: '没有安全事件' } } })
    expect([opened.lateness('report'), opened.status, opened.effects('notify').at(-1)]).toEqual([1, 'sent', expect.objectContaining({ to: ['price-authority', 'financial-departments', 'data-authority'] })])
    expect(law.pack.duties['annual-report']?.every).toEqual({ unit: 'year', month_day: '01-01' })
  })

  test('gd25-38.2 gd25-39.1 gd25-39.2 ends on one of its grounds; what remains is handed over, deleted, and the logs are kept five years', () => {
    const told = story()
    const authorized = inForce(told)
    const links = { agreement: authorized }
    const ground = (name: string, more: JsonObject = {}) => ({ on: '2027-03-01', who: 'agency', procedure: 'exit', links, contents: { 'exit-ground': { ground: name, facts: '连续两年没有产品', ...more } } })
    told.refusesOpening(ground('expiry'), 'expiry-must-have-come', 'gd25-39.1.1')
    told.refusesOpening(ground('hazard'), 'operator-must-have-been-warned', 'gd25-39.1.4')
    told.refusesOpening(ground('breach', { 'warned-on': '2027-03-02' }), 'operator-must-have-been-warned', 'gd25-39.1.4')
    told.refusesOpening(ground('evaluation'), 'evaluation-must-have-failed', 'gd25-39.1.5')
    const rated = told.open({ on: '2027-02-01', who: 'agency', procedure: 'operator-evaluation', links, contents: { evaluation: { result: 'failed', reason: '没有产品', material: true } } })
    expect(rated.effects('notify')[0]).toMatchObject({ to: ['data-authority', 'operator'] })
    rated.act({ on: '2027-02-02', who: 'bureau', task: 'receive', outcome: 'received' })
    const exit = told.open(ground('evaluation'))
    exit.refuses({ on: '2027-03-01', who: 'agency', task: 'decide', outcome: 'end' }, 'decider-must-not-be-proposer', null)
    exit.act({ on: '2027-03-01', who: 'director', task: 'decide', outcome: 'end' })
    expect([authorized.status, told.world.standings[`agreement/${authorized.id}`], exit.effects('access.revoke').length, exit.due('file-change')]).toEqual(['ended', 'ended', 1, '2027-03-15'])
    exit.act({ on: '2027-03-10', who: 'agency', task: 'file-change', outcome: 'sent', contents: { 'filing-letter': { number: '粤数运函〔2027〕1号', date: '2027-03-10', document: file('备案.pdf') } } })
    exit.act({ on: '2027-03-12', who: 'operator', task: 'hand-over', outcome: 'handed-over', contents: { handover: { services: '由实施机构接续', data: '全部移交' } } })
    exit.act({ on: '2027-03-15', who: 'agency', task: 'delete', outcome: 'deleted', contents: { deletion: { proof: file('删除证明.pdf'), logs: '省一体化平台归档库' } } })
    expect(exit.due('close')).toBe('2032-03-15')
    expect(exit.time('2032-03-15').status).toBe('ended')
    expect(exit.time('2032-03-16').status).toBe('closed')
  })
})
