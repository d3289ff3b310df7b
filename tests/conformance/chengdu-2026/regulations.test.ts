import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { plan, study, file } from '#tests/support/authorization-contents.ts'
import { agreementInForce, planInDeliberation, planInForce } from '#tests/support/authorization-story.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { entry, risk } from '#tests/support/supply-contents.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('regulations')

const law = await lawOf('chengdu-2026')
const story = () => fresh(WIDE_CAST)
const opening = { who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }

describe('where the rules apply', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server?.stop())

  test('cd26-2.1: on 2026-07-01 the Big Data Centre of region 510100 opens no file under Xi’an’s rules, and the same file under these', async () => {
    expect((await (await server.session('czb-wang')).send('POST', '/api/clock/advance', { to: '2026-07-01' })).status).toBe(200)
    const agency = await server.session('zx-liu')
    const open = (pack: string) => agency.send<{ case_id?: string }>('POST', '/api/cases', { pack, procedure: 'implementation-plan', contents: opening.contents, act_date: '2026-07-01' })
    const elsewhere = await open('xian-2025')
    expect([elsewhere.status, elsewhere.body]).toMatchObject([422, { code: 'rules-must-be-of-this-region', provision: 'xa25-2.1' }])
    const here = await open('chengdu-2026')
    expect([here.status, here.body]).toMatchObject([201, { case_id: expect.stringMatching(/\S/) }])
  })
})

describe('when the rules apply', () => {
  test('cd26-37.1a: a file of 2026-06-07 is refused under these rules, and of 06-08 taken', () => {
    const told = story()
    told.refusesOpening({ ...opening, on: '2026-06-07' }, 'rules-must-be-in-force', 'cd26-37.1')
    expect(told.open({ ...opening, on: '2026-06-08' }).status).toBe('drafting')
  })

  test('cd26-37.1b: a plan opens on 2031-06-07 and no more on 06-08; what was begun goes on, and its record is read', () => {
    const told = story()
    const last = told.open({ ...opening, on: '2031-06-07' })
    expect(told.refusesOpening({ ...opening, on: '2031-06-08' }, 'rules-must-be-in-force', 'cd26-37.1').details).toMatchObject({ last_day: '2031-06-07' })
    const text = plan({ term: { start: '2031-08-01', end: '2036-07-31' }, implementation: { ...(plan()['implementation'] as JsonObject), milestones: [{ name: '平台上线', date: '2031-12-31', responsible: '市大数据中心' }] } }) // a group of the sample
    last.act({ on: '2031-06-09', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': study() } })
    expect([last.status, last.events.length > 0]).toEqual(['under-guidance', true])
  })
})

describe('what the offices say of the rules', () => {
  const ask = (who = 'operator') => ({ on: '2026-07-06', who, procedure: 'interpretation', contents: { 'interpretation-question': { provision: '第十七条', question: '授权转移由谁批准？' } } })
  const drafted = { on: '2026-07-13', who: 'authority', task: 'draft', outcome: 'drafted', contents: { 'interpretation-answer': { number: '成发改数据函〔2026〕3号', answer: '由实施机构和市发展改革委（市数据局）共同批准。' } } }
  const sign = (who: string, on = '2026-07-20') => ({ on, who, task: who === 'authority' ? 'sign-data-authority' : 'sign-public-data-manager', outcome: 'sign' })

  test('cd26-36.1: a question on Article 17 of 2026-07-06, answered by both offices on 07-20, stands beside the article; signed by one it stays a draft', () => {
    const told = story()
    const asked = told.open(ask())
    expect([asked.effects('notify').at(-1), asked.due('draft')]).toMatchObject([{ to: ['data-authority', 'public-data-manager'] }, '2026-07-20'])
    asked.refuses({ ...drafted, who: 'manager' }, 'actor-must-hold-office', 'cd26-36.1')
    asked.act(drafted)
    expect([asked.open, asked.due('sign-data-authority'), asked.due('sign-public-data-manager')]).toEqual([['sign-data-authority', 'sign-public-data-manager'], '2026-07-20', '2026-07-20'])
    asked.act(sign('authority'))
    expect([asked.status, asked.open, told.world.registers['interpretations']]).toEqual(['drafted', ['sign-public-data-manager'], undefined])
    asked.refuses({ ...sign('authority'), task: 'sign-public-data-manager' }, 'actor-must-hold-office', 'cd26-36.1')
    asked.act(sign('manager'))
    expect([asked.status, asked.open]).toEqual(['answered', []])
    expect(told.world.registers['interpretations']?.['成发改数据函〔2026〕3号']).toEqual({ provision: '第十七条', question: '授权转移由谁批准？', answer: '由实施机构和市发展改革委（市数据局）共同批准。', 'answered-on': '2026-07-20' })
    expect([asked.effects('publish').at(-1), asked.effects('notify').at(-1)]).toMatchObject([{ kind: 'interpretation', title: '第十七条', number: '成发改数据函〔2026〕3号' }, { to: ['operator', 'implementing-agency'] }])
  })

  test('cd26-36.1: a “no” of either office sends the answer back, and the other’s signature falls', () => {
    for (const who of ['authority', 'manager']) {
      const back = story().open(ask()).act(drafted).act(sign(who === 'authority' ? 'manager' : 'authority'))
        .act({ ...sign(who), outcome: 'return', contents: { opinion: '请说明理由' } })
      expect([back.status, back.open]).toEqual(['asked', ['draft#2']])
    }
  })

  test('cd26-37.1c: when 2027-06-08 begins both offices have to review refusals and lateness by article; a running file stays under the edition it began with', () => {
    expect(law.pack.duties['yearly-rules-review']).toMatchObject({ opens: 'rules-review', every: { unit: 'year', month_day: '06-08' } })
    const told = story()
    const running = planInDeliberation(told)
    const year = (on: string, to = '2027-06-07', who = 'platform') => ({ on, who, procedure: 'rules-review', contents: { 'period-from': '2026-06-08', 'period-to': to } })
    told.refusesOpening(year('2027-06-07'), 'period-must-have-ended', null)
    told.refusesOpening(year('2027-06-08', '2027-06-07', 'operator'), 'actor-must-hold-office', 'cd26-37.1')
    const review = told.open(year('2027-06-08'))
    expect([review.open, review.state.tasks.map((task) => task.organization)]).toEqual([['review-data-authority', 'review-public-data-manager'], ['development-commission', 'operation-office']])
    const says = (who: string, contents: JsonObject = {}) => ({
      on: '2027-06-21', who, task: who === 'authority' ? 'review-data-authority' : 'review-public-data-manager', outcome: 'reviewed',
      contents: { 'rules-review': { articles: [{ provision: '第二十条', refusals: 12, overdue: 3, questions: 1 }], decision: 'revise', reason: '审核期限需要明确起算日', ...contents } },
    })
    review.refuses(says('authority', { articles: [] }), 'content-must-be-present', 'cd26-37.1')
    review.refuses(says('authority', { articles: [{ provision: '第二十条', refusals: 12, questions: 1 }] }), 'content-must-be-present', 'cd26-37.1')
    review.act(says('authority'))
    expect([review.open, review.effects('notify').at(-1)]).toMatchObject([['review-public-data-manager'], { to: ['government'] }])
    expect(review.act(says('manager')).status).toBe('reviewed')
    expect([running.state.pack, told.open(year('2027-06-09', '2027-06-08', 'authority')).status]).toEqual([law.ref, 'due'])
  })
})

describe('who else goes by these rules', () => {
  test('cd26-35.1: a resource of the Federation of Trade Unions of 2026-07-06 is taken only with the holder’s consent, and then goes the normal way', () => {
    const told = story()
    const propose = (more: JsonObject = {}) => ({ on: '2026-07-06', who: 'unions', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('union-members', { holder: '市总工会', 'held-by': 'party-organ' }), 'risk-statement': risk(), ...more } })
    told.refusesOpening(propose(), 'party-organ-must-consent', 'cd26-35.1')
    const consent = { holder: '市总工会', date: '2026-07-03', document: file('同意书.pdf'), differences: '由市总工会自行脱敏后提供' }
    told.refusesOpening(propose({ 'holder-consent': { ...consent, document: null } }), 'content-must-be-present', 'cd26-35.1')
    const taken = told.open(propose({ 'holder-consent': consent }))
    expect([taken.open, taken.due('confirmation'), taken.state.contents['holder-consent']?.value]).toMatchObject([['confirmation'], '2026-07-13', { differences: '由市总工会自行脱敏后提供' }])
    taken.act({ on: '2026-07-07', who: 'manager', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '同意登载' } })
    expect(told.world.registers['catalog']?.['union-members']).toMatchObject({ holder: '市总工会', 'held-by': 'party-organ' })
    const resources = plan()['resources'] as JsonObject[] // a table of the sample
    const drafting = told.open({ ...opening, on: '2026-07-08' })
    drafting.act({ on: '2026-07-08', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan({ resources: [{ ...resources[0], entry: 'union-members' }] }), 'feasibility-study': study() } })
    expect(drafting.status).toBe('under-guidance')
  })

  const authorization = { kind: 'transport', data: '公交线路和客流数据', purpose: '用于出行服务', ends: '2027-07-05', plan: true, selection: true, disclosure: true, evidence: true, 'export-control': true }
  const rights = { 'public-interest': '不影响公共交通安全和服务', secrets: ['车辆成本', '票务明细'] }
  const offer = (change: JsonObject = {}, who = 'bus-company', claimed: JsonObject = rights) => ({ on: '2026-07-06', who, procedure: 'utility-authorization', contents: { 'utility-authorization': { ...authorization, ...change }, 'utility-rights': claimed } })

  test('cd26-35.2a: in its file of 2026-07-06 the bus company cannot switch off disclosure; selection it may leave out, with a note; the agency decides nothing in it', () => {
    const told = story()
    told.refusesOpening(offer({ disclosure: false }), 'disclosure-must-not-be-switched-off', 'cd26-35.2')
    told.refusesOpening(offer({ evidence: false }), 'evidence-must-not-be-switched-off', 'cd26-35.2')
    told.refusesOpening(offer({ 'export-control': false }), 'export-control-must-not-be-switched-off', 'cd26-35.2')
    for (const step of ['selection', 'plan']) told.refusesOpening(offer({ [step]: false }), 'omitted-step-must-be-explained', 'cd26-35.2')
    told.refusesOpening(offer({}, 'drafter'), 'actor-must-hold-office', 'cd26-35.2')
    const taken = told.open(offer({ selection: false, 'without-because': '只有一家符合条件的单位' }))
    expect([taken.status, taken.state.tasks.map((task) => task.organization), taken.effects('publish').at(-1)]).toMatchObject(['in-force', ['bus-company', 'bus-company'], { kind: 'utility-authorization', ends: '2027-07-05' }])
    expect(told.world.standings[`utility-authorization/${taken.id}`]).toBe('granted')
    const end = (who: string) => ({ on: '2026-12-01', who, task: 'run', outcome: 'end', contents: { opinion: '合作提前结束' } })
    taken.refuses(end('drafter'), 'actor-must-hold-office', 'cd26-35.2')
    taken.refuses(end('gas-company'), 'actor-must-be-concerned-organization', 'cd26-35.2')
    taken.act(end('bus-company'))
    expect([taken.status, taken.open, told.world.standings[`utility-authorization/${taken.id}`]]).toEqual(['ended', [], 'ended'])
    const whole = told.open(offer())
    expect([whole.time('2027-07-05').status, whole.time('2027-07-06').status, whole.open]).toEqual(['in-force', 'ended', []])
  })

  test('cd26-35.2b: the gas company lists “pipe network drawings”; a product with them is refused on 2026-09-07 until the company consents', () => {
    const told = story()
    const claimed = { ...rights, secrets: ['管网图纸', '用户明细'] }
    told.refusesOpening(offer({ kind: 'gas' }, 'gas-company', { ...claimed, 'public-interest': '' }), 'content-must-be-present', 'cd26-35.2')
    told.refusesOpening(offer({ kind: 'gas' }, 'gas-company', { ...claimed, secrets: [] }), 'content-must-be-typed', 'cd26-35.2')
    const running = told.open(offer({ kind: 'gas' }, 'gas-company', claimed))
    const put = (data: Record<string, boolean>, who = 'gas-company') => ({ on: '2026-09-07', who, task: 'put-forward', outcome: 'proposed', contents: { 'utility-product': { name: '用气负荷预测', data: Object.entries(data).map(([name, consented]) => ({ name, consented })) } } })
    expect(running.refuses(put({ 管网图纸: false }), 'listed-secret-must-have-consent', 'cd26-35.2').message).toContain('管网图纸')
    expect(running.refuses(put({ 管网图纸: true, 用户明细: false }), 'listed-secret-must-have-consent', 'cd26-35.2').message).toContain('用户明细')
    running.refuses(put({ 管网图纸: true }, 'bus-company'), 'actor-must-be-concerned-organization', 'cd26-35.2')
    running.act(put({ 管网图纸: true }))
    expect(running.effects('publish').at(-1)).toMatchObject({ kind: 'utility-product', data: ['管网图纸'] })
    running.refuses(put({ 管网图纸: false }), 'listed-secret-must-have-consent', 'cd26-35.2')
    running.act(put({ 日用气总量: false }))
    expect(running.open).toEqual(['put-forward#3', 'run'])
  })
})

test('cd26-37.1b: an agreement that outlives the rules runs on under its own term', () => {
  const told = story()
  const { agreement }: { agreement: StoryCase } = agreementInForce(told)
  expect([law.pack.manifest.last_day, law.pack.manifest.at_expiry?.says]).toEqual(['2031-06-07', expect.stringContaining('已签订的协议按协议约定继续履行')])
  agreement.time('2031-06-08')
  expect(planInForce(told).status).toBe('in-force')
})
