import { describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { agreement, file } from '#tests/support/authorization-contents.ts'
import { award, planInForce, selectionBeforeAward, selectionConcluded } from '#tests/support/authorization-story.ts'
import { qualification } from '#tests/support/authorization-contents.ts'
import { earlyAgreement, earlySupply } from '#tests/support/chengdu-early-story.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { VERIFIED } from '#tests/support/offering-contents.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { demanded } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('organizations')

const story = () => fresh(WIDE_CAST)

describe('who is what', () => {
  test('cd26-3.1.3: the Health Commission becomes implementing agency on 2026-06-16 only with the city government’s decision and a mode', () => {
    const decision = { number: '成府函〔2026〕21号', date: '2026-06-16', document: file('批复.pdf') }
    const assign = (contents: JsonObject, who = 'authority') => ({ on: '2026-06-16', who, procedure: 'agency-determination', contents: { determination: { agency: 'health-commission', mode: 'sector' }, ...contents } })
    const told = story()
    told.refusesOpening(assign({}), 'content-must-be-present', 'cd26-3.1.3')
    told.refusesOpening(assign({ 'government-decision': { ...decision, document: null } }), 'content-must-be-present', 'cd26-3.1.3')
    told.refusesOpening(assign({ 'government-decision': decision, determination: { agency: 'health-commission', mode: '' } }), 'content-must-be-present', 'cd26-3.1.3')
    told.refusesOpening(assign({ 'government-decision': { ...decision, date: '2026-06-17' } }), 'determination-must-have-happened', 'cd26-3.1.3')
    told.refusesOpening(assign({ 'government-decision': decision }, 'drafter'), 'actor-must-hold-office', 'cd26-3.1.3')
    expect(told.world.registers['implementing-agencies']).toBeUndefined()
    const assigned = told.open(assign({ 'government-decision': decision }))
    expect([assigned.status, told.world.registers['implementing-agencies']?.['health-commission'], told.world.standings['implementing-agency/health-commission']]).toEqual(['determined', { mode: 'sector', number: '成府函〔2026〕21号', date: '2026-06-16' }, 'granted'])
    expect(assigned.effects('notify').at(-1)).toMatchObject({ to: ['government', 'public-data-manager'] })
  })

  test('cd26-3.1.4: a partnership that bid is not awarded and gets no agreement on 2026-08-10; a limited company with the same papers does', () => {
    const told = story()
    const approved = planInForce(told)
    const awarded = (winner: string) => ({ on: '2026-08-10', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award(winner), 'operator-qualification': qualification(winner) } })
    const deciding = selectionBeforeAward(told, approved)
    deciding.refuses(awarded('third-data'), 'operator-must-be-a-legal-person', 'cd26-3.1.4')
    expect(deciding.act(awarded('other-data')).status).toBe('publicized')
    const drafted = told.open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selectionConcluded(told, approved) }, contents: { 'case-name': '授权运营协议' } })
    const ready = { on: '2026-08-17', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement() } }
    drafted.refuses({ ...ready, facts: { operator: { name: '某合伙企业', 'legal-person': false } } }, 'operator-must-be-a-legal-person', 'cd26-3.1.4')
    expect(drafted.act(ready).status).toBe('in-deliberation')
  })

  test('cd26-3.1.5: of 2026-07-06 the partnership’s application goes on to identity review, the natural person’s is refused and pointed to open data', () => {
    const told = story()
    const apply = (who: string, kind: string) => ({ on: '2026-07-06', who, procedure: 'developer-registration', contents: { 'developer-application': { name: '申请人', kind, code: '92510100MA6XYZ', document: file('证明.pdf') } } })
    expect(told.refusesOpening(apply('citizen', 'natural-person'), 'developer-must-be-an-organization', 'cd26-3.1.5').cure).toContain('公共数据开放平台')
    for (const kind of ['legal-person', 'sole-proprietor', 'branch']) expect(told.open(apply('developer', kind)).status).toBe('applied')
    const partner = told.open(apply('partner', 'partnership'))
    expect([partner.open, partner.due('identity-review'), partner.state.tasks[0]?.organization]).toEqual([['identity-review'], '2026-07-13', 'big-data-centre'])
    const verify = (change: JsonObject = {}) => ({ on: '2026-07-08', who: 'drafter', task: 'identity-review', outcome: 'verify', contents: { 'identity-check': { ...VERIFIED, ...change } } })
    partner.refuses(verify({ verified: false }), 'identity-must-be-verified', 'cd26-3.1.5')
    partner.refuses({ ...verify(), who: 'operator' }, 'actor-must-hold-office', null)
    partner.act(verify())
    expect([partner.status, told.world.standings['developer/data-partnership'], told.world.registers['developers']?.['data-partnership']]).toMatchObject(['verified', 'granted', { kind: 'partnership', 'verified-on': '2026-07-08' }])
    const refused = told.open(apply('other-developer', 'branch')).act({ on: '2026-07-08', who: 'drafter', task: 'identity-review', outcome: 'refuse', contents: { opinion: '证明文件已经失效' } })
    expect([refused.status, refused.effects('notify').at(-1)]).toMatchObject(['refused', { to: ['developer'], text: '证明文件已经失效' }])
  })

  test('cd26-7.3a: the Meteorological Bureau cannot open a selection on 2026-07-16, nor act in the agency’s other steps', () => {
    const told = story()
    const approved = planInForce(told)
    const open = (procedure: string, who: string, links = {}) => ({ on: '2026-07-16', who, procedure, links, contents: { 'case-name': '某事项名称' } })
    told.refusesOpening(open('operator-selection', 'elsewhere', { plan: approved }), 'actor-must-be-concerned-organization', 'cd26-7.3')
    told.refusesOpening(open('operator-selection', 'environment', { plan: approved }), 'actor-must-hold-office', 'cd26-7.3')
    told.refusesOpening(open('implementation-plan', 'elsewhere'), 'actor-must-be-concerned-organization', 'cd26-10.1')
    expect(told.open(open('operator-selection', 'drafter', { plan: approved })).status).toBe('preparing')
    const { demand } = demanded(story(), '2026-09-01')
    demand.refuses({ on: '2026-09-02', who: 'elsewhere', task: 'formal-review', outcome: 'return', contents: { 'return-notice': [{ part: '应用场景', defect: '不明确' }] } }, 'actor-must-be-concerned-organization', 'cd26-20.2')
  })
})

describe('lateness and joint acts', () => {
  test('cd26-7.1a: a formal review due on 2026-10-09 and open on 10-10, a make-up working day, stands one day late before the data authority, with one notice', () => {
    const { demand } = demanded(story(), '2026-09-24')
    const late = () => demand.effects('notify').filter((one) => one['notice'] === '逾期提示')
    demand.time('2026-10-09')
    expect([demand.due('formal-review'), late()]).toEqual(['2026-10-09', []])
    demand.time('2026-10-10')
    expect(late()).toMatchObject([{ to: ['data-authority'], task: 'formal-review' }])
    demand.time('2026-10-12')
    expect([late().length, demand.open]).toEqual([1, ['formal-review']])
  })

  test('cd26-26.2d: an engineer without confidentiality agreement gets no access on 2026-09-07; who leaves on 10-30 has none on 10-31', () => {
    const told = story()
    const agreed = earlyAgreement(told, { 'bus-lines': 'transport-bureau' })
    const person = { name: '陈刚', account: 'chen-gang', shared: false, contract: file('合同.pdf'), 'background-check': file('审查.pdf'), confidentiality: file('保密协议.pdf'), training: '2026-09-01', starts: '2026-09-07', ends: '2027-09-06' }
    const grant = (change: JsonObject = {}, who = 'operator') => ({ on: '2026-09-07', who, procedure: 'personnel-access', links: { agreement: agreed }, contents: { personnel: { ...person, ...change } } })
    told.refusesOpening(grant({ confidentiality: null }), 'person-must-be-bound-to-confidentiality', 'cd26-26.2')
    told.refusesOpening(grant({ contract: null }), 'person-must-be-under-contract', 'cd26-26.2')
    told.refusesOpening(grant({ 'background-check': null }), 'person-must-be-background-checked', 'cd26-26.2')
    told.refusesOpening(grant({ training: null }), 'person-must-be-trained', 'cd26-26.2')
    told.refusesOpening(grant({ training: '2026-09-08' }), 'person-must-be-trained', 'cd26-26.2')
    told.refusesOpening(grant({ shared: true }), 'account-must-not-be-shared', 'cd26-26.2')
    told.refusesOpening(grant({ starts: '2026-09-06' }), 'access-must-not-precede-grant', 'cd26-26.2')
    told.refusesOpening(grant({ ends: '2027-09-07' }), 'access-must-not-exceed-limit', null)
    told.refusesOpening(grant({}, 'stranger'), 'party-must-be-the-same', 'cd26-21.1')
    expect(told.world.standings['person-access/chen-gang']).toBeUndefined()
    const granted = told.open(grant())
    expect([granted.due('access'), told.world.standings['person-access/chen-gang']]).toEqual(['2027-09-06', 'granted'])
    granted.act({ on: '2026-10-30', who: 'operator', task: 'access', outcome: 'leave', contents: { departure: '2026年10月30日离职' } }).time('2026-10-31')
    expect([granted.status, told.world.standings['person-access/chen-gang']]).toEqual(['ended', 'ended'])
    const running = told.open(grant()).time('2027-09-06')
    expect([running.status, running.time('2027-09-07').status, told.world.standings['person-access/chen-gang']]).toEqual(['granted', 'ended', 'ended'])
  })
})

describe('what belongs to both offices', () => {
  const report = (agreed: StoryCase) => ({ on: '2026-09-01', who: 'environment', procedure: 'supply-termination', links: { agreement: agreed }, contents: { 'termination-report': { supplies: ['GJ-1'], reason: '监测网络整体停用', 'legal-title': '市政府关于监测网络调整的通知', 'legal-article': '第二条', 'stop-on': '2026-10-09' } } })
  const review = (who: string, outcome: string, on = '2026-09-03') => ({ on, who, task: who === 'authority' ? 'approve-authority' : 'approve-manager', outcome, contents: { 'termination-opinion': '经审核的意见' } })

  test('cd26-7.1c: with the data authority’s approval of 2026-09-03 alone, a termination of supply waits for one of two, and the operator hears nothing; a “no” of one returns it', () => {
    const told = story()
    const { agreement: agreed } = earlySupply(told)
    const waiting = told.open(report(agreed)).act(review('authority', 'approve'))
    expect([waiting.status, waiting.open]).toEqual(['reported', ['approve-manager']])
    expect(waiting.effects('notify').flatMap((one) => one['to'])).not.toContain('operator')
    waiting.refuses(review('authority', 'approve'), 'step-must-be-open', 'cd26-24.1')
    waiting.refuses({ ...review('authority', 'approve'), task: 'approve-manager' }, 'actor-must-hold-office', 'cd26-24.1')
    waiting.act(review('manager', 'approve', '2026-09-04'))
    expect([waiting.status, waiting.effects('notify').some((one) => JSON.stringify(one['to']).includes('operator'))]).toEqual(['approved', true])
    for (const who of ['authority', 'manager']) {
      const refused = told.open(report(agreed)).act(review(who, 'refuse'))
      expect([refused.status, refused.open]).toEqual(['refused', []])
    }
  })
})
