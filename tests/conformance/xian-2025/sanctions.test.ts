import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, late } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('supervision of the operator', () => {
  test('xa25-9.1.1b: an order of 2026-03-10 due on 2026-03-24 and unanswered is overdue on 2026-03-25 and goes to the agency’s head', () => {
    const told = story()
    const order = (due: string) => ({ on: '2026-03-10', who: 'authority', procedure: 'supervision', contents: { supervision: { kind: 'order', agency: 'health-commission', ground: '目录未及时更新', text: '限期更新', due } } })
    told.refusesOpening(order('2026-03-10'), 'answer-must-be-due-later', 'xa25-9.1.1')
    const open = told.open(order('2026-03-24'))
    expect([open.due('answer-agency'), open.state.tasks[0]?.organization]).toEqual(['2026-03-24', 'health-commission'])
    expect(late(open.time('2026-03-24'))).toEqual([])
    expect(late(open.time('2026-03-25'))).toMatchObject([{ to: ['implementing-agency', 'data-authority'], task: 'answer-agency' }])
    expect(open.act({ on: '2026-03-26', who: 'health', task: 'answer-agency', outcome: 'answered', contents: { 'supervision-answer': '已更新' } }).lateness('answer-agency')).toBe(2)
  })

  test('xa25-12.1.5b: an order of 2026-06-05 due on 2026-06-22 and not met on 2026-06-23 offers the agency the termination check', () => {
    const told = story()
    const under = inForce(told)
    const order = (due: string) => ({
      on: '2026-06-05', who: 'drafter', procedure: 'correction', links: { agreement: under },
      contents: { 'correction-order': { number: '〔2026〕3号', clause: '8.2', facts: '未按约定报送', evidence: file('记录.pdf'), measures: [{ measure: '补报情况', requirement: '补齐', due }] } },
    })
    told.refusesOpening(order('2026-06-05'), 'correction-due-must-lie-ahead', 'xa25-32.3.2')
    const open = told.open(order('2026-06-22'))
    expect([open.due('correct'), open.effects('notify')]).toMatchObject(['2026-06-22', [{ to: ['operator', 'data-authority'] }]])
    expect(open.time('2026-06-22').open).toEqual(['correct@measures=补报情况'])
    expect([open.time('2026-06-23').status, open.open, late(open)]).toMatchObject(['failed', ['consider@measures=补报情况'], [{ to: ['implementing-agency', 'data-authority', 'operator'] }]])
    const met = told.open(order('2026-06-22')).act({ on: '2026-06-19', who: 'operator', task: 'correct', outcome: 'report', contents: { 'correction-report': { done: '已经补齐', proof: file('证明.pdf') } } })
    met.act({ on: '2026-06-20', who: 'drafter', task: 'accept', outcome: 'reject', contents: { 'correction-opinion': '尚缺一份' } })
    expect(met.open).toEqual(['correct@measures=补报情况#2'])
    met.act({ on: '2026-06-22', who: 'operator', task: 'correct', outcome: 'report', contents: { 'correction-report': { done: '已经补齐', proof: file('证明.pdf') } } }).act({ on: '2026-06-22', who: 'drafter', task: 'accept', outcome: 'accept', contents: { 'correction-opinion': '验收通过' } })
    expect(met.status).toBe('corrected')
  })

  test('xa25-34.4e: without a check for 2026-06 the agency is late on 2026-07-01; two findings of 2026-07-02 are two tasks', () => {
    const told = story()
    const under = inForce(told)
    const check = told.open({ on: '2026-06-01', who: 'drafter', procedure: 'operator-check', links: { agreement: under }, contents: { 'operator-check': { month: '2026-06', due: '2026-06-30' } } })
    expect(late(check.time('2026-06-30'))).toEqual([])
    expect(late(check.time('2026-07-01'))).toMatchObject([{ to: ['implementing-agency'], task: 'check' }])
    const findings = [{ finding: '日志缺失', due: '2026-07-10' }, { finding: '权限未清理', due: '2026-07-15' }]
    check.act({ on: '2026-07-02', who: 'drafter', task: 'check', outcome: 'checked', contents: { 'operator-findings': findings } })
    expect([check.lateness('check'), check.state.tasks.map((one) => [one.organization, check.due(one.id)])]).toEqual([2, [['qin-data', '2026-07-10'], ['qin-data', '2026-07-15']]])
  })

  test('xa25-13.1.7a: a visit announced on 2026-06-15 and declined without a ground is on record as not grounded', () => {
    const told = story()
    const under = inForce(told)
    const announce = () => told.open({ on: '2026-06-15', who: 'drafter', procedure: 'agency-request', links: { agreement: under }, contents: { 'agency-request': { kind: 'visit', text: '现场检查', date: '2026-06-18' } } })
    const decline = (change: JsonObject) => ({ on: '2026-06-16', who: 'operator', task: 'answer', outcome: 'declined', contents: { 'request-decline': { text: '人员外出', ...change } } })
    const refused = announce()
    expect(refused.due('answer')).toBe('2026-06-18')
    refused.act(decline({}))
    expect(told.world.registers['cooperation']?.[refused.id]).toMatchObject({ operator: 'qin-data', kind: 'visit', refused: true, grounded: '没有依据' })
    const grounded = announce().act(decline({ ground: '协议第九条' }))
    expect(told.world.registers['cooperation']?.[grounded.id]).toMatchObject({ refused: true, grounded: '有依据', ground: '协议第九条' })
    const kept = announce().act({ on: '2026-06-22', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'request-answer': '已配合' } })
    expect([kept.lateness('answer'), told.world.registers['cooperation']?.[kept.id]]).toMatchObject([1, { refused: false, 'answered-on': '2026-06-22' }])
  })
})

describe('liability and tolerance', () => {
  test('xa25-35.1c: a finding of 2026-09-15 referred on 2026-09-16 is answered by 2026-10-20; the fine of 2026-11-20 stands on record', () => {
    const told = story()
    const open = told.open({ on: '2026-09-16', who: 'authority', procedure: 'referral', contents: { referral: { subject: '秦数据', facts: '超范围使用', law: '数据安全法', evidence: file('证据.pdf') } } })
    expect([open.due('investigate'), open.state.tasks[0]?.organization, open.effects('notify')]).toMatchObject(['2026-10-20', 'cyberspace-office', [{ to: ['supervisor'] }]])
    expect(late(open.time('2026-10-21'))).toHaveLength(1)
    const decide = (who: string) => ({ on: '2026-11-20', who, task: 'investigate', outcome: 'decide', contents: { penalty: { number: '网罚1号', date: '2026-11-20', content: '罚款十万元' } } })
    open.refuses(decide('authority'), 'actor-must-hold-office', 'xa25-37.1')
    open.act(decide('cyberspace'))
    expect([told.world.registers['penalties']?.['网罚1号'], open.effects('notify').at(-1)]).toMatchObject([{ subject: '秦数据', date: '2026-11-20', content: '罚款十万元' }, { to: ['data-authority'] }])
  })

  test('xa25-37.1b: a case handed over on 2026-11-23 leaves the package, its 214 locked entries, and no sign for the suspect', () => {
    const told = story()
    const handover = told.open({ on: '2026-11-23', who: 'authority', procedure: 'crime-handover', contents: { 'crime-handover': { case: '案件A', organ: 'police-bureau', package: 'f'.repeat(64), entries: 214 } } })
    expect([told.world.registers['handovers']?.[handover.id], told.world.standings['evidence/案件A'], law.pack.registers['handovers']?.public]).toMatchObject([{ package: 'f'.repeat(64), 'locked-entries': 214, 'handed-on': '2026-11-23' }, 'suspended', false])
    expect([handover.effects('notify'), handover.effects('publish'), Object.keys(handover.state.parties).includes('operator')]).toEqual([[], [], false])
    handover.refuses({ on: '2026-11-24', who: 'secrecy', task: 'receive', outcome: 'received', contents: { 'handover-receipt': '已接收' } }, 'actor-must-be-concerned-organization', 'xa25-37.1')
    expect(handover.act({ on: '2026-11-24', who: 'police', task: 'receive', outcome: 'received', contents: { 'handover-receipt': '已接收' } }).status).toBe('received')
  })

  const evidence = [{ name: '批准', kind: 'approval', date: '2026-05-20', document: file('批准.pdf') }, ...['甲', '乙', '丙'].map((who) => ({ name: `${who}的意见`, kind: 'opinion', date: '2026-05-20', document: file('意见.pdf') })), { name: '风险认定', kind: 'risk', date: '2026-05-20', document: file('风险.pdf') }]
  const apply = (told: Story) => told.open({ on: '2026-10-12', who: 'drafter', procedure: 'tolerance', contents: { tolerance: { applicant: '负责人M', matter: '收益分配试点', 'failed-on': '2026-09-30', evidence } } })
  const find = (diligent: string, gain: string, outcome = 'exempt', who = 'authority') => ({ on: '2026-11-09', who, task: 'decide', outcome, contents: { 'tolerance-finding': { diligent, 'no-gain': gain, reason: '依当时的材料认定' } } })

  test('xa25-36.1a: applied for on 2026-10-12, the file holds the approval, three opinions and the risk finding of 2026-05-20 unchanged', () => {
    const told = story()
    const open = apply(told)
    expect(told.world.registers['tolerances']?.[open.id]).toMatchObject({ applicant: '负责人M', evidence, 'applied-on': '2026-10-12' })
    open.refuses({ ...find('yes', 'yes'), contents: { ...find('yes', 'yes').contents, tolerance: { applicant: '他人' } } }, 'content-must-be-declared', 'xa25-36.1')
  })

  test('xa25-36.1c: with diligence decided and gain not, the case is not exempt on 2026-11-09; with both it no longer counts', () => {
    const told = story()
    const open = apply(told)
    open.refuses(find('yes', 'undecided'), 'both-conditions-must-be-decided', 'xa25-36.1')
    open.refuses(find('undecided', 'yes'), 'both-conditions-must-be-decided', 'xa25-36.1')
    open.refuses(find('no', 'yes'), 'both-conditions-must-be-decided', 'xa25-36.1')
    open.refuses(find('yes', 'yes', 'exempt', 'drafter'), 'decider-must-have-taken-no-part', null)
    open.act(find('yes', 'yes'))
    expect([open.status, told.world.registers['tolerances']?.[open.id], law.pack.registers['tolerances']?.public]).toMatchObject(['exempt', { counts: false, 'decided-on': '2026-11-09' }, false])
    const refused = apply(told).act(find('no', 'yes', 'not-exempt'))
    expect(told.world.registers['tolerances']?.[refused.id]).toMatchObject({ counts: true })
  })

  test('xa25-39.1a: an operation of 2024-06-03 with eleven gaps has eleven tasks with the dates of the data authority', () => {
    const told = story()
    const gaps = Array.from({ length: 11 }, (_, index) => ({ gap: `差距${index + 1}`, due: index < 5 ? '2026-06-30' : '2026-09-30' }))
    const older = told.open({ on: '2026-01-12', who: 'drafter', procedure: 'earlier-operation', contents: { 'earlier-operation': { name: '早期授权', since: '2024-06-03', gaps } } })
    expect(older.state.tasks.map((one) => older.due(one.id))).toEqual(gaps.map(({ due }) => due))
    for (const { gap } of gaps.slice(0, 10)) older.act({ on: '2026-06-30', who: 'drafter', task: `complete@gaps=${gap}`, outcome: 'done', contents: { 'gap-report': '已经完善' } })
    expect([older.status, late(older.time('2026-10-08'))]).toMatchObject(['completing', [{ task: 'complete@gaps=差距11' }]])
    expect(older.act({ on: '2026-10-09', who: 'drafter', task: 'complete', outcome: 'done', contents: { 'gap-report': '已经完善' } }).status).toBe('completed')
  })

  test('xa25-39.1b: begun on or after 2025-12-25 nothing counts as older, and a renewal needs a plan of its own', () => {
    const told = story()
    const older = (since: string) => ({ on: '2026-06-03', who: 'drafter', procedure: 'earlier-operation', contents: { 'earlier-operation': { name: '早期授权', since, gaps: [{ gap: '没有论证', due: '2026-06-30' }] } } })
    told.refusesOpening(older('2025-12-25'), 'operation-must-be-earlier', 'xa25-39.1')
    expect(told.open(older('2025-12-24')).status).toBe('completing')
    told.refusesOpening({ on: '2026-06-03', who: 'drafter', procedure: 'operation-agreement', contents: { 'case-name': '协议续签' } }, 'plan-must-be-approved', 'xa25-18.1')
  })
})
