import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { documents, file, plan } from '#tests/support/xian-contents.ts'
import { PLAN_REVIEW, SCENARIOS, XIAN, determination, determined, draftConsulted, last, modeDetermined, planFinished, planInForce, planUnderReview } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)
const opening = (change: JsonObject, on = '2026-02-05') => ({ on, who: 'authority', procedure: 'mode-determination', contents: { determination: determination(change) } })
const planning = (told: Story, who = 'drafter', on = '2026-02-10', under = modeDetermined(told)) => ({ on, who, procedure: 'implementation-plan', links: { determination: under }, contents: { 'case-name': '整体授权实施方案' } })

describe('from the first day of the rules to their last', () => {
  test('xa25-40.1a: a district plan approved on 2025-12-26 was due on 2026-01-12 and is overdue; before 2025-12-25 nothing begins', () => {
    const told = story()
    told.refusesOpening(opening({}, '2025-12-24'), 'rules-must-be-in-force', 'xa25-40.1')
    expect(told.open(opening({}, '2025-12-25')).status).toBe('joint')
    const entered = (date: string) => ({ on: '2026-01-14', who: 'district', procedure: 'district-filing', contents: { 'district-document': { kind: 'plan', name: '雁塔区实施方案', date, number: '雁政〔2025〕9号', document: file('方案.pdf') } } })
    told.refusesOpening(entered('2025-12-24'), 'document-must-be-under-these-rules', 'xa25-40.1')
    const overdue = told.open(entered('2025-12-26'))
    expect([overdue.due('file-plan'), overdue.time('2026-01-14').effects('notify').filter((one) => one['notice'] === '逾期提示').length]).toEqual(['2026-01-12', 1])
  })

  test('xa25-40.1b: a selection is opened on 2030-12-24 and not on 2030-12-25', () => {
    const told = story()
    const planned = planInForce(told)
    const line = (on: string) => ({ on, who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft: draftConsulted(told) }, contents: { 'case-name': '运营机构选定' } })
    const final = line('2030-12-24')
    told.refusesOpening({ ...final, on: '2030-12-25' }, 'rules-must-be-in-force', 'xa25-40.1')
    expect(told.open(final).status).toBe('preparing')
    expect(law.pack.manifest.last_day).toBe('2030-12-24')
  })
})

describe('the mode and the agency', () => {
  test('xa25-15.1a: a field authorization over what the overall one holds is refused on 2026-02-05 without a reason, with the overlap', () => {
    const told = story()
    planInForce(told)
    const field: JsonObject = { mode: 'sector', agency: 'health-commission', 'sector-authority': 'health-commission', entries: ['parking', 'clinic'] }
    const { justification: _none, ...bare } = { justification: '', ...field }
    expect(told.refusesOpening(opening(bare), 'overlap-must-be-decided', 'xa25-15.1').message).toContain('西安市公共数据资源整体授权运营实施方案')
    told.refusesOpening(opening({ ...bare, 'overlap-decision': '停车数据移出整体授权' }), 'other-mode-must-be-justified', 'xa25-15.1')
    expect(told.open(opening({ ...bare, 'overlap-decision': '停车数据移出整体授权', justification: '卫生健康数据专业性强' })).open).toEqual(['sector-sign'])
    story().refusesOpening(opening({ ...bare }), 'other-mode-must-be-justified', 'xa25-15.1')
  })

  test('xa25-15.1b: proposed on 2026-02-06 and not decided, the mode bears no plan on 2026-02-10; decided on 2026-02-12 it does', () => {
    const told = story()
    const proposed = told.open(opening({}, '2026-02-06')).act({ on: '2026-02-06', who: 'authority', task: 'city-agency', outcome: 'checked' })
    told.refusesOpening(planning(told, 'drafter', '2026-02-10', proposed), 'mode-must-be-determined', 'xa25-15.1')
    const decide = (who: string) => ({ on: '2026-02-12', who, task: 'decide', outcome: 'approve', contents: { 'determination-decision': determined('2026-02-12') } })
    proposed.refuses(decide('authority'), 'actor-must-hold-office', 'xa25-15.1')
    proposed.act(decide('mayor'))
    expect(proposed.effects('publish')).toMatchObject([{ kind: 'mode-determination', mode: 'overall', number: '市政函〔2026〕3号' }])
    expect(told.open(planning(told, 'drafter', '2026-02-12', proposed)).status).toBe('drafting')
  })

  test('xa25-3.4: without a determination of its own an institution opens no plan on 2026-01-14', () => {
    const told = story()
    const determinedCase = modeDetermined(told)
    const { links: _links, ...unlinked } = planning(told, 'health', '2026-01-14', determinedCase)
    told.refusesOpening(unlinked, 'mode-must-be-determined', 'xa25-15.1')
    told.refusesOpening(planning(told, 'health', '2026-01-14', determinedCase), 'agency-must-be-the-determined', 'xa25-3.4')
    expect(told.open(planning(told, 'drafter', '2026-01-14', determinedCase)).status).toBe('drafting')
    expect(told.world.registers['implementing-agencies']?.[determinedCase.id]).toMatchObject({ level: 'city', mode: 'overall', date: '2026-01-12', number: '市政函〔2026〕3号' })
  })

  test('xa25-15.2a: the overall authorization is the bureau’s alone, and officer A does not review what A finished', () => {
    const wrong = story().open(opening({ agency: 'health-commission' }))
    wrong.refuses({ on: '2026-02-06', who: 'authority', task: 'city-agency', outcome: 'checked' }, 'overall-authorization-must-be-the-bureaus', 'xa25-15.2')
    const open = planUnderReview(story())
    const pass = (who: string) => ({ on: '2026-03-05', who, task: 'review', outcome: 'pass', contents: { 'scenario-review': SCENARIOS, 'plan-review': PLAN_REVIEW } })
    open.refuses(pass('drafter'), 'reviewer-must-not-be-author', 'xa25-15.2')
    open.act(pass('reviewer'))
    const inside = open.state.conclusions.filter((one) => ['finalize', 'review'].includes(one.step))
    expect([open.open, inside.map((one) => one.organization), inside.map((one) => one.person)]).toEqual([['review-fair-competition'], ['data-bureau', 'data-bureau'], ['drafter', 'reviewer']])
  })

  test('xa25-15.2b: signed by the city bureau alone on 2026-02-10 the role is not granted; with the health commission’s signature of 2026-02-11 it is', () => {
    const field: JsonObject = { mode: 'sector', agency: 'health-commission', justification: '卫生健康数据专业性强', field: '卫生健康' }
    story().refusesOpening(opening(field, '2026-02-10'), 'sector-authority-must-join', 'xa25-15.2')
    const told = story()
    const joint = told.open(opening({ ...field, 'sector-authority': 'health-commission' }, '2026-02-10'))
    const decide = { on: '2026-02-12', who: 'mayor', task: 'decide', outcome: 'approve', contents: { 'determination-decision': determined('2026-02-12') } }
    joint.refuses(decide, 'step-must-be-open', 'xa25-15.1')
    joint.refuses({ on: '2026-02-10', who: 'traffic', task: 'sector-sign', outcome: 'sign' }, 'actor-must-be-concerned-organization', 'xa25-15.2')
    expect(joint.act({ on: '2026-02-11', who: 'health', task: 'sector-sign', outcome: 'sign' }).act(decide).status).toBe('determined')
    expect(told.world.registers['implementing-agencies']?.[joint.id]).toMatchObject({ mode: 'sector', field: '卫生健康' })
  })

  test('xa25-15.3: without its government’s determination Chang’an has no agency; that of 2026-03-09 is told to the city', () => {
    const told = story()
    told.refusesOpening(opening({ level: 'district' }), 'district-must-determine-itself', 'xa25-15.3')
    const own = told.open({ on: '2026-03-02', who: 'district-mayor', procedure: 'district-determination', contents: { determination: determination({ level: 'district', agency: 'changan-bureau' }) } })
    expect([own.open, own.state.tasks[0]?.organization]).toEqual([['determine'], 'changan-government'])
    const determine = (who: string) => ({ on: '2026-03-09', who, task: 'determine', outcome: 'determine', contents: { 'determination-decision': determined('2026-03-09') } })
    own.refuses(determine('district'), 'actor-must-hold-office', 'xa25-15.3')
    own.act(determine('district-mayor'))
    expect([own.status, own.effects('notify').at(-1), told.world.registers['implementing-agencies']?.[own.id]]).toMatchObject(['determined', { to: ['data-authority'] }, { level: 'district', date: '2026-03-09' }])
  })

  test('xa25-15.4: the zone’s own decision of 2026-03-03 does not do; its submission of 2026-03-10 and the city’s decision of 2026-03-31 do', () => {
    const told = story()
    told.refusesOpening({ ...opening({ level: 'zone' }, '2026-03-03'), who: 'zone' }, 'actor-must-hold-office', 'xa25-15.1')
    told.refusesOpening(opening({ level: 'zone' }, '2026-03-03'), 'zone-committee-must-join', 'xa25-15.4')
    const zone = told.open(opening({ level: 'zone', 'zone-committee': 'high-tech-committee' }, '2026-03-03')).act({ on: '2026-03-03', who: 'authority', task: 'city-agency', outcome: 'checked' })
    const approve = { on: '2026-03-31', who: 'mayor', task: 'decide', outcome: 'approve', contents: { 'determination-decision': determined('2026-03-31') } }
    zone.refuses({ ...approve, who: 'zone' }, 'actor-must-hold-office', 'xa25-15.1')
    zone.refuses(approve, 'zone-committee-must-have-joined', 'xa25-15.4')
    expect(zone.act({ on: '2026-03-10', who: 'zone', task: 'zone-sign', outcome: 'sign' }).act(approve).status).toBe('determined')
  })

  test('xa25-12.1.1: on 2026-02-10 the data authority’s officer does not close the draft, the agency’s own does', () => {
    const told = story()
    const drafting = told.open(planning(told, 'drafter', '2026-01-15')).act({ on: '2026-01-22', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan() } }).act({ on: '2026-01-26', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    const close = (who: string) => ({ on: '2026-02-10', who, task: 'finalize', outcome: 'final' })
    drafting.refuses(close('authority'), 'actor-must-hold-office', 'xa25-12.1.1')
    expect(drafting.act(close('drafter')).open).toEqual(['form-working-group'])
    expect(planFinished(story()).status).toBe('under-study')
  })

  test('xa25-12.1.2a: a plan that asks for 10 million yuan bears no selection on 2026-04-15 that asks for 50 million', () => {
    const told = story()
    const planned = planInForce(told)
    expect(last(told, 'agreement-draft').open).toEqual(['draft'])
    const open = told.open({ on: '2026-04-17', who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft: draftConsulted(told) }, contents: { 'case-name': '运营机构选定' } })
    const prepare = (condition: string) => ({ on: '2026-04-17', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents({ conditions: [condition] }) } })
    expect(open.refuses(prepare('注册资本不低于5000万元'), 'conditions-must-be-within-plan', 'xa25-12.1.2').message).toContain('5000万元')
    expect(open.act(prepare('注册资本不低于1000万元')).open).toEqual(['review-fair-competition'])
  })
})
