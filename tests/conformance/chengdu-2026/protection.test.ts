import { describe, expect } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { begun, fresh, law, productOf, running } from '#tests/support/chengdu-oversight-story.ts'
import { job, releaseRequest } from '#tests/support/offering-contents.ts'
import { entry, field, risk } from '#tests/support/supply-contents.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('protection')

test('cd26-5.1d: a resource proposed on 2026-06-18 with the personal field “identity number” and no protection rule is refused; with a rule it is accepted', () => {
  const story = fresh()
  const propose = (sensitive: string, protection: string | null, personal = true) => ({
    on: '2026-06-18', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('persons', { personal, entity: 'person', fields: [field('id-number', { sensitive, protection })] }), 'risk-statement': risk() },
  })
  for (const kind of ['personal', 'privacy', 'trade-secret']) story.refusesOpening(propose(kind, null), 'sensitive-field-must-be-protected', 'cd26-5.1')
  story.refusesOpening(propose('personal', 'mask', false), 'personal-information-must-be-declared', 'cd26-5.1')
  story.refusesOpening(propose('personal', 'hope'), 'content-must-be-typed', 'cd26-5.1')
  for (const rule of ['remove', 'mask', 'generalise', 'aggregate', 'compute', 'consent']) expect(story.open(propose('personal', rule)).status).toBe('submitted')
})

test('cd26-19.2d: an export of 50,000 mobile numbers hashed without salt is refused on 2026-09-18 as reversible; a kept key, a mapping table and a memorising model are, too', () => {
  const { story, agreement } = begun()
  const ask = (method: string, facts = job(agreement.id)) => ({ on: '2026-09-18', who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': releaseRequest({ method, 'method-note': '五万个手机号码' }) }, facts: { job: facts } })
  for (const method of ['plain-hash', 'encryption', 'token', 'memorising-model']) {
    expect(story.refusesOpening(ask(method), 'reversible-method-must-not-leave', 'cd26-19.2').message).toContain('可以还原出原始数据')
  }
  // Groups below the minimum are blocked by the automatic checks.
  expect(law.pack.thresholds['cells-minimum-entities']?.value).toBe(10)
  story.refusesOpening(ask('aggregate', job(agreement.id, { verdict: 'block' })), 'automatic-checks-must-not-block', 'cd26-19.2')
  for (const method of ['aggregate', 'generalise', 'noise', 'salted-hash', 'model']) expect(story.open(ask(method)).status).toBe('reviewing')
})

test('cd26-26.3b: a complaint of 2026-11-09 with proof of personal names, found substantiated, takes the listing down at once and gives the developer a task', () => {
  const { story, agreement } = running()
  const offered = productOf(story, agreement, ['GJ-1'], '空气质量查询')
  const complain = (change: JsonObject = {}) => ({ on: '2026-11-09', who: 'visitor', procedure: 'rights-complaint', contents: { 'rights-complaint': { product: offered.id, developer: 'rongcheng-lab', right: 'personal-information', facts: '产品页面显示个人姓名', proof: file('截图.pdf'), ...change } } })
  story.refusesOpening(complain({ proof: null }), 'content-must-be-present', 'cd26-26.3')
  story.refusesOpening(complain({ right: 'honour' }), 'content-must-be-typed', 'cd26-26.3')
  story.refusesOpening({ ...complain(), who: 'operator' }, 'actor-must-hold-office', 'cd26-26.3')
  const open = story.open(complain())
  expect([open.due('examine'), open.effects('notify')[0]]).toEqual(['2026-11-23', expect.objectContaining({ to: ['implementing-agency', 'developer'] })])
  const examine = (outcome: string) => ({ on: '2026-11-10', who: 'drafter', task: 'examine', outcome, contents: { 'rights-opinion': '截图属实，涉及个人姓名' } })
  open.refuses({ ...examine('substantiated'), who: 'developer' }, 'actor-must-hold-office', 'cd26-26.3')
  open.refuses({ ...examine('substantiated'), contents: {} }, 'content-must-be-present', 'cd26-26.3')
  open.act(examine('substantiated'))
  expect([story.world.standings[`product/${offered.id}`], open.status, open.state.tasks.map((task) => [task.step, task.organization])]).toEqual(['suspended', 'offline', [['remedy', 'rongcheng-lab']]])
  expect(open.events.find((event) => event.type === 'effect-intended' && event.effect === 'standing.set')).toMatchObject({ basis: { provision: 'cd26-26.3' } })
  const policy = law.pack.policies['service-access']
  const verdict = policy === undefined ? null : decideByPolicy(policy, { identity_verified: true, key_revoked: false, agreement: 'granted', released: true, product: 'suspended', suspended_supplies: 0, ended_supplies: 0 })
  expect(verdict?.allow === false && verdict.refusal.code).toBe('product-must-be-on-offer')
  open.act({ on: '2026-11-16', who: 'developer', task: 'remedy', outcome: 'remedied', contents: { 'rights-remedy': '已删除姓名字段' } })
    .act({ on: '2026-11-17', who: 'drafter', task: 'settle', outcome: 'not-settled', contents: { 'rights-opinion': '历史页面仍可访问' } })
    .act({ on: '2026-11-18', who: 'developer', task: 'remedy', outcome: 'remedied', contents: { 'rights-remedy': '已清除历史页面' } })
    .act({ on: '2026-11-19', who: 'drafter', task: 'settle', outcome: 'settled', contents: { 'rights-opinion': '已全部改正' } })
  expect([story.world.standings[`product/${offered.id}`], open.status, open.effects('notify').at(-1)]).toEqual(['granted', 'closed', expect.objectContaining({ to: ['public', 'developer'] })])
  const unfounded = story.open(complain()).act(examine('unfounded'))
  expect([unfounded.status, unfounded.effects('standing.set')]).toEqual(['closed', []])
})

describe('the joining of data', () => {
  const plan = () => {
    const opened = running({ 'GJ-1': 'air-quality', 'GJ-2': 'bus-lines' })
    const line = (change: JsonObject = {}) => ({ on: '2026-09-15', who: 'operator', procedure: 'join-assessment', links: { agreement: opened.agreement }, contents: { 'join-plan': { supplies: ['GJ-1', 'GJ-2'], purpose: '出行与空气质量关联分析', 'unique-share': 60, 'level-before': 2, 'level-after': 3, ...change } } })
    return { ...opened, line }
  }
  const assess = (who: string) => ({ on: '2026-09-16', who, task: who === 'operator' ? 'assess-operator' : 'assess-agency', outcome: 'assessed', contents: { 'join-assessment': '六成个人可被唯一识别' } })
  const accept = (measures: string[]) => ({ on: '2026-09-18', who: 'director', task: 'decide', outcome: 'accept', contents: { 'join-measures': measures } })

  test('cd26-26.4a: a join of two resources of level 2 that identifies 60% of persons is held on 2026-09-15, and a risk assessment of both roles is open', () => {
    const { story, line } = plan()
    story.refusesOpening(line({ supplies: ['GJ-1'] }), 'content-must-be-typed', 'cd26-26.4')
    story.refusesOpening(line({ 'unique-share': 101 }), 'content-must-be-typed', 'cd26-26.4')
    story.refusesOpening({ ...line(), who: 'drafter' }, 'actor-must-hold-office', 'cd26-26.4')
    const open = story.open(line())
    expect([open.status, open.open, open.effects('notify')[0]]).toEqual(['held', ['assess-agency', 'assess-operator'], expect.objectContaining({ to: ['implementing-agency'] })])
    open.refuses(accept(['年龄按五岁分组']), 'step-must-be-open', 'cd26-26.4')
    open.act(assess('operator'))
    expect(open.open).toEqual(['assess-agency'])
    expect(open.act(assess('drafter')).open).toEqual(['decide'])
    expect(story.open(line()).act(assess('operator')).act(assess('drafter')).act({ on: '2026-09-18', who: 'director', task: 'decide', outcome: 'refuse', contents: { opinion: '无法有效降低风险' } }).status).toBe('refused')
  })

  test('cd26-26.4b: with the measure “age in 5-year bands” the job of 2026-09-21 with exact birth dates is refused, and with bands it runs', () => {
    const { story, line } = plan()
    const open = story.open(line()).act(assess('operator')).act(assess('drafter'))
    open.refuses(accept([]), 'content-must-be-typed', 'cd26-26.4')
    open.refuses({ ...accept(['年龄按五岁分组']), who: 'operator' }, 'actor-must-hold-office', 'cd26-26.4')
    open.act(accept(['年龄按五岁分组']))
    const run = (applied: string[]) => ({ on: '2026-09-21', who: 'operator', task: 'run', outcome: 'started', contents: { 'join-run': applied } })
    expect(open.refuses(run(['使用准确出生日期']), 'accepted-measures-must-be-applied', 'cd26-26.4').message).toContain('年龄按五岁分组')
    expect(open.act(run(['年龄按五岁分组', '删除姓名'])).open).toEqual(['run#2'])
    expect(open.act({ on: '2026-09-22', who: 'operator', task: 'run', outcome: 'finished' }).open).toEqual([])
  })
})
