import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { documents, fairReview, qualification } from '#tests/support/authorization-contents.ts'
import { award, signBoth } from '#tests/support/authorization-story.ts'
import { PROOF, application, job, offered, priceDecision, product, releaseRequest, released } from '#tests/support/offering-contents.ts'
import { hashOf, lawOf, packOf } from '#tests/support/case-law.ts'
import { SICHUAN, agreement, decision, drafting, file, inForce, opened, plan, planInDeliberation, planInForce, previewLaw, ready, selectionConcluded, selectionScored, signing, text } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { entry, field, risk } from '#tests/support/supply-contents.ts'
import { wrongCitations } from './citations.ts'

const law = await previewLaw()
const story = () => new Story(law, SICHUAN)

/** What the platform told about lateness. */
const late = (one: StoryCase) => one.effects('notify').filter((told) => told['notice'] === '逾期提示')

test('every sentence that the pack cites stands in its provision', () => {
  const { provisions: _provisions, ...rules } = packOf('sichuan-2025-draft')
  expect(wrongCitations(packOf('sichuan-2025-draft'), rules)).toEqual([])
})

describe('a draft', () => {
  test('sc25-33.1a: governs nothing; its copy in a preview does', async () => {
    const real = new Story(await lawOf('sichuan-2025-draft'), SICHUAN)
    real.refusesOpening({ on: '2026-07-06', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }, 'draft-rules-must-not-govern', 'sc25-33.1')
    expect(opened(story()).status).toBe('drafting')
  })

  test('sc25-33.1b: with the preview date 2026-07-01 its last day is 2031-06-30', () => {
    const line = { who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
    story().refusesOpening({ ...line, on: '2026-06-30' }, 'rules-must-be-in-force', 'sc25-33.1')
    expect(story().open({ ...line, on: '2031-06-30' }).status).toBe('drafting')
    story().refusesOpening({ ...line, on: '2031-07-01' }, 'rules-must-be-in-force', 'sc25-33.1')
  })

  test('the missing half of item six is on record with its place', () => {
    expect(law.pack.deviations).toMatchObject([{ atom: 'na25-14.1.6/redevelopment', basis: { interpretation: 'sc25-16.1.6' } }])
  })
})

describe('the agencies of the cities', () => {
  const determined: JsonObject = { agency: '德阳市大数据中心', mode: 'overall', number: '德府函〔2026〕7号', date: '2026-07-13', document: file('批复.pdf') }

  test('sc25-8.1c sc25-8.1d: determined on 2026-07-13, filed with the province by 2026-07-27', () => {
    const told = story()
    const open = told.open({ on: '2026-07-13', who: 'deyang', procedure: 'agency-determination', contents: { determination: determined } })
    expect([open.status, open.due('file')]).toEqual(['determined', '2026-07-27'])
    expect(late(open.time('2026-07-27'))).toEqual([])
    expect(late(open.time('2026-07-28')).at(-1)).toMatchObject({ to: ['superior-data-authority'] })
    open.act({ on: '2026-07-28', who: 'deyang', task: 'file', outcome: 'sent', contents: { determination: determined } })
    open.refuses({ on: '2026-07-29', who: 'authority', task: 'confirm', outcome: 'confirm', contents: {} }, 'actor-must-hold-office', 'sc25-8.1')
    expect(open.act({ on: '2026-07-29', who: 'province', task: 'confirm', outcome: 'confirm', contents: { 'filing-receipt': { number: '川备1号', date: '2026-07-29' } } }).status).toBe('filed')
  })

  test('sc25-8.1b sc25-11.1b: the provincial plan is opened by the provincial agency alone', () => {
    const line = { on: '2026-07-06', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
    story().refusesOpening({ ...line, who: 'environment' }, 'actor-must-hold-office', 'sc25-11.1')
    story().refusesOpening({ ...line, who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'sc25-11.1')
  })
})

describe('a plan', () => {
  test.each([
    ['name', 'sc25-11.1.1'], ['necessity', 'sc25-11.1.2'], ['operator-conditions', 'sc25-11.1.3'], ['mode', 'sc25-11.1.4'], ['resources', 'sc25-11.1.5'], ['implementation', 'sc25-11.1.6'], ['products', 'sc25-11.1.7'],
    ['accounting', 'sc25-11.1.8'], ['protection', 'sc25-11.1.9'], ['rights-and-duties', 'sc25-11.1.10'], ['supervision', 'sc25-11.1.11'], ['other', 'sc25-11.1.12'],
  ])('without “%s” is refused with its item: %s', (key, provision) => {
    opened(story()).refuses(ready({ [key]: null }), 'content-must-be-present', provision)
  })

  test.each([['sc25-12.1a', 'life-cycle'], ['sc25-12.1b', 'demand'], ['sc25-12.1c', 'market'], ['sc25-12.1d', 'results'], ['sc25-12.1e', 'risks']])('%s: its study without “%s” is refused', (_id, key) => {
    opened(story()).refuses(ready({}, { [key]: null }), 'content-must-be-present', 'sc25-12.1')
  })

  test('sc25-12.1e sc25-12.1c: a high risk has a measure, a market size its method', () => {
    opened(story()).refuses(ready({}, { risks: [{ name: '泄露', kind: 'security', level: 'high', owner: '运营机构' }] }), 'high-risk-must-have-measure', 'sc25-12.1')
    opened(story()).refuses(ready({}, { market: { value: 1, source: '年报' } }), 'market-size-must-have-method', 'sc25-12.1')
  })

  test('sc25-9.1a: another mode needs a reason; sc25-9.1b: a field is authorized with the source units that signed', () => {
    opened(story()).refuses(ready({ mode: { kind: 'sector' } }), 'other-mode-must-be-justified', 'sc25-9.1')
    const sector = (...units: string[]) => ready({ mode: { kind: 'sector', justification: '数据专业性强', 'co-signers': units.map((organization) => ({ organization, office: 'data-provider' })) } })
    opened(story()).refuses(sector(), 'sector-mode-must-be-joint', 'sc25-9.1')
    expect(opened(story()).refuses(sector('environment-bureau'), 'sector-resources-must-be-of-co-signers', 'sc25-9.1').message).toContain('transport-bureau')
    expect(opened(story()).act(sector('environment-bureau', 'transport-bureau')).status).toBe('under-guidance')
  })

  test('sc25-9.1c sc25-11.1.4: a scenario authorization names its one scenario', () => {
    const scenario = (more: JsonObject) => ready({ mode: { kind: 'scenario', justification: '只此一场景', ...more } })
    opened(story()).refuses(scenario({}), 'scenario-mode-must-name-one-scenario', 'sc25-9.1')
    expect(opened(story()).act(scenario({ field: '惠农贷款' })).status).toBe('under-guidance')
  })

  test('sc25-11.1.3 sc25-11.1.7 sc25-11.1c sc25-11.1d sc25-5.1a sc25-5.2: five kinds, both classes, a social target, dates within the term, held by law, consent for shared data', () => {
    const refuses = (change: JsonObject, code: string, provision: string) => opened(story()).refuses(ready(change), code, provision)
    const conditions = plan()['operator-conditions']
    refuses({ 'operator-conditions': Array.isArray(conditions) ? conditions.filter((_one, index) => index !== 3) : [] }, 'conditions-must-cover-five-kinds', 'sc25-11.1.3')
    refuses({ products: [{ name: '指数', class: 'industry', form: '接口' }] }, 'products-must-serve-both-classes', 'sc25-11.1.7')
    refuses({ benefits: { economic: [{ name: '收入', target: '2000万元', year: 2027 }] } }, 'social-benefit-must-be-stated', 'sc25-11.1')
    refuses({ term: { start: '2026-08-01', end: '2026-12-30' } }, 'milestone-must-lie-within-term', 'sc25-11.1')
    const row = { entry: 'air', name: '空气', provider: 'environment-bureau', 'update-frequency': '每日', quality: '完整率高', origin: 'own' }
    refuses({ resources: [row] }, 'resource-must-be-lawfully-held', 'sc25-5.1')
    refuses({ resources: [{ ...row, 'holding-basis': '依法履职', origin: 'shared' }] }, 'shared-data-must-have-consent', 'sc25-5.2')
  })

  test('sc25-11.1a: the data authority’s guidance comes before the final text', () => {
    const guided = opened(story()).act(ready()).act({ on: '2026-07-06', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充风险防控' } })
    guided.refuses({ on: '2026-07-07', who: 'drafter', task: 'finalize', outcome: 'final' }, 'guidance-must-be-answered', 'sc25-11.1')
  })

  test('sc25-13.1a sc25-13.1b: the data authority submits, the government decides on this text', () => {
    const waiting = planInDeliberation(story())
    waiting.refuses({ on: '2026-07-24', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan({ other: '另有约定' }), '2026-07-24') } }, 'decision-must-carry', 'sc25-13.1')
    expect(waiting.act({ on: '2026-07-24', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(), '2026-07-24') } }).status).toBe('in-force')
  })

  test('sc25-13.2: approved on 2026-09-23, to be filed by 2026-10-14', () => {
    const approved = planInForce(story(), '2026-09-23')
    expect(approved.due('file-with-province')).toBe('2026-10-14')
    expect(late(approved.time('2026-10-14'))).toEqual([])
    expect(late(approved.time('2026-10-15'))).toHaveLength(1)
  })

  test('sc25-13.1c sc25-13.1d: a change of the plan in force is explained and runs the procedure again', () => {
    const told = story()
    const line = { on: '2026-09-07', who: 'drafter', procedure: 'implementation-plan', links: { supersedes: planInForce(told) }, contents: { 'case-name': '变更实施方案' } }
    told.refusesOpening(line, 'change-must-be-explained', 'sc25-13.1')
    expect(told.open({ ...line, contents: { ...line.contents, 'plan-change': { subjects: [{ subject: 'mode', before: '整体', after: '分领域' }], reason: '按领域开展更加稳妥可行' } } }).status).toBe('drafting')
  })
})

describe('selection and agreement', () => {
  test('sc25-6.1a: a plan with a local condition is not submitted', () => {
    const conditions = ['capital', 'management', 'technology', 'service', 'security'].map((kind) => `具备${kind}条件`)
    const open = opened(story()).act(ready()).act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'none' }).act({ on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final' })
    const review = (finding: string) => ({ on: '2026-07-07', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions, finding) } })
    open.refuses(review('local-registration'), 'competition-must-not-be-restricted', 'sc25-6.1')
    expect(open.act(review('none')).open).toEqual(['submit'])
  })

  test('sc25-10.1: no selection without an approved plan', () => {
    const told = story()
    const line = { on: '2026-07-20', who: 'drafter', procedure: 'operator-selection', links: { plan: planInDeliberation(told) }, contents: { 'case-name': '运营机构选定' } }
    told.refusesOpening(line, 'plan-must-be-approved', 'sc25-10.1')
    expect(selectionConcluded(told, planInForce(told)).status).toBe('concluded')
  })

  test.each([
    ['resources', 'sc25-16.1.1'], ['term', 'sc25-16.1.2'], ['products', 'sc25-16.1.3'], ['supporting-platform', 'sc25-16.1.4'], ['ownership', 'sc25-16.1.5'], ['disclosure', 'sc25-16.1.6'], ['accounting', 'sc25-16.1.7'],
    ['protection', 'sc25-16.1.8'], ['evaluation', 'sc25-16.1.9'], ['liability', 'sc25-16.1.10'], ['disputes', 'sc25-16.1.11'], ['change-and-termination', 'sc25-16.1.12'], ['other', 'sc25-16.1.13'], ['no-redevelopment', 'sc25-20.1'],
  ])('without “%s” the agreement is refused with its item: %s', (key, provision) => {
    drafting(story()).refuses(text({ [key]: null }), 'content-must-be-present', provision)
  })

  test('sc25-16.1.2 sc25-3.5 sc25-21.1a: five years at most, a legal person, shares of one hundred', () => {
    const open = drafting(story())
    open.refuses(text({ term: { start: '2026-08-20', end: '2031-08-20' } }), 'term-must-not-exceed-limit', 'sc25-16.1.2')
    open.refuses({ ...text(), facts: { operator: { name: '某合伙企业', 'legal-person': false } } }, 'operator-must-be-a-legal-person', 'sc25-3.5')
    open.refuses(text({ accounting: { 'cost-and-revenue': '单独核算', distribution: [{ party: '甲', share: 95 }] } }), 'shares-must-sum-to-whole', 'sc25-21.1')
    expect(open.act(text({ term: { start: '2026-08-20', end: '2031-08-19' } })).status).toBe('in-deliberation')
  })

  test('sc25-15.1b sc25-15.1c sc25-16.1a: the winner alone, and no signature before the agency’s decision on this text', () => {
    const open = drafting(story())
    open.refuses(text({ operator: 'other-data' }), 'counterparty-must-be-the-winner', 'sc25-15.1')
    open.act(text())
    open.refuses({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement({ other: '另有约定' }), '2026-08-18') } }, 'decision-must-carry', 'sc25-15.1')
    expect(signing(story()).open).toEqual(['sign-agency', 'sign-operator'])
  })

  test('sc25-15.1a: drawn up with a sector authority, it waits for that signature too', () => {
    const told = story()
    const approved = planInForce(told)
    const joint = told.open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selectionConcluded(told, approved) }, contents: { 'case-name': '授权运营协议', 'joint-signatories': [{ organization: 'health-commission' }] } })
    joint.act(text()).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18') } })
    signBoth(joint, '2026-08-31', agreement())
    expect([joint.status, joint.open]).toEqual(['signing', ['sign-sector@co-signers=health-commission']])
    const sign = (who: string) => ({ on: '2026-08-31', who, task: 'sign-sector', outcome: 'sign', contents: { 'sector-signature': { 'text-hash': hashOf(agreement()) } } })
    joint.refuses(sign('transport'), 'actor-must-be-concerned-organization', 'sc25-15.1')
    expect(joint.act(sign('health')).status).toBe('in-force')
  })

  test('sc25-14.1b sc25-14.2a sc25-14.2b sc25-14.2c sc25-14.2d: a competitive way, and a winner who shows capacity, is solvent, creditworthy and tested', () => {
    const told = story()
    const approved = planInForce(told)
    const open = selectionScored(told, approved)
    const choose = (change: JsonObject) => ({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data', change) } })
    open.refuses(choose({ 'management-capacity': null }), 'content-must-be-present', 'sc25-14.2')
    open.refuses(choose({ insolvent: true }), 'operator-must-not-be-insolvent', 'sc25-14.2')
    open.refuses(choose({ dishonest: true }), 'operator-must-be-creditworthy', 'sc25-14.2')
    const graded = (until: string) => choose({ 'graded-protection': { certificate: '1', grade: 'third', 'valid-until': until, report: file('测评.pdf') } })
    open.refuses(graded('2026-08-06'), 'graded-protection-must-be-valid', 'sc25-14.2')
    expect(open.act(graded('2026-08-07')).open).toEqual(['publicize'])
    const prepared = told.open({ on: '2026-07-27', who: 'drafter', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    prepared.refuses({ on: '2026-07-27', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents({ method: 'direct-award' }) } }, 'content-must-be-typed', 'sc25-14.1')
  })

  test('sc25-15.2a: signed on 2026-08-31 or 2026-09-22, to be filed by 2026-09-14 or 2026-10-13', () => {
    expect(inForce(story(), '2026-08-31').due('file-agreement')).toBe('2026-09-14')
    const signed = inForce(story(), '2026-09-22')
    expect(signed.due('file-agreement')).toBe('2026-10-13')
    expect(late(signed.time('2026-10-13')).filter((one) => one['task'] === 'file-agreement')).toEqual([])
    expect(late(signed.time('2026-10-14')).filter((one) => one['task'] === 'file-agreement')).toHaveLength(1)
  })
})

describe('data and products', () => {
  const opening = (change: JsonObject = {}, statement: JsonObject = {}) => ({ on: '2026-07-08', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('air-quality', change), 'risk-statement': risk(statement) } })

  test('sc25-3.2 sc25-5.1b sc25-5.1d: a duty, a grade for each field, a protection for personal ones', () => {
    story().refusesOpening(opening({ duty: '' }), 'content-must-be-present', 'sc25-3.2')
    story().refusesOpening(opening({ fields: [field('station', { grade: '' })] }), 'content-must-be-present', 'sc25-5.1')
    story().refusesOpening(opening({ personal: true, fields: [field('mobile', { sensitive: 'personal' })] }), 'sensitive-field-must-be-protected', 'sc25-5.1')
  })

  test('sc25-5.3a sc25-5.3b sc25-5.3c sc25-5.1c: neither secrets nor public safety nor what a law keeps closed', () => {
    story().refusesOpening(opening({}, { 'state-secret': true }), 'risk-must-be-excluded', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'public-safety': true }), 'risk-must-be-excluded', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'closed-by-law': '统计法第二十五条' }), 'data-closed-by-law-must-not-be-authorized', 'sc25-5.3')
    story().refusesOpening(opening({}, { 'important-data': true }), 'important-data-must-be-assessed', 'sc25-5.1')
    expect(story().open(opening({ open: false })).status).toBe('submitted')
  })

  test('sc25-4.1a sc25-19.1c sc25-19.1d: raw and reversible results do not leave the environment', () => {
    const told = story()
    const under = inForce(told)
    const ask = (method: string) => ({ on: '2026-10-12', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest({ method }) }, facts: { job: job(under.id) } })
    told.refusesOpening(ask('raw'), 'raw-data-must-not-leave', 'sc25-19.1')
    told.refusesOpening(ask('token'), 'reversible-method-must-not-leave', 'sc25-19.1')
    expect(told.open(ask('aggregate')).status).toBe('reviewing')
  })

  test('sc25-21.1c sc25-23.1g: a fee within the guided price, no raw rows on the market; the class alone frees nothing', () => {
    const told = story()
    const under = inForce(told)
    const links = { release: released(told, under), agreement: under }
    const line = (change: JsonObject, price: JsonObject | null = priceDecision()) => ({ on: '2026-10-12', who: 'operator', procedure: 'product', links, contents: { product: product(change), ...(price === null ? {} : { 'price-decision': price }) } })
    told.refusesOpening(line({ price: 1.5 }), 'price-must-not-exceed-ceiling', 'sc25-21.1')
    told.refusesOpening(line({ price: 0.9 }, null), 'fee-must-rest-on-price-decision', 'sc25-21.1')
    told.refusesOpening(line({ raw: true }), 'raw-data-must-not-enter-market', 'sc25-23.1')
    expect(told.open(line({ price: 0.9 })).status).toBe('reviewing')
    expect(told.open(line({ 'price-class': 'public-welfare', price: 0.9 })).status).toBe('reviewing')
  })

  test('sc25-20.1a sc25-17.1b: no redevelopment by the operator or who is tied to it; first delivered on 2026-10-19, to be registered by 2026-11-16', () => {
    const told = story()
    const listed = offered(told, inForce(told))
    const ask = (change: JsonObject, who = 'consumer') => ({ on: '2026-10-13', who, procedure: 'product-service', contents: { 'usage-application': application(listed.id, { use: 'redevelop', ...change }), 'identity-proof': PROOF } })
    told.refusesOpening(ask({ tie: 'controlled' }), 'operator-must-not-redevelop', 'sc25-20.1')
    told.refusesOpening(ask({}, 'operator-as-consumer'), 'operator-must-not-redevelop', 'sc25-20.1')
    expect(told.open(ask({ tie: 'none' })).status).toBe('applied')
    listed.act({ on: '2026-10-19', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某公司', evidence: 'JF-1' } } })
    expect([...told.cases.values()].findLast((one) => one.state.procedure === 'registration')?.due('apply')).toBe('2026-11-16')
  })

  test('sc25-21.1d sc25-21.1e sc25-21.1f: registered before listed; set by the province or its delegate, with the data authority', () => {
    const told = story()
    const ask = { on: '2026-10-12', who: 'operator', procedure: 'price-listing', contents: { 'price-listing': { product: 'P1', title: '空气质量查询', registration: 'GGSJ-1' } } }
    told.refusesOpening(ask, 'priced-product-must-be-registered', 'sc25-21.1')
    const open = told.open({ ...ask, facts: { registration: { code: 'GGSJ-1' } } })
    expect(open.due('set')).toBe('2026-11-09')
    const set = (change: JsonObject) => ({ on: '2026-10-20', who: 'authority', task: 'set', outcome: 'set', contents: { 'price-standard': { number: '川发改〔2026〕1号', 'set-by': 'province', ceiling: 1.2, 'valid-until': '2027-12-31', ...change } } })
    open.refuses(set({ 'set-by': 'other' }), 'standard-must-be-set-by-province-or-delegate', 'sc25-21.1')
    open.refuses(set({ 'set-by': 'delegated' }), 'delegation-must-be-named', 'sc25-21.1')
    open.act(set({ 'set-by': 'delegated', delegation: '川府函〔2026〕2号' }))
    expect(told.world.registers['price-list']).toBeUndefined()
    open.act({ on: '2026-10-21', who: 'authority', task: 'agree', outcome: 'agree', contents: { 'joint-opinion': '同意' } })
    expect(told.world.registers['price-list']?.['P1']).toMatchObject({ ceiling: 1.2 })
  })
})

describe('supervision', () => {
  const breach: JsonObject = { clause: '第八条', facts: '未按约定报送', 'found-on': '2026-10-12', evidence: file('记录.pdf') }
  const recorded = (told: Story) => told.open({ on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement: inForce(told) }, contents: { 'breach-record': breach } })
  const order = { on: '2026-10-15', who: 'drafter', task: 'order', outcome: 'issue', contents: { 'rectification-order': { reason: '未按约定报送', measures: ['甲项措施', '乙项措施', '丙项措施'].map((measure) => ({ measure, requirement: '完成' })) }, 'rectification-due': '2026-11-13' } }
  const instructed = (told: Story) => recorded(told).act({ on: '2026-10-14', who: 'authority', task: 'instruct', outcome: 'instruct', contents: { 'breach-report': { instruction: '责成限期整改', number: '川数〔2026〕5号' } } })

  test('sc25-29.1a: no order before the data authority’s instruction', () => {
    const open = recorded(story())
    open.refuses(order, 'step-must-be-open', 'sc25-29.1')
    expect(instructed(story()).open).toEqual(['order'])
  })

  test('sc25-29.1b sc25-29.1c sc25-29.1e sc25-29.1f: three measures due on 2026-11-13; on 2026-11-14 the termination, then the liability', () => {
    const told = story()
    const open = instructed(told)
    open.refuses({ ...order, contents: { 'rectification-order': order.contents['rectification-order'] } }, 'content-must-be-present', 'sc25-29.1')
    open.act(order)
    expect(open.open.filter((one) => one.startsWith('rectify')).map((one) => open.due(one))).toEqual(['2026-11-13', '2026-11-13', '2026-11-13'])
    expect(open.open).toContain('suspension')
    expect(open.time('2026-11-13').status).toBe('rectifying')
    expect([open.time('2026-11-14').status, open.open.includes('termination')]).toEqual(['overdue', true])
    open.act({ on: '2026-11-16', who: 'drafter', task: 'termination', outcome: 'terminate', contents: { 'exit-grounds': [{ ground: 'unrectified', facts: '逾期未整改', evidence: file('通知.pdf') }], 'exit-draft': '运营机构逾期未完成整改，拟终止协议。' } })
    expect(open.open).toEqual(['pursue'])
  })

  test('sc25-29.1d: with the last measure accepted, what was suspended is supplied again', () => {
    const told = story()
    const open = instructed(told).act(order)
    open.act({ on: '2026-10-16', who: 'drafter', task: 'suspension', outcome: 'suspend', contents: { suspension: { supplies: ['GJ-1'], reason: '整改期间暂停' } }, facts: { supplies: { 'GJ-1': { id: 'GJ-1' } } } })
    expect(told.world.standings['supply/GJ-1']).toBe('suspended')
    for (const measure of ['甲项措施', '乙项措施', '丙项措施']) {
      open.act({ on: '2026-11-05', who: 'operator', task: `rectify@measures=${measure}`, outcome: 'report', contents: { 'rectification-report': { done: '已经完成', proof: file('证明.pdf') } } })
      expect(told.world.standings['supply/GJ-1']).toBe('suspended')
      open.act({ on: '2026-11-06', who: 'drafter', task: `accept@measures=${measure}`, outcome: 'accept', contents: { 'rectification-opinion': '通过' } })
    }
    expect([open.status, told.world.standings['supply/GJ-1']]).toEqual(['closed', 'granted'])
  })

  test('sc25-26.1a sc25-26.1b: the third quarter is reported by 2026-10-15 and then disclosed', () => {
    const told = story()
    const open = told.open({ on: '2026-10-08', who: 'drafter', procedure: 'operation-report', links: { agreement: inForce(told) }, contents: { quarter: { 'period-from': '2026-07-01', 'period-to': '2026-09-30' } } })
    expect(open.due('report')).toBe('2026-10-15')
    expect(late(open.time('2026-10-15'))).toEqual([])
    expect(late(open.time('2026-10-16')).at(-1)).toMatchObject({ to: ['implementing-agency'] })
    open.act({ on: '2026-10-16', who: 'operator', task: 'report', outcome: 'sent', contents: { 'operation-report': { use: '共调用一万次', products: '空气质量查询', accounts: '收入十万元', 'signed-by': '李明' } } })
    expect(open.act({ on: '2026-10-19', who: 'drafter', task: 'receive', outcome: 'receive', contents: { 'report-opinion': '收到' } }).open).toEqual(['disclose'])
  })

  test('sc25-27.1a sc25-27.1d: not by the agency alone, and finished with the data authority’s receipt', () => {
    const told = story()
    const under = inForce(told)
    const start = (team: Json) => ({ on: '2027-01-04', who: 'drafter', procedure: 'operator-evaluation', links: { agreement: under }, contents: { 'period-from': '2026-08-20', 'period-to': '2026-12-31', 'evaluation-team': team } })
    told.refusesOpening(start([{ name: '省大数据中心', capacity: 'agency' }]), 'evaluation-must-not-be-by-agency-alone', 'sc25-27.1')
    const open = told.open(start([{ name: '省大数据中心', capacity: 'agency' }, { name: '某评估公司', capacity: 'third-party' }]))
    expect(open.due('evaluate')).toBe('2027-03-31')
    open.act({ on: '2027-02-26', who: 'drafter', task: 'evaluate', outcome: 'close', contents: { 'evaluation-result': { findings: '按照协议开展运营，情况良好', result: '良好', use: '可以继续授权' } } })
    open.refuses({ on: '2027-02-26', who: 'drafter', task: 'report', outcome: 'received', contents: {} }, 'actor-must-hold-office', 'sc25-27.1')
    expect(open.act({ on: '2027-02-26', who: 'authority', task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收3号', date: '2027-02-26' } } }).status).toBe('finished')
  })

  test('sc25-23.2e sc25-23.2f: a plan first; the drill is overdue after 2027-09-01', () => {
    const told = story()
    const under = inForce(told)
    const line = { on: '2026-09-01', who: 'operator', procedure: 'emergency-drill', links: { agreement: under } }
    told.refusesOpening(line, 'content-must-be-present', 'sc25-23.2')
    const open = told.open({ ...line, contents: { 'emergency-plan': file('预案.pdf') } })
    expect(open.due('drill')).toBe('2027-09-01')
    expect(late(open.time('2027-09-01'))).toEqual([])
    expect(late(open.time('2027-09-02')).at(-1)).toMatchObject({ to: ['implementing-agency'] })
  })

  test('sc25-24.1b: the disclosure of 2026 is overdue after 2027-03-31; sc25-24.1g sc25-26.1d: a complaint of 2026-10-27 is answered by 2026-11-17', () => {
    const told = story()
    const disclosed = told.open({ on: '2027-01-01', who: 'platform', procedure: 'disclosure', contents: { 'period-from': '2026-07-01', 'period-to': '2026-12-31' } })
    expect(disclosed.due('disclose')).toBe('2027-03-31')
    expect(late(disclosed.time('2027-03-31'))).toEqual([])
    expect(late(disclosed.time('2027-04-01'))).toHaveLength(1)
    const asked = told.open({ on: '2026-10-27', who: 'drafter', procedure: 'public-comment', contents: { 'public-comment': { 'received-on': '2026-10-27', text: '披露的范围不完整' } } })
    expect(asked.due('answer')).toBe('2026-11-17')
  })

  test('sc25-29.2b sc25-29.2c: a finding is referred, and a record needs the decision’s number', () => {
    const told = story()
    const open = told.open({ on: '2026-11-04', who: 'drafter', procedure: 'referral', contents: { referral: { subject: '某开发主体', to: 'communications', facts: '违规留存数据', law: '数据安全法', evidence: file('证据.pdf') } } })
    expect(open.status).toBe('referred')
    const decide = (number: string) => ({ on: '2026-11-16', who: 'communications', task: 'investigate', outcome: 'decide', contents: { penalty: { number, date: '2026-11-16', content: '警告并处罚款' } } })
    open.refuses(decide(''), 'content-must-be-present', 'sc25-29.2')
    open.act(decide('川通管罚1号'))
    expect(told.world.registers['credit-records']?.['川通管罚1号']).toMatchObject({ subject: '某开发主体' })
  })
})
