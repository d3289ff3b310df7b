import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { field } from '#tests/support/supply-contents.ts'
import {
  APPLICANTS, ASSESSED, DECIDED, PROCESSED, RAW, ZHAOQING, zqAgreement, zqAgreementInForce, zqDemand, zqDemanded, zqDesksNamed, zqListed, zqProvision, zqScenario, zqScenarioInForce, zqScenarioText, zqScenarioToSign, zqService, zqSignature, zqSupplied, zqSupplying, zqToSignService,
} from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)
const OTHER = '0'.repeat(64)

describe('a scenario', () => {
  test('rests on a running agreement; its call is over before the choice, its text within what was decided, its signatures on that text', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    told.refusesOpening({ on: '2026-05-25', who: 'operator', procedure: 'scenario-authorization', contents: { 'scenario-application': zqScenario() } }, 'scenario-must-rest-on-agreement', 'zq25-3.6')
    const opened = told.open({ on: '2026-05-25', who: 'operator', procedure: 'scenario-authorization', links: { agreement: authorized }, contents: { 'scenario-application': zqScenario() } })
      .act({ on: '2026-05-25', who: 'agency', task: 'review', outcome: 'passed', contents: { 'scenario-assessment': ASSESSED } })
      .act({ on: '2026-05-25', who: 'manager', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } })
      .act({ on: '2026-05-25', who: 'operator', task: 'call', outcome: 'published', contents: { 'developer-call': { criteria: '技术和安全能力', closes: '2026-05-27' } } })
    const choose = (on: string) => ({ on, who: 'manager', task: 'choose', outcome: 'chosen', contents: { 'developer-applicants': APPLICANTS, 'developer-award': { developer: 'dinghu-software', reason: '得分第一' } } })
    opened.refuses(choose('2026-05-26'), 'call-must-have-closed', 'zq25-23.1')
    opened.act(choose('2026-05-27'))
    const draft = (change: JsonObject) => ({ on: '2026-05-27', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'scenario-agreement': zqScenarioText(change) } })
    opened.refuses(draft({ items: [{ entry: 'wards', fields: ['station'] }] }), 'agreement-must-stay-within-the-decided-data', 'zq25-23.1')
    opened.refuses(draft({ name: '商业保险' }), 'one-scenario-one-authorization', 'zq25-23.1')
    opened.refuses(draft({ ends: '2029-01-01' }), 'authorization-must-end-with-agreement', 'zq25-3.6')
    opened.act(draft({}))
    const sign = (who: string, hash: string) => ({ on: '2026-05-28', who, task: `sign-${who}`, outcome: 'sign', contents: { 'scenario-signature': { ...zqSignature(zqScenarioText()), 'text-hash': hash }, ...(who === 'developer' ? { 'security-commitment': { officer: '陈安', accepted: true } } : {}) } })
    opened.refuses(sign('operator', OTHER), 'signature-must-be-on-the-agreed-text', 'zq25-23.1')
    opened.refuses(sign('developer', OTHER), 'signature-must-be-on-the-agreed-text', 'zq25-23.1')
    expect(zqScenarioToSign(told, authorized).status).toBe('contracting')
  })

  test('may be refused by the agency and by the operator, dropped by its own check, and ended after a suspension', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    const open = (change: JsonObject = {}) => told.open({ on: '2026-05-25', who: 'operator', procedure: 'scenario-authorization', links: { agreement: authorized }, contents: { 'scenario-application': zqScenario(change) } })
    expect(open().act({ on: '2026-05-26', who: 'agency', task: 'review', outcome: 'refuse', contents: { opinion: '风险不可控' } }).open).toEqual([])
    expect(open().act({ on: '2026-05-25', who: 'agency', task: 'review', outcome: 'passed', contents: { 'scenario-assessment': ASSESSED } }).act({ on: '2026-05-25', who: 'manager', task: 'decide', outcome: 'refuse', contents: { opinion: '效益不足' } }).open).toEqual([])
    expect(open({ 'personal-or-secret': true }).act({ on: '2026-05-25', who: 'operator', task: 'check-legality', outcome: 'drop' }).open).toEqual([])
    const running = zqScenarioInForce(told, authorized).act({ on: '2026-07-20', who: 'operator', task: 'run', outcome: 'suspend', contents: { 'misuse-finding': { facts: '在外发现带水印的副本', evidence: file('比对.pdf'), watermark: { developer: 'dinghu-software', scenario: '健康出行服务', 'delivered-on': '2026-07-10' } } } })
    running.act({ on: '2026-08-20', who: 'operator', task: 'lift', outcome: 'end', contents: { opinion: '副本无法收回' } })
    expect(told.world.standings[`scenario/${running.id}`]).toBe('revoked')
  })
})

describe('a demand', () => {
  const asking = (links: Record<string, StoryCase>, change: JsonObject) => ({ on: '2026-06-22', who: 'operator', procedure: 'data-demand', links, contents: { demand: zqDemand(change) } })
  const item = (entry: string, fields: string[]) => ({ entry, fields, mode: 'batch', 'time-span': '2025年', area: '肇庆市' })

  test('stays within the agreement, the catalog and its grades and fields', () => {
    const told = story()
    const agreement = zqAgreementInForce(told)
    const links = { agreement, scenario: zqScenarioInForce(told, agreement) }
    told.refusesOpening(asking(links, { items: [item('taxes', ['code'])] }), 'demand-must-stay-within-agreement', 'zq25-3.5')
    told.refusesOpening(asking(links, { items: [item('visits', ['diagnosis'])] }), 'fields-must-be-catalogued', 'zq25-19.1')
    const register = told.world.registers['catalog'] ?? {}
    const kept = register['visits']
    told.refusesOpening({ ...asking(links, { items: [item('visits', ['station'])] }), facts: { entries: {} } }, 'entry-must-be-catalogued', 'zq25-2.2')
    told.refusesOpening({ ...asking(links, { items: [item('visits', ['station'])] }), facts: { entries: { visits: { ...kept, grade: null } } } }, 'entry-must-be-graded', 'zq25-24.1')
    told.refusesOpening({ ...asking(links, { items: [item('visits', ['station'])] }), facts: { entries: { visits: { ...kept, openness: 'closed' } } } }, 'closed-data-must-be-desensitized', 'zq25-2.2')
  })

  test('has a service agreement over just what was decided, signed by all on one text', () => {
    const { demand } = zqToSignService(story())
    const sign = (who: string, task: string) => ({ on: '2026-07-06', who, task, outcome: 'sign', contents: { 'service-signature': { ...zqSignature(zqService()), 'text-hash': OTHER } } })
    for (const [who, task] of [['director', 'sign-agency'], ['operator', 'sign-operator'], ['developer', 'sign-developer'], ['hospital', 'sign-provider@providers=first-hospital']] as const) demand.refuses(sign(who, task), 'signature-must-be-on-the-agreed-text', 'zq25-19.1')
    const told = story()
    const { demand: drafting } = zqDemanded(told)
    for (const [who, task, on] of [['agency', 'agency-review', '2026-06-30'], ['hospital', 'provider-review@providers=first-hospital', '2026-06-30'], ['buses', 'provider-review@providers=bus-station', '2026-07-06']] as const) drafting.act({ on, who, task, outcome: 'approve', contents: { 'demand-finding': '符合场景需要，同意' } })
    const rows = zqService()['items'] as JsonObject[] // a table, as the contents have it
    const draft = (items: JsonObject[]) => ({ on: '2026-07-06', who: 'agency', task: 'draft-service-agreement', outcome: 'ready', contents: { 'service-agreement': zqService({ items }) } })
    drafting.refuses(draft(rows.slice(1)), 'service-agreement-must-cover-the-demand', 'zq25-19.1')
    drafting.refuses(draft([...rows, { ...rows[0], entry: 'wards' }]), 'service-agreement-must-stay-within-the-demand', 'zq25-19.1')
    drafting.refuses(draft(rows.map((row) => ({ ...row, provider: 'bus-station' }))), 'service-agreement-must-name-the-provider', 'zq25-19.1')
    expect(drafting.act(draft(rows)).status).toBe('contracting')
  })

  test('is received as it was sent, from an agreement that runs; what fails is sent again, what has no interface is entered by hand', () => {
    const told = story()
    const { demand, agreement } = zqSupplying(told)
    const give = () => demand.act({ on: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
    const receipt = (change: JsonObject = {}) => ({ number: 'ZW-1', rows: 1000, sha256: RAW, 'received-at': '2026-07-22T10:00:00+08:00', ...change })
    const manual = { 'manual-entry': { number: '纸1', date: '2026-07-22', source: '平台传真' } }
    give()
    for (const [who, outcome, more] of [['platform', 'received', {}], ['checker', 'entered', manual]] as const) {
      const at = { on: '2026-07-22', who, task: 'provision-receipt@items=visits', outcome }
      demand.refuses({ ...at, contents: { 'platform-receipt': receipt({ sha256: OTHER }), ...more } }, 'hashes-must-be-equal', 'zq25-19.1')
      demand.refuses({ ...at, contents: { 'platform-receipt': receipt({ rows: 999 }), ...more } }, 'rows-must-be-equal', 'zq25-19.1')
    }
    demand.act({ on: '2026-07-22', who: 'checker', task: 'provision-receipt@items=visits', outcome: 'failed', contents: { 'transfer-failure': '传输中断' } })
    give()
    demand.act({ on: '2026-07-22', who: 'checker', task: 'provision-receipt@items=visits', outcome: 'entered', contents: { 'platform-receipt': receipt(), ...manual } })
    const process = { on: '2026-07-24', who: 'operator', task: 'process-operator@items=visits', outcome: 'processed', contents: { 'processing-record': { rule: '去标识', 'input-sha256': RAW, sha256: PROCESSED, rows: 300 } } }
    demand.act(process)
    const supply = (change: JsonObject = {}) => ({ number: 'GJ-1', rows: 300, sha256: PROCESSED, 'received-at': '2026-07-24T10:00:00+08:00', version: 'v1', ...change })
    for (const [who, outcome, more] of [['platform', 'received', {}], ['operator', 'entered', manual]] as const) {
      const at = { on: '2026-07-24', who, task: 'supply-receipt@items=visits', outcome }
      demand.refuses({ ...at, contents: { 'supply-receipt': supply({ sha256: RAW }), ...more } }, 'only-processed-data-may-pass', 'zq25-19.1')
      demand.refuses({ ...at, contents: { 'supply-receipt': supply({ rows: 301 }), ...more } }, 'rows-must-be-equal', 'zq25-19.1')
    }
    demand.act({ on: '2026-07-24', who: 'operator', task: 'supply-receipt@items=visits', outcome: 'entered', contents: { 'supply-receipt': supply(), ...manual } })
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ entry: 'visits', rows: 300, sha256: PROCESSED, agreement: agreement.id, operator: 'xijiang-data', 'supplied-on': '2026-07-24', scenario: '健康出行服务' })
    expect(told.world.standings['supply/GJ-1']).toBe('granted')
    expect(demand.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'developer'], notice: '数据供给完成' })
  })

  test('moves nothing once its agreement has ended', () => {
    const told = story()
    const { demand, agreement } = zqSupplying(told)
    demand
      .act({ on: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
      .act({ on: '2026-07-22', who: 'platform', task: 'provision-receipt@items=visits', outcome: 'received', contents: { 'platform-receipt': { number: 'ZW-1', rows: 1000, sha256: RAW, 'received-at': '2026-07-22T10:00:00+08:00' } } })
    ended(told, agreement, '2026-07-22')
    demand.refuses({ on: '2026-07-24', who: 'operator', task: 'process-operator@items=visits', outcome: 'processed', contents: { 'processing-record': { rule: '去标识', 'input-sha256': RAW, sha256: PROCESSED, rows: 300 } } }, 'supply-must-rest-on-running-agreement', 'zq25-24.4')
  })
})

/** An exit of the agreement by agreement of both, decided on the day after the operator's comment. */
function ended(told: Story, agreement: StoryCase, on: string, destroyBy = '2026-12-31'): StoryCase {
  return told.open({ on, who: 'agency', procedure: 'exit', links: { agreement }, contents: { 'exit-grounds': [{ ground: 'own-request', facts: '经营调整申请退出', evidence: file('申请.pdf') }], 'exit-draft': '经协商终止授权运营协议，依约退出。' } })
    .act({ on, who: 'operator', task: 'comment', outcome: 'commented', contents: { 'operator-comment': '没有意见' } })
    .act({ on, who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '运营机构申请退出，双方协商一致', answer: '没有意见', 'destroy-by': destroyBy, arrangements: '场景授权同时终止' } } })
}

describe('an exit', () => {
  const grounds = (agreement: StoryCase | null, row: JsonObject, on = '2026-09-01') => ({ on, who: 'agency', procedure: 'exit', links: agreement === null ? {} : { agreement }, contents: { 'exit-grounds': [{ facts: '经营调整申请退出', evidence: file('申请.pdf'), ...row }], 'exit-draft': '经协商终止授权运营协议，依约退出。' } })

  test('names the clause of a breach, its rectification, and the law of any other ground', () => {
    const told = story()
    const agreement = zqAgreementInForce(told)
    told.refusesOpening(grounds(null, { ground: 'own-request' }), 'exit-must-concern-an-agreement', 'na25-14.1.12')
    told.refusesOpening(grounds(agreement, { ground: 'breach' }), 'breach-must-name-clause', 'na25-14.1.10')
    told.refusesOpening(grounds(agreement, { ground: 'breach', clause: '第九条' }), 'breach-must-be-rectified-first', null)
    const law1 = { ground: 'other-unlawful', law: '数据安全法', article: '第三十二条', finding: '主管部门认定违法' }
    for (const missing of ['law', 'article', 'finding'] as const) told.refusesOpening(grounds(agreement, { ...law1, [missing]: null }), 'other-ground-must-name-law', 'na25-14.1.12')
    expect(told.open(grounds(agreement, law1)).due('comment')).toBe('2026-09-08')
    expect(told.open(grounds(agreement, { ground: 'breach', clause: '第九条', 'why-not-rectified': '损害已不可挽回' })).effects('notify')[0]).toMatchObject({ to: ['operator'], notice: '终止协议决定草稿，请提出意见' })
  })

  test('an expired agreement must end; another may go on with a reason', () => {
    const told = story()
    const agreement = zqAgreementInForce(told, zqAgreement({ term: { start: '2026-05-22', end: '2027-12-31' } }))
    const decide = (exit: StoryCase, on: string) => exit.act({ on, who: 'operator', task: 'comment', outcome: 'commented', contents: { 'operator-comment': '希望继续' } })
    const expired = decide(told.open(grounds(agreement, { ground: 'expiry' }, '2027-12-31')), '2027-12-31')
    const go = (on: string) => ({ on, who: 'director', task: 'decide', outcome: 'continue', contents: { 'exit-continue-reason': '双方同意继续' } })
    expired.refuses(go('2027-12-31'), 'expired-agreement-must-end', 'na25-14.1.2')
    const other = decide(told.open(grounds(agreement, { ground: 'own-request' })), '2026-09-02')
    expect(other.due('decide')).toBe('2026-09-16')
    expect([other.act(go('2026-09-03')).status, other.effects('notify').at(-1)]).toEqual(['continued', expect.objectContaining({ to: ['operator'], notice: '不终止协议' })])
  })

  test('destroys every copy under a witness by the day that the decision sets, and makes its end public', () => {
    const told = story()
    const { agreement } = zqSupplied(told)
    expect(() => ended(told, agreement, '2026-09-01', '2026-08-31')).toThrow('destruction-must-have-a-date (null)')
    const exit = ended(told, agreement, '2026-09-02', '2026-09-30')
    expect(exit.effects('access.revoke')[0]).toMatchObject({ agreement: agreement.id })
    expect(exit.effects('notify').find((one) => one['notice'] === '终止协议决定')).toMatchObject({ to: ['operator', 'data-authority'] })
    expect(exit.effects('publish').at(-1)).toMatchObject({ kind: 'agreement-ended', 'ended-on': '2026-09-02' })
    expect(told.world.registers['authorizations']?.[agreement.id]?.['ended']).toBe('运营机构申请退出，双方协商一致')
    expect([exit.due('destruction'), exit.due('notice')]).toEqual(['2026-09-30', '2026-09-30'])
    const record = (change: JsonObject = {}) => ({ copy: 'copy-1', 'data-set': '门诊量', place: '运营服务平台', method: 'key-destruction', tool: '密钥管理系统', 'destroyed-on': '2026-09-20', 'operator-person': '王工', witness: '李工', 'hash-before': RAW, 'check-after': '不可读取', ...change })
    const report = (records: JsonObject[], copies = ['copy-1']) => ({ on: '2026-09-20', who: 'operator', task: 'destruction', outcome: 'report', facts: { copies: copies.map((copy) => ({ copy })) }, contents: { 'destruction-records': records } })
    exit.refuses(report([record()], ['copy-1', 'copy-2']), 'every-copy-must-be-destroyed', null)
    exit.refuses(report([record({ witness: '王工' })]), 'destruction-must-be-witnessed', null)
    exit.refuses(report([record({ 'destroyed-on': '2026-09-21' })]), 'destruction-must-have-happened', null)
    exit.act(report([record()]))
    exit.act({ on: '2026-09-21', who: 'agency', task: 'destruction-acceptance', outcome: 'reject', contents: { 'destruction-opinion': '缺少核查记录' } })
    exit.act({ ...report([record()]), on: '2026-09-22' })
    expect(exit.due('destruction-acceptance')).toBe('2026-09-30')
    exit.act({ on: '2026-09-24', who: 'agency', task: 'destruction-acceptance', outcome: 'accept', contents: { 'destruction-opinion': '已经核查' } })
    exit.act({ on: '2026-09-30', who: 'agency', task: 'notice', outcome: 'published', contents: { 'publication-record': { address: 'https://example.cn/9', date: '2026-09-30' } } })
    expect([exit.effects('publish').at(-1), Object.keys(told.world.registers['destructions'] ?? {}).length]).toEqual([expect.objectContaining({ kind: 'authorization-ended', 'ended-on': '2026-09-02' }), 1])
  })
})

describe('the other links and edges', () => {
  test('incidents, needs, assessments, problems, rules, updates and indicators each stand on what they concern', () => {
    const told = story()
    const agreement = zqAgreementInForce(told)
    const incident = (change: JsonObject, links: Record<string, StoryCase> = { agreement }) => ({ on: '2026-07-23', who: 'agency', procedure: 'incident', links, contents: { incident: { kind: 'leak', segment: 'development', occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf'), developer: 'dinghu-software', ...change } } })
    told.refusesOpening(incident({}, {}), 'incident-must-concern-an-agreement', 'zq25-24.4')
    told.refusesOpening(incident({ developer: null }), 'segment-must-name-its-developer', 'zq25-29.4')
    told.refusesOpening(incident({ occurred: '2026-07-24' }), 'incident-must-have-happened', 'zq25-24.4')
    const need = { on: '2026-06-17', who: 'operator', procedure: 'demand-coordination', contents: { 'data-need': { scenario: '健康出行服务', needs: [{ name: 'a', content: '门诊量分时数据', provider: '市第一人民医院' }], examined: [{ entry: 'visits', 'falls-short': '没有分时数据' }] } } }
    told.refusesOpening(need, 'need-must-rest-on-agreement', 'zq25-18.1')
    const coordinating = told.open({ ...need, links: { agreement } })
    coordinating.refuses({ on: '2026-06-18', who: 'agency', task: 'coordinate', outcome: 'concluded', contents: { 'coordination-results': [{ name: 'a', result: 'refuse' }] } }, 'refusal-must-give-reason', null)
    coordinating.refuses({ on: '2026-06-18', who: 'agency', task: 'coordinate', outcome: 'return', contents: { 'matching-entry': { entry: 'taxes', note: '已有所需字段' } } }, 'matching-entry-must-be-within-agreement', 'zq25-18.1')
    told.refusesOpening({ on: '2026-06-01', who: 'operator', procedure: 'risk-assessment', contents: { 'assessed-from': '2026-06-01' } }, 'assessment-must-concern-an-agreement', 'zq25-30.2')
    const problem = (links: Record<string, StoryCase>, who = 'developer') => ({ on: '2026-07-13', who, procedure: 'quality-issue', links, contents: { 'quality-report': { entry: 'visits', fields: ['hour'], dimension: 'complete', sample: '7月1日缺三小时', product: '就医出行指数' } } })
    told.refusesOpening(problem({}), 'issue-must-concern-a-scenario', 'zq25-20.2')
    const scenario = zqScenarioInForce(told, agreement)
    const two = new Story(law, { ...ZHAOQING, persons: { ...ZHAOQING.persons, another: { organization: 'second', offices: ['developer'] } } })
    const theirs = zqScenarioInForce(two, zqAgreementInForce(two))
    two.refusesOpening(problem({ scenario: theirs }, 'another'), 'reporter-must-be-the-scenarios-developer', 'zq25-20.2')
    const own = told.open(problem({ scenario })).act({ on: '2026-07-14', who: 'operator', task: 'trace', outcome: 'own', contents: { 'trace-finding': { 'own-processing': 'faulty', reason: '加工时丢行' } } })
    const repair = (change: JsonObject) => ({ on: '2026-07-16', who: 'operator', task: 'repair-operator', outcome: 'handled', contents: { 'quality-repair': { result: 'corrected', ...change } } })
    own.refuses(repair({}), 'correction-must-name-its-batch', 'zq25-20.2')
    own.refuses(repair({ result: 'no-fault' }), 'no-fault-must-be-reasoned', 'zq25-20.2')
    own.act(repair({ batch: 'PC-3' }))
    expect(own.act({ on: '2026-07-17', who: 'developer', task: 'close', outcome: 'accept' }).status).toBe('closed')
    told.refusesOpening({ on: '2026-07-10', who: 'agency', procedure: 'protection-rule', contents: { 'protection-rule': { entry: 'visits', provider: 'bus-station', version: '1', standard: '个人信息安全规范', rules: [{ field: 'phone', method: 'mask' }] } } }, 'rule-must-go-to-the-entrys-provider', 'zq25-24.2')
    told.refusesOpening({ on: '2026-07-10', who: 'buses', procedure: 'data-update', contents: { 'data-update': { entry: 'visits', rule: '日期有效率不低于99%', least: 99, 'last-batch': '2026-06-30' } } }, 'update-must-concern-an-own-entry', 'zq25-16.1')
    told.refusesOpening({ on: '2026-10-12', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '2', 'applies-from': '2027-01-01', indicators: [{ name: '产品数', weight: 60, source: '名册' }, { name: '按时报告', weight: 39, source: '平台' }], document: file('指标.pdf') } } }, 'weights-must-sum-to-whole', 'zq25-28.1')
  })

  test('an indicator set of a later period measures no earlier one', () => {
    const told = story()
    told.open({ on: '2026-12-01', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '2', 'applies-from': '2027-01-01', indicators: [{ name: '产品数', weight: 100, source: '名册' }], document: file('指标.pdf') } } })
      .act({ on: '2026-12-01', who: 'agency', task: 'issue', outcome: 'issued' })
    const facts: Record<string, Json> = { period: { authorizations: [{ id: 'agreement-1', operator: 'xijiang-data', agency: 'health-commission' }], products: [], use: [] } }
    const opened = told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', facts, contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
    opened.refuses({ on: '2027-01-04', who: 'agency', task: 'evaluate', outcome: 'drafted', contents: { 'operator-evaluation': { 'mechanism-version': '2', result: '评价结果良好', 'late-reports': 1 } } }, 'mechanism-must-apply-to-the-period', 'zq25-28.1')
  })

  test('a field added to the catalog later is not in a demand made before', () => {
    const told = story()
    const { demand } = zqDemanded(told)
    zqListed(told, 'visits', 'hospital', { fields: [field('station'), field('hour'), field('ward')] }, {}, '2026-06-23')
    zqDesksNamed(told, '2026-06-23')
    expect(demand.state.contents['demand']?.value).toEqual(zqDemand())
  })
})
