import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { DESK, ZHAOQING, planDrafting, zqAgreement, zqAgreementInForce, zqCatalogue, zqListed, zqScenarioInForce } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)
const opinion = { opinion: '情况属实，同意' }

describe('an incident', () => {
  const incident = (segment: string): JsonObject => ({ kind: 'leak', segment, occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf'), provider: 'first-hospital', developer: 'dinghu-software' })
  const SEGMENTS = [
    ['production', 'handle-provider', 'hospital', 'zq25-29.1'], ['big-data-platform', 'handle-authority', 'checker', 'zq25-29.2'], ['transfer', 'handle-transfer', 'operator', 'zq25-29.3'],
    ['service-platform', 'handle-service', 'operator', 'zq25-29.3'], ['development', 'handle-developer', 'developer', 'zq25-29.4'],
  ] as const

  test.each(SEGMENTS)('in the segment %s is handled by who answers for it, and moved only by the agency with new evidence', (segment, step, who, provision) => {
    const told = story()
    const agreement = zqAgreementInForce(told)
    const opened = told.open({ on: '2026-07-23', who: 'agency', procedure: 'incident', links: { agreement }, contents: { incident: incident(segment) } })
    expect(opened.effects('notify')[0]).toMatchObject({ to: ['operator', 'data-authority'], notice: '安全事件' })
    expect(opened.due(step)).toBe('2026-07-30')
    const report = { on: '2026-07-24', task: step, outcome: 'reported', contents: { 'incident-report': { measures: '已经停止接口', cause: '权限配置错误' } } }
    opened.refuses({ ...report, who: 'citizen' }, 'actor-must-hold-office', provision)
    const other = segment === 'transfer' ? 'production' : 'transfer'
    const relocate = { on: '2026-07-24', who: 'agency', task: step, outcome: 'relocate', contents: { incident: incident(other), 'incident-relocation': { evidence: file('新日志.pdf'), reason: '日志表明在别处发生' } } }
    opened.refuses({ ...relocate, who: 'stranger' }, 'actor-must-hold-office', provision)
    for (const [change, code, cited] of [[{ segment: 'production', provider: null }, 'segment-must-name-its-provider', 'zq25-29.1'], [{ segment: 'development', developer: null }, 'segment-must-name-its-developer', 'zq25-29.4'], [{ occurred: '2026-07-25' }, 'incident-must-have-happened', 'zq25-24.4']] as const) {
      opened.refuses({ ...relocate, contents: { ...relocate.contents, incident: { ...incident(other), ...change } } }, code, cited)
    }
    opened.act(relocate)
    expect([opened.state.tasks.map((task) => task.organization), opened.effects('notify').at(-1)]).toEqual([[segment === 'transfer' ? 'first-hospital' : 'xijiang-data'], expect.objectContaining({ to: ['operator', 'data-authority'], notice: '更正安全事件发生环节' })])
    const handled = told.open({ on: '2026-07-23', who: 'agency', procedure: 'incident', links: { agreement }, contents: { incident: incident(segment) } }).act({ ...report, who })
    expect(handled.status).toBe('reported')
    handled.act({ on: '2026-07-27', who: 'agency', task: 'close', outcome: 'again', contents: opinion })
    expect([handled.status, handled.open]).toEqual(['handling', [`${step}#2`]])
    handled.act({ ...report, on: '2026-07-28', who }).refuses({ on: '2026-07-28', who: 'operator', task: 'close', outcome: 'closed', contents: opinion }, 'actor-must-hold-office', 'zq25-24.1')
    expect(handled.act({ on: '2026-07-28', who: 'agency', task: 'close', outcome: 'closed', contents: opinion }).status).toBe('closed')
  })
})

describe('supervision', () => {
  test('a report of a quarter is received or sent back by the agency of its agreement', () => {
    const facts: Record<string, Json> = { period: { authorizations: [{ id: 'agreement-1', operator: 'xijiang-data', agency: 'health-commission' }], products: [], use: [] } }
    const opened = story().open({ on: '2026-04-01', who: 'platform', procedure: 'quarterly-report', facts, contents: { 'period-from': '2026-01-01', 'period-to': '2026-03-31' } })
    const report = (on: string, task: string) => ({ on, who: 'operator', task, outcome: 'sent', contents: { 'quarterly-report': { deliveries: '使用3项', products: '2项', calls: 0, income: 0, incidents: '无' } } })
    opened.refuses({ ...report('2026-04-10', 'report'), who: 'stranger' }, 'actor-must-be-concerned-organization', 'zq25-28.1')
    opened.act(report('2026-04-10', 'report'))
    opened.refuses({ on: '2026-04-13', who: 'elsewhere', task: 'receive', outcome: 'received', contents: { 'report-receipt': '收到' } }, 'actor-must-be-concerned-organization', 'zq25-28.1')
    opened.act({ on: '2026-04-13', who: 'agency', task: 'receive', outcome: 'return', contents: { opinion: '请补充收入明细' } }).act(report('2026-04-14', 'report'))
    expect(opened.act({ on: '2026-04-15', who: 'agency', task: 'receive', outcome: 'received', contents: { 'report-receipt': '收到' } }).open).toEqual([])
  })

  test('the mechanism begins when all five have confirmed, meets every six months, and is replaced as a whole', () => {
    const holders: Record<string, string> = { cyberspace: 'cyberspace-office', police: 'police', 'state-security': 'd3', secrecy: 'd4', cryptography: 'd5' }
    const cast = { ...ZHAOQING, persons: { ...ZHAOQING.persons, ...Object.fromEntries(['d3', 'd4', 'd5'].map((organization) => [organization, { organization, offices: ['supervisor'] }])) } }
    const opened = new Story(law, cast).open({ on: '2025-12-31', who: 'agency', procedure: 'supervision-mechanism', contents: { 'supervision-mechanism': { division: '各司其职', exchange: '每季通报', document: file('机制.pdf'), departments: Object.entries(holders).map(([remit, department]) => ({ department, remit })) } } })
    for (const [who, department] of [['cyberspace', 'cyberspace-office'], ['police', 'police'], ['d3', 'd3'], ['d4', 'd4'], ['d5', 'd5']] as const) opened.act({ on: '2025-12-31', who, task: `confirm@departments=${department}`, outcome: 'confirm' })
    expect([opened.status, opened.open, opened.due('meet')]).toEqual(['in-force', ['keep', 'meet'], '2026-06-30'])
    opened.time('2026-07-01')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ task: 'meet', told: ['data-authority'] })
    opened.refuses({ on: '2026-07-02', who: 'elsewhere', task: 'meet', outcome: 'met', contents: { 'meeting-minutes': file('纪要.pdf') } }, 'actor-must-be-concerned-organization', 'zq25-30.1')
    opened.act({ on: '2026-07-02', who: 'agency', task: 'meet', outcome: 'met', contents: { 'meeting-minutes': file('纪要.pdf') } })
    expect(opened.due('meet')).toBe('2027-01-02')
    expect(opened.act({ on: '2026-12-01', who: 'agency', task: 'keep', outcome: 'replace', contents: opinion }).open).toEqual([])
  })

  test.each([['stop-scenario', 'scenario'], ['stop-product', 'product'], ['stop-supply', 'supply']])('an order to %s suspends at once; the operator’s remedy closes it, its giver lifts it', (measure, kind) => {
    const told = story()
    const order = () => told.open({ on: '2026-06-10', who: 'cyberspace', procedure: 'security-order', contents: { 'security-order': { operator: 'xijiang-data', measure, target: 'X-1', ground: '发现异常访问', due: '2026-06-24' } } })
    const lifted = order()
    expect([told.world.standings[`${kind}/X-1`], lifted.due('remedy'), lifted.effects('notify')[0]?.['to']]).toEqual(['suspended', '2026-06-24', ['operator', 'data-authority']])
    lifted.act({ on: '2026-06-12', who: 'cyberspace', task: 'lift', outcome: 'lifted', contents: { 'security-lift': '已经排除' } })
    expect([told.world.standings[`${kind}/X-1`], lifted.effects('standing.set').at(-1)]).toMatchObject([undefined, { kind, id: 'X-1', to: 'restored' }])
    expect([lifted.open, lifted.effects('notify').at(-1)]).toEqual([[], expect.objectContaining({ to: ['operator'], notice: '安全监管措施已解除' })])
    const remedied = order()
    remedied.refuses({ on: '2026-06-20', who: 'stranger', task: 'remedy', outcome: 'report', contents: { 'supervision-answer': { kind: 'done', text: '已经整改' } } }, 'actor-must-be-concerned-organization', 'zq25-9.1')
    expect(remedied.act({ on: '2026-06-20', who: 'operator', task: 'remedy', outcome: 'report', contents: { 'supervision-answer': { kind: 'done', text: '已经整改' } } }).status).toBe('reported')
    expect(remedied.open).toEqual(['lift'])
  })

  test('complaints, inspections, audits, notices and questions come to their ends, and who is concerned is told', () => {
    const complaint = story().open({ on: '2026-05-13', who: 'consumer', procedure: 'competition-complaint', contents: { 'competition-complaint': { operator: 'xijiang-data', supervisor: 'audit-bureau', facts: '同类用户价格不同' } } })
    complaint.act({ on: '2026-05-15', who: 'operator', task: 'state', outcome: 'stated', contents: { 'competition-statement': '按公开价格执行' } })
    expect(complaint.act({ on: '2026-05-20', who: 'auditor', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '责令统一价格' } }).effects('notify').at(-1)).toMatchObject({ to: ['consumer', 'operator', 'data-authority'] })
    const inspection = story().open({ on: '2026-06-08', who: 'auditor', procedure: 'inspection', contents: { 'inspection-request': { remit: 'accounts', operator: 'xijiang-data', material: '2025年度账目', due: '2026-06-18' } } })
    expect(inspection.effects('notify')[0]?.['to']).toEqual(['operator'])
    inspection.act({ on: '2026-06-18', who: 'operator', task: 'answer', outcome: 'given', contents: { 'inspection-answer': { text: '见附件' } } })
    expect(inspection.act({ on: '2026-06-22', who: 'auditor', task: 'conclude', outcome: 'closed', contents: { 'inspection-result': '账目清楚' } }).effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-authority'] })
    const audit = () => story().open({ on: '2026-07-01', who: 'agency', procedure: 'internal-audit', contents: { 'internal-audit': { auditor: '林审计', sample: [{ item: 'CY-1', kind: 'export', officer: '黄经办' }] } } })
    expect(audit().act({ on: '2026-07-02', who: 'agency', task: 'conclude', outcome: 'clean', contents: opinion }).status).toBe('closed')
    const found = audit().act({ on: '2026-07-02', who: 'agency', task: 'conclude', outcome: 'found', contents: { 'audit-findings': [{ finding: '日志缺项', due: '2026-07-16' }] } })
    expect(found.act({ on: '2026-07-16', who: 'agency', task: 'rectify@findings=日志缺项', outcome: 'done', contents: { 'audit-rectified': '已经补齐' } }).open).toEqual([])
    const notice = story().open({ on: '2026-04-14', who: 'planner', procedure: 'oversight-notice', contents: { 'oversight-notice': { operator: 'xijiang-data', agency: 'health-commission', ground: '产品价格', question: '说明定价依据', 'answer-by': '2026-04-21' } } })
    notice.refuses({ on: '2026-04-20', who: 'stranger', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': { kind: 'done', text: '已经说明' } } }, 'actor-must-be-concerned-organization', 'zq25-7.1.2')
    expect(notice.act({ on: '2026-04-20', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': { kind: 'done', text: '已经说明' } } }).status).toBe('closed')
    const question = story().open({ on: '2026-07-10', who: 'citizen', procedure: 'public-question', contents: { 'public-question': { subject: 'product', agency: 'health-commission', operator: 'xijiang-data', about: '就医出行指数', text: '价格如何确定', private: false } } })
    question.act({ on: '2026-07-20', who: 'operator', task: 'answer-operator', outcome: 'answered', contents: { 'public-answer': '按政府指导价' } })
    expect([question.status, question.effects('publish')[0], question.effects('notify').at(-1)]).toEqual(['answered', expect.objectContaining({ kind: 'public-answer', answer: '按政府指导价' }), expect.objectContaining({ to: ['public'] })])
  })

  test('subjects, data sources, evaluations and mechanisms: what is refused, objected to or revised', () => {
    const grant = story().open({ on: '2026-04-13', who: 'subject', procedure: 'subject-authorization', contents: { 'subject-grant': { kind: 'legal', subject: '肇庆陶瓷厂', identity: '营业执照', 'credit-code': '91441200MA4SUBJ00X', mandate: file('委托书.pdf'), operator: 'xijiang-data', scenario: '信用评价', purpose: '银行授信参考', until: '2026-06-30', notice: '告知文本第一版', document: file('授权书.pdf') } } })
    expect(grant.act({ on: '2026-04-14', who: 'operator', task: 'verify', outcome: 'reject', contents: { opinion: '签字人无权' } }).status).toBe('rejected')
    const told = story()
    const appraisal = told.open({ on: '2026-01-04', who: 'platform', procedure: 'provider-appraisal', contents: { 'period-from': '2025-05-01', 'period-to': '2025-12-31' } })
      .act({ on: '2026-01-05', who: 'planner', task: 'list', outcome: 'listed', contents: { 'appraised-providers': [{ provider: 'first-hospital', supplied: 4, required: 5, overdue: 1 }] } })
    expect([appraisal.due('appraise'), appraisal.due('appraise-jointly')]).toEqual(['2026-04-05', '2026-04-05'])
    const sign = (on: string) => appraisal.act({ on, who: 'planner', task: 'appraise', outcome: 'signed', contents: { 'appraisal-opinion': { grade: 'passed', reason: '供给及时' } } }).act({ on, who: 'finance', task: 'appraise-jointly', outcome: 'signed' })
    sign('2026-03-10')
    expect(appraisal.due('object')).toBe('2026-03-17')
    appraisal.act({ on: '2026-03-12', who: 'hospital', task: 'object', outcome: 'object', contents: { 'appraisal-objection': '逾期一项系平台故障' } })
    sign('2026-03-16')
    appraisal.time('2026-03-24')
    expect(told.world.registers['provider-appraisals']?.['first-hospital']).toMatchObject({ grade: 'passed', 'final-on': '2026-03-24' })
    told.open({ on: '2025-12-31', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '1', 'applies-from': '2026-01-01', indicators: [{ name: '产品数', weight: 100, source: '名册' }], document: file('指标.pdf') } } }).act({ on: '2025-12-31', who: 'agency', task: 'issue', outcome: 'issued' })
    const facts: Record<string, Json> = { period: { authorizations: [{ id: 'agreement-1', operator: 'xijiang-data', agency: 'health-commission' }], products: [], use: [] } }
    const rated = told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', facts, contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
      .act({ on: '2027-01-04', who: 'agency', task: 'evaluate', outcome: 'drafted', contents: { 'operator-evaluation': { 'mechanism-version': '1', result: '评价结果良好', 'late-reports': 1 } } })
      .act({ on: '2027-01-05', who: 'operator', task: 'comment', outcome: 'commented', contents: { 'operator-comment-on-evaluation': '没有意见' } })
      .act({ on: '2027-01-06', who: 'agency', task: 'conclude', outcome: 'final', contents: { 'evaluation-answer': '予以定稿' } })
    expect([rated.status, told.world.registers['operator-evaluations']?.['agreement-1']]).toEqual(['concluded', expect.objectContaining({ operator: 'xijiang-data', evaluation: expect.objectContaining({ result: '评价结果良好' }) })])
    const plan = story().open({ on: '2026-06-01', who: 'agency', procedure: 'emergency', contents: { 'emergency-plan': { levels: '四级', persons: '五人', measures: '停止开关、通知、处置', document: file('预案.pdf') } } })
    plan.act({ on: '2026-09-01', who: 'agency', task: 'keep', outcome: 'revise', contents: { 'emergency-plan': { levels: '三级', persons: '六人', measures: '停止开关、通知、处置', document: file('预案二.pdf') } } })
    expect(plan.act({ on: '2026-10-01', who: 'agency', task: 'keep', outcome: 'replace', contents: opinion }).open).toEqual([])
    const rule = told.open({ ...zqRule(told), on: '2026-07-10' })
    rule.act({ on: '2026-07-13', who: 'hospital', task: 'agree', outcome: 'return', contents: { opinion: '请改为删除' } })
    expect(rule.act({ on: '2026-07-14', who: 'agency', task: 'revise', outcome: 'revised', contents: zqRule(told, false).contents }).open).toEqual(['agree#2'])
    const node = story().open({ on: '2026-06-01', who: 'operator', procedure: 'platform-node', contents: { 'platform-node': { name: '计算节点一', host: 'government-cloud', 'graded-protection': '44120026001', officer: '陈安' } } })
    expect(node.act({ on: '2026-06-01', who: 'checker', task: 'confirm', outcome: 'refuse', contents: opinion }).status).toBe('refused')
    const enrolment = story().open({ on: '2026-03-02', who: 'planner', procedure: 'provider-enrolment', contents: { 'provider-enrolment': { organization: 'county-hospital', kind: 'public-service', level: 'county', funding: '县级财政', 'collection-basis': '基本医疗卫生法', document: file('编制.pdf') } } })
    expect(enrolment.act({ on: '2026-03-02', who: 'checker', task: 'confirm', outcome: 'refuse', contents: opinion }).status).toBe('refused')
  })

  test('the parts of a plan come in by the days that were set, and desks, updates and systems are kept', () => {
    const told = story()
    zqCatalogue(told)
    const drafting = planDrafting(told)
    expect(drafting.due('contribute-agency')).toBe('2026-03-16')
    drafting.act({ on: '2026-03-10', who: 'agency', task: 'contribute-agency', outcome: 'sent', contents: { 'section-text': '授权运营模式一节' } })
    drafting.act({ on: '2026-03-11', who: 'hospital', task: 'contribute@contributors=first-hospital', outcome: 'sent', contents: { 'section-text': '数据资源目录一节' } })
    drafting.refuses({ on: '2026-03-11', who: 'hospital', task: 'contribute@contributors=bus-station', outcome: 'sent', contents: { 'section-text': '数据质量情况一节' } }, 'actor-must-be-concerned-organization', 'zq25-10.1')
    const desk = [...told.cases.values()].find((one) => one.state.procedure === 'data-desk')
    desk?.act({ on: '2026-03-12', who: 'hospital', task: 'name', outcome: 'named', contents: { 'data-desk': DESK } }).act({ on: '2026-04-01', who: 'hospital', task: 'keep', outcome: 'changed', contents: { 'data-desk': { ...DESK, unit: '数据科' } } })
    expect([told.world.registers['data-desks']?.['first-hospital'], desk?.effects('notify').at(-1)]).toEqual([expect.objectContaining({ unit: '数据科' }), expect.objectContaining({ to: ['data-authority'], text: '数据科' })])
    const kept = told.open({ on: '2025-06-03', who: 'hospital', procedure: 'production-security', contents: { 'production-security': { system: '门诊系统', 'graded-protection': '44120026002', officer: '陈安', 'assessed-on': '2025-05-30' } } })
    kept.act({ on: '2026-05-20', who: 'hospital', task: 'assess-first', outcome: 'assessed', contents: { 'assessment-record': { date: '2026-05-20', findings: '符合三级要求', report: file('测评.pdf') } } })
    expect(kept.due('assess')).toBe('2027-05-20')
    expect(kept.act({ on: '2027-01-10', who: 'hospital', task: 'assess', outcome: 'ended', contents: opinion }).status).toBe('ended')
    const update = told.open({ on: '2026-04-01', who: 'hospital', procedure: 'data-update', contents: { 'data-update': { entry: 'visits', rule: '日期有效率不低于99%', least: 99, 'last-batch': '2026-03-31' } } })
    const batch = { batch: 'PC-4', comprehensible: 100, accurate: 97, standard: 99.5, consistent: 99, complete: 99.2, timely: 100 }
    update.act({ on: '2026-04-28', who: 'hospital', task: 'batch', outcome: 'below', contents: { 'batch-measurement': batch } })
    expect(update.effects('notify').at(-1)).toMatchObject({ to: ['data-provider', 'data-authority'], notice: '批次质量未达到合格线', text: 'PC-4' })
    update.act({ on: '2026-04-29', who: 'hospital', task: 'repair', outcome: 'repaired', contents: { 'measured-repair': '更正无效日期后重报' } })
    expect(update.act({ on: '2026-05-20', who: 'hospital', task: 'next-batch', outcome: 'end', contents: opinion }).status).toBe('ended')
  })

  test('an agreement is filed again where its filing comes back, and its promises are reported', () => {
    const told = story()
    const inForce = zqAgreementInForce(told, zqAgreement({ 'dated-items': [{ name: '四项产品', date: '2026-09-30', responsible: '运营机构' }] }))
    inForce.act({ on: '2026-05-29', who: 'agency', task: 'file-agreement', outcome: 'sent', contents: { 'agreement-filing': { number: '肇卫函〔2026〕1号', date: '2026-05-29', agreement: file('协议.pdf') } } })
    inForce.act({ on: '2026-06-01', who: 'checker', task: 'confirm-filing', outcome: 'return-for-change', contents: { opinion: '缺少附件，请补齐' } })
    inForce.act({ on: '2026-06-02', who: 'agency', task: 'send-again', outcome: 'sent', contents: { 'agreement-filing': { number: '肇卫函〔2026〕2号', date: '2026-06-02', agreement: file('协议.pdf') } } })
    expect(inForce.open).toContain('confirm-filing#2')
    inForce.act({ on: '2026-09-20', who: 'operator', task: 'milestone@milestones=四项产品', outcome: 'report', contents: { 'milestone-report': { done: '四项产品均已发布' } } })
    expect(inForce.open).not.toContain('milestone@milestones=四项产品')
    expect(zqScenarioInForce(told, inForce).status).toBe('in-force')
  })
})

function zqRule(told: Story, list = true): { who: string; procedure: string; contents: Record<string, Json> } {
  if (list) zqListed(told, 'visits')
  return { who: 'agency', procedure: 'protection-rule', contents: { 'protection-rule': { entry: 'visits', provider: 'first-hospital', version: '1', standard: '个人信息安全规范', rules: [{ field: 'phone', method: 'mask' }] } } }
}
