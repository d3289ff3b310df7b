import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { file, product } from '#tests/support/xian-contents.ts'
import { XIAN, handedIn, inForce, last, late, listed, productRegistered, published, released, reviewed, supplied } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const keeping = (change: JsonObject = {}): Record<string, JsonObject> => ({ 'security-file': { officer: '李安', 'graded-protection': '61010026001', 'valid-until': '2027-07-31', 'emergency-plan': file('应急预案.pdf'), contracts: '无', ...change } })
const filed = (told: Story, under: StoryCase, contents = keeping(), on = '2026-05-18') => told.open({ on, who: 'operator', procedure: 'security-file', links: { agreement: under }, contents })
const space = (under: StoryCase, on = '2026-05-20') => ({ on, who: 'operator', procedure: 'workspace', links: { agreement: under }, contents: { workspace: { name: '停车分析', kind: 'isolated', purpose: '停车引导', rules: '第一版', entries: [{ entry: 'parking' }] } } })
const successor = (on: string) => ({ on, who: 'operator', task: 'name-successor', outcome: 'named', contents: keeping({ officer: '周全' }) })
const leaves = (on: string) => ({ on, who: 'operator', task: 'keep', outcome: 'officer-left', contents: { 'officer-leaves': { name: '李安', date: on } } })

describe('the operator’s own duty', () => {
  test('xa25-13.1.6a: a file without an emergency plan opens no first workspace on 2026-05-20, and the plan is named', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening(space(under), 'security-file-must-be-complete', 'xa25-13.1.6')
    const { 'emergency-plan': _plan, ...lacking } = keeping()['security-file'] ?? {}
    const kept = filed(told, under, { 'security-file': lacking })
    expect(told.refusesOpening(space(under), 'security-file-must-be-complete', 'xa25-13.1.6').message).toContain('应急预案')
    kept.act({ on: '2026-05-19', who: 'operator', task: 'keep', outcome: 'changed', contents: keeping() })
    expect(told.open(space(under)).status).toBe('open')
    told.refusesOpening(space(under, '2027-08-02'), 'security-file-must-be-valid', 'xa25-34.5')
  })

  test('xa25-34.5a: after the officer left on 2026-07-31 a supply waits until the operator names a successor', () => {
    const told = story()
    supplied(told)
    const under = last(told, 'operation-agreement')
    const demand = last(told, 'data-demand')
    const place = 'providers=metro-company/approved-items=metro'
    const row = { entry: 'metro', decision: 'approve', fields: ['station', 'hour', 'pm25'], mode: 'batch', 'provide-by': 'batch-table', 'data-result': 'suitable', 'data-note': '属履职数据', 'mode-result': 'suitable', 'mode-note': '环境内使用', 'scenario-result': 'suitable', 'scenario-note': '与场景相符', 'basis-kind': 'law', 'basis-title': '数据安全法', 'basis-article': '第四十二条' }
    demand.act({ on: '2026-09-21', who: 'metro', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [row] } })
      .act({ on: '2026-09-22', who: 'authority', task: 'authority-review@providers=metro-company', outcome: 'approve', contents: { 'authority-finding': { necessary: true, smallest: true, fits: true, opinion: '同意' } } })
      .act({ on: '2026-09-23', who: 'metro', task: `provision@${place}`, outcome: 'delivered', contents: { provision: { 'provide-by': 'batch-table', fields: ['station', 'hour', 'pm25'], rows: 1000, sha256: 'a'.repeat(64) }, 'first-batch-check': '校核无误' } })
      .act({ on: '2026-09-23', who: 'platform', task: `provision-receipt@${place}`, outcome: 'received', contents: { 'platform-receipt': { number: 'YTH-2', rows: 1000, sha256: 'a'.repeat(64), 'received-at': '2026-09-23T10:00:00+08:00' } } })
    const kept = filed(told, under).act(leaves('2026-07-31'))
    expect([kept.status, kept.open, kept.effects('notify').at(-1)]).toMatchObject(['waiting', ['name-successor'], { to: ['implementing-agency'] }])
    const send = { on: '2026-09-24', who: 'drafter', task: `supply@${place}`, outcome: 'send' }
    demand.refuses(send, 'security-file-must-be-valid', 'xa25-34.5')
    told.refusesOpening(space(under, '2026-08-03'), 'security-file-must-be-valid', 'xa25-34.5')
    kept.act(successor('2026-08-04'))
    expect([kept.status, told.world.registers['security-files']?.[under.id]?.['officer'], demand.act(send).open]).toMatchObject(['kept', '周全', expect.arrayContaining([`supply-receipt@${place}`])])
  })

  test('xa25-34.5b: a server without a vulnerability test does not join a workspace on 2026-08-04', () => {
    const told = story()
    const under = inForce(told)
    filed(told, under)
    const workspace = told.open(space(under))
    const add = (change: JsonObject) => ({ on: '2026-08-04', who: 'operator', task: 'run', outcome: 'add-system', contents: { 'system-change': { system: '分析服务器二', ...change } } })
    workspace.refuses(add({}), 'system-must-be-tested', 'xa25-34.5')
    expect(workspace.act(add({ test: file('漏洞测试.pdf') })).status).toBe('open')
  })

  test('xa25-13.1.6b: three documents with versions; a workspace of 2026-07-31 refers to version 1, version 2 begins on 2026-08-03', () => {
    const told = story()
    const under = inForce(told)
    const issue = (kind: string, version: number, effective: string, links: Record<string, StoryCase> = {}) =>
      told.open({ on: effective, who: 'operator', procedure: 'operator-document', links, contents: { 'rule-document': { kind, name: '操作规范', version, effective, document: file('规范.pdf') } } }).act({ on: effective, who: 'operator', task: 'issue', outcome: 'issued' })
    const first = issue('operation', 1, '2026-04-27')
    issue('standard', 1, '2026-04-27')
    issue('compliance', 1, '2026-04-27')
    filed(told, under)
    const workspace = told.open(space(under, '2026-07-31'))
    const second = issue('operation', 2, '2026-08-03', { replaces: first })
    expect([told.world.registers['documents']?.[first.id], told.world.registers['documents']?.[second.id], told.world.registers['workspaces']?.[workspace.id]]).toMatchObject([{ version: 1, until: '2026-08-03' }, { version: 2, effective: '2026-08-03' }, { rules: '第一版', 'opened-on': '2026-07-31' }])
    expect(new Set(Object.values(told.world.registers['documents'] ?? {}).map((one) => one['kind']))).toEqual(new Set(['operation', 'standard', 'compliance']))
    told.refusesOpening({ on: '2026-08-03', who: 'operator', procedure: 'operator-document', contents: { 'rule-document': { kind: 'policy', name: '操作规范', version: 1, effective: '2026-08-03', document: file('规范.pdf') } } }, 'kind-must-be-within-office', 'xa25-13.1.6')
  })

  test('xa25-13.1.6c: access ends on the day E leaves, 2026-06-30; developer and export approver do not go together', () => {
    const told = story()
    const under = inForce(told)
    const give = (change: JsonObject) => ({ on: '2026-06-01', who: 'operator', procedure: 'staff-access', links: { agreement: under }, contents: { 'staff-access': { person: '员工E', contract: true, pledge: true, training: true, 'leaves-on': '2026-06-30', roles: [{ role: 'developer' }], ...change } } })
    told.refusesOpening(give({ roles: [{ role: 'developer' }, { role: 'exporter' }] }), 'roles-must-be-compatible', 'xa25-13.1.6')
    told.refusesOpening(give({ contract: false }), 'person-must-have-contract', 'xa25-13.1.6')
    told.refusesOpening(give({ pledge: false }), 'person-must-have-pledged', 'xa25-13.1.6')
    told.refusesOpening(give({ training: false }), 'person-must-be-trained', 'xa25-13.1.6')
    const access = told.open(give({}))
    expect([access.time('2026-06-30').status, told.world.standings[`staff-access/${access.id}`]]).toEqual(['active', 'granted'])
    expect([access.time('2026-07-01').status, told.world.standings[`staff-access/${access.id}`]]).toEqual(['left', 'revoked'])
    expect(told.open(give({ roles: [{ role: 'exporter' }, { role: 'operator' }] })).status).toBe('active')
  })

  test('xa25-34.5d: a high risk open since 2026-08-06 keeps a new product waiting until it is closed', () => {
    const told = story()
    const open = reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
    productRegistered(told)
    const under = last(told, 'operation-agreement')
    const risk = (level: string) => told.open({ on: '2026-08-06', who: 'operator', procedure: 'stage-risk', links: { agreement: under }, contents: { 'stage-risk': { stage: 'service', level, text: '接口可被批量抓取', measure: '限制频次', owner: '周全' } } })
    risk('low')
    expect(told.world.registers['stage-risks']).toBeUndefined()
    const high = risk('high')
    expect([told.world.registers['stage-risks']?.[under.id], high.effects('notify')]).toMatchObject([{ stage: 'service', since: '2026-08-06', state: 'open' }, [{ to: ['implementing-agency'] }]])
    const send = { on: '2026-12-11', who: 'operator', task: 'publish', outcome: 'send' }
    open.refuses(send, 'high-risk-must-be-closed', 'xa25-34.5')
    high.act({ on: '2026-12-11', who: 'operator', task: 'close', outcome: 'closed', contents: { 'risk-closing': '已限制频次' } })
    expect(open.act(send).status).toBe('publishing')
  })

  const incident = (told: Story, change: JsonObject = {}) => ({ on: '2026-08-12', who: 'operator', procedure: 'incident', links: { agreement: last(told, 'operation-agreement') }, contents: { incident: { kind: 'leak', 'found-on': '2026-08-12', facts: '发现异常下载', measures: '已停用密钥', ...change } } })
  const receive = (who: string, task: string, on = '2026-08-12') => ({ on, who, task, outcome: 'received', contents: { 'incident-receipt': '收到' } })

  test('xa25-34.5e: an incident of 2026-08-12 is not declared without a measure taken; the kinds are those of the text', () => {
    const told = story()
    inForce(told)
    told.refusesOpening(incident(told, { measures: '' }), 'content-must-be-present', 'xa25-34.5')
    told.refusesOpening(incident(told, { kind: 'delay' }), 'content-must-be-typed', 'xa25-34.5')
    for (const kind of ['loss', 'leak', 'tampering', 'damage', 'risk']) expect(told.open(incident(told, { kind })).status).toBe('reported')
  })

  test('xa25-34.5f: reported to agency and data authority only, it is not closed; the cyberspace office is named and late on 2026-08-14', () => {
    const told = story()
    inForce(told)
    const open = told.open(incident(told))
    expect([open.effects('notify'), open.open.map((one) => open.due(one))]).toMatchObject([[{ to: ['implementing-agency', 'data-authority', 'supervisor'] }], ['2026-08-13', '2026-08-13', '2026-08-13']])
    const close = { on: '2026-08-20', who: 'operator', task: 'close', outcome: 'closed', contents: { 'incident-final': '已处置完毕' } }
    open.act(receive('drafter', 'receive-agency')).act(receive('authority', 'receive-authority'))
    expect(open.refuses(close, 'step-must-be-open', 'xa25-34.5').message).toContain('网信部门')
    expect(late(open.time('2026-08-13'))).toEqual([])
    expect(late(open.time('2026-08-14')).at(-1)?.['text']).toContain('网信部门')
    open.refuses(receive('authority', 'receive-supervisor', '2026-08-14'), 'actor-must-hold-office', 'xa25-34.5')
    expect(open.act(receive('cyberspace', 'receive-supervisor', '2026-08-14')).act(close).status).toBe('closed')
  })
})

describe('who answers', () => {
  test('xa25-34.1: a product without a named person is not handed in; a misuse of 2026-11-03 is the consumer’s', () => {
    const told = story()
    const under = inForce(told)
    const release = released(told, under)
    const hand = (answerable: string) => ({ on: '2026-10-22', who: 'operator', procedure: 'product', links: { release, agreement: under }, contents: { product: product({ answerable }) } })
    told.refusesOpening(hand(''), 'content-must-be-present', 'xa25-34.1')
    expect(told.open(hand('王强')).status).toBe('reviewing')
    const misuse = told.open({ on: '2026-11-03', who: 'drafter', procedure: 'misuse', contents: { misuse: { product: '停车指数', 'at-that-time': 'uses', organization: 'travel-company', 'happened-on': '2026-11-03', facts: '超出用途转发结果' } } })
    expect(misuse.state.tasks.map((one) => [one.step, one.office, one.organization])).toEqual([['answer-user', 'consumer', 'travel-company']])
    misuse.refuses({ on: '2026-11-04', who: 'operator', task: 'answer-user', outcome: 'closed', contents: { 'misuse-report': '已停止' } }, 'actor-must-hold-office', 'xa25-34.1')
  })

  test('xa25-14.3a: product P stopped on 2026-06-22 by the police’s lead office is suspended at once; only that office lifts it', () => {
    const told = story()
    const { id } = published(told)
    const stop = told.open({ on: '2026-06-22', who: 'cyberspace', procedure: 'stop-order', contents: { 'stop-order': { product: id, ground: '存在安全风险', number: '网安〔2026〕1号' } } })
    expect([told.world.standings[`product/${id}`], stop.effects('notify')]).toMatchObject(['suspended', [{ to: ['data-authority'] }]])
    const lift = (who: string) => ({ on: '2026-06-24', who, task: 'lift', outcome: 'lift', contents: { 'lift-reason': '风险消除' } })
    stop.refuses(lift('operator'), 'actor-must-hold-office', 'xa25-14.3')
    stop.refuses(lift('authority'), 'actor-must-hold-office', 'xa25-14.3')
    expect([stop.act(lift('cyberspace')).status, told.world.standings[`product/${id}`]]).toEqual(['lifted', 'granted'])
    const never = told.open({ on: '2026-06-22', who: 'cyberspace', procedure: 'stop-order', contents: { 'stop-order': { product: 'never-published', ground: '存在安全风险', number: '网安〔2026〕2号' } } })
    never.act(lift('cyberspace'))
    expect(told.world.standings['product/never-published']).not.toBe('granted')
  })

  test('xa25-14.3b: in the event of 2026-06-23 led by the cyberspace office a measure of the police is seen by all, and the lead’s report closes it', () => {
    const told = story()
    const event = told.open({ on: '2026-06-23', who: 'cyberspace', procedure: 'security-event', contents: { 'security-event': { facts: '接口遭批量抓取', departments: [{ organization: 'police-bureau' }, { organization: 'cipher-bureau' }] } } })
    expect(event.open).toEqual(['measure@departments=cipher-bureau', 'measure@departments=police-bureau', 'report'])
    const measure = (who: string) => ({ on: '2026-06-23', who, task: 'measure@departments=police-bureau', outcome: 'entered', contents: { 'event-measure': '封堵地址' } })
    event.refuses(measure('secrecy'), 'actor-must-be-concerned-organization', 'xa25-14.3')
    event.act(measure('police'))
    expect([told.world.registers['event-measures']?.[event.id], event.effects('notify').at(-1)]).toMatchObject([{ department: 'police-bureau', measure: '封堵地址', 'taken-on': '2026-06-23' }, { to: ['supervisor', 'data-authority'] }])
    event.refuses({ on: '2026-06-24', who: 'cyberspace', task: 'report', outcome: 'closed', contents: {} }, 'content-must-be-present', 'xa25-14.3')
    expect(event.act({ on: '2026-06-24', who: 'cyberspace', task: 'report', outcome: 'closed', contents: { 'event-report': '风险已经消除' } }).open).toEqual([])
  })
})

describe('inspection', () => {
  const planned = (change: JsonObject = {}, on = '2026-09-07') => ({ on, who: 'authority', procedure: 'inspection', contents: { inspection: { kind: 'inspection', subject: 'health-commission', checklist: ['实施方案', '目录维护'], inspectors: [{ name: '赵检', division: 'other' }], ...change } } })
  const findings = (count: number) => Array.from({ length: count }, (_, index) => ({ finding: `问题${index + 1}`, evidence: file('记录.pdf'), office: 'implementing-agency', organization: 'health-commission', due: '2026-10-15' }))
  const fix = (index: number, on = '2026-10-14') => ({ on, who: 'health', task: `rectify-agency@agency-findings=问题${index}`, outcome: 'rectified', contents: { 'rectification-report': '已经整改' } })

  test('xa25-9.1.7b: of four findings due on 2026-10-15 three are closed on 2026-10-16; the inspection stays open and the fourth is overdue', () => {
    const told = story()
    const inspection = told.open(planned({}, '2026-09-08')).act({ on: '2026-09-08', who: 'authority', task: 'inspect', outcome: 'inspected', contents: { 'inspection-findings': findings(4) } })
    expect(inspection.open.map((one) => inspection.due(one))).toEqual(Array.from({ length: 4 }, () => '2026-10-15'))
    for (const index of [1, 2, 3]) inspection.act(fix(index))
    const close = { on: '2026-10-16', who: 'authority', task: 'close', outcome: 'closed', contents: { 'inspection-report': '检查情况' } }
    inspection.refuses(close, 'step-must-be-open', 'xa25-9.1.7')
    expect([late(inspection.time('2026-10-16')).map((one) => one['task']), inspection.status]).toEqual([['rectify-agency@agency-findings=问题4'], 'rectifying'])
    inspection.act({ on: '2026-10-19', who: 'authority', task: 'rectify-agency@agency-findings=问题4', outcome: 'carried', contents: { 'carry-reason': '列入下年度整改' } })
    expect([inspection.act({ ...close, on: '2026-10-19' }).status, told.world.registers['inspections']?.[inspection.id]]).toMatchObject(['closed', { 'closed-on': '2026-10-19' }])
  })

  test('xa25-34.2d: an officer of the bureau’s own agency desk does not inspect it on 2026-09-07; the cyberspace office is told, findings of 2026-09-14 are tasks', () => {
    const told = story()
    told.refusesOpening(planned({ kind: 'security', subject: 'data-bureau', inspectors: [{ name: '起草人', division: 'agency' }] }), 'inspector-must-not-be-of-the-inspected-desk', 'xa25-34.2')
    const inspection = told.open(planned({ kind: 'security', subject: 'data-bureau' }))
    expect(inspection.effects('notify')).toMatchObject([{ to: ['supervisor'] }])
    expect(told.open(planned({ inspectors: [{ name: '起草人', division: 'agency' }] })).effects('notify')).toEqual([])
    const [finding] = findings(1)
    inspection.act({ on: '2026-09-14', who: 'authority', task: 'inspect', outcome: 'inspected', contents: { 'inspection-findings': [{ ...finding, organization: 'data-bureau' }, { ...finding, finding: '问题2', office: 'operator', organization: 'qin-data' }] } })
    expect(inspection.state.tasks.map((one) => [one.step, one.organization, inspection.due(one.id)])).toEqual([['rectify-agency', 'data-bureau', '2026-10-15'], ['rectify-operator', 'qin-data', '2026-10-15']])
  })
})

describe('standing arrangements', () => {
  const paper = (kind: string, change: JsonObject = {}): JsonObject => ({ kind, name: '数据安全协同监管文件', version: 1, effective: '2026-04-01', document: file('文件.pdf'), ...change })

  test('xa25-35.1a: of ten members nine confirmed by 2026-03-31; on 2026-04-01 the mechanism is incomplete and the tenth’s task is open', () => {
    const told = story()
    const of = (names: string[]) => names.map((who) => ({ who, organization: told.cast.persons[who]?.organization ?? '' }))
    const departments = of(['police', 'secrecy', 'state-security', 'communications'])
    const sectors = of(['traffic', 'health', 'education', 'culture', 'housing', 'water'])
    const named = (members: { organization: string }[]) => members.map(({ organization }) => ({ organization }))
    const mechanism = told.open({ on: '2026-03-03', who: 'authority', procedure: 'authority-document', contents: { 'rule-document': paper('joint', { departments: named(departments), sectors: named(sectors) }) } })
    const confirm = (on: string, who: string, task: string) => ({ on, who, task, outcome: 'confirmed', contents: { 'coauthor-opinion': '同意' } })
    for (const { who, organization } of departments) mechanism.act(confirm('2026-03-31', who, `confirm-department@departments=${organization}`))
    for (const { who, organization } of sectors.slice(0, 5)) mechanism.act(confirm('2026-03-31', who, `confirm-sector@sectors=${organization}`))
    expect([late(mechanism.time('2026-04-01')).map((one) => one['task']), mechanism.status, mechanism.open]).toEqual([['confirm-sector@sectors=water-bureau'], 'confirming', ['confirm-sector@sectors=water-bureau']])
    expect(mechanism.act(confirm('2026-04-02', 'water', 'confirm-sector')).open).toEqual(['issue'])
  })

  test('xa25-35.1b: four sets of rules in force from 2026-04-01; the threshold of 10,000 rows holds to 2026-06-30, 5,000 from 2026-07-01', () => {
    const told = story()
    const issue = (kind: string, change: JsonObject, on: string, links: Record<string, StoryCase> = {}) => told.open({ on, who: 'authority', procedure: 'authority-document', links, contents: { 'rule-document': paper(kind, change) } }).act({ on, who: 'authority', task: 'issue', outcome: 'issued' })
    for (const kind of ['inspection', 'risk-assessment', 'emergency']) issue(kind, {}, '2026-04-01')
    const first = issue('warning', { threshold: 10000 }, '2026-04-01')
    const second = issue('warning', { threshold: 5000, version: 2, effective: '2026-07-01' }, '2026-06-22', { replaces: first })
    expect(told.world.registers['documents']).toMatchObject({ [first.id]: { threshold: 10000, effective: '2026-04-01', until: '2026-07-01' }, [second.id]: { threshold: 5000, effective: '2026-07-01' } })
    expect(Object.keys(told.world.registers['documents'] ?? {})).toHaveLength(5)
  })

  test('xa25-34.3a: of six sectors five have security rules on 2026-06-01; the sixth has a task', () => {
    const told = story()
    const sectors = ['transport-bureau', 'health-commission', 'education-bureau']
    for (const who of ['traffic', 'health']) told.open({ on: '2026-05-06', who, procedure: 'sector-document', contents: { 'rule-document': paper('sector-security') } }).act({ on: '2026-05-06', who, task: 'issue', outcome: 'issued' })
    const owners = Object.values(told.world.registers['documents'] ?? {}).map((one) => one['owner'])
    expect(sectors.filter((one) => !owners.includes(one))).toEqual(['education-bureau'])
    told.refusesOpening({ on: '2026-05-06', who: 'health', procedure: 'sector-document', contents: { 'rule-document': paper('policy') } }, 'kind-must-be-within-office', 'xa25-34.3')
    const reminder = told.open({ on: '2026-06-01', who: 'authority', procedure: 'supervision', contents: { supervision: { kind: 'advice', agency: 'health-commission', ground: '行业数据安全管理制度缺失', text: '请尽快制定', due: '2026-06-30' } } })
    expect(reminder.open).toEqual(['answer-agency'])
  })

  test('xa25-34.3b: a warning of 2026-06-16 reaches commission and agency together, and stays until one explains it', () => {
    const told = story()
    listed(told, 'parking', 'parking')
    const raise = () => told.open({ on: '2026-06-16', who: 'drafter', procedure: 'risk-warning', contents: { 'risk-warning': { entry: 'parking', 'sector-authority': 'health-commission', text: '读取量异常' } } })
    const warning = raise()
    expect([warning.effects('notify'), warning.open, warning.status]).toMatchObject([[{ to: ['sector-authority', 'implementing-agency'] }], ['explain-agency', 'explain-sector'], 'raised'])
    const explain = (who: string, task: string) => ({ on: '2026-06-17', who, task, outcome: 'explained', contents: { 'warning-explanation': '属批量更新' } })
    expect([warning.act(explain('health', 'explain-sector')).open, warning.status]).toEqual([[], 'explained'])
    expect(raise().act(explain('drafter', 'explain-agency')).status).toBe('explained')
  })

  test('xa25-34.4a: a backup failed in the night of 2026-06-08 is a task on 2026-06-09, and the day is not closed as normal before', () => {
    const told = story()
    const checks = ['health', 'patches', 'certificates', 'backups', 'accounts'].map((check) => ({ check, result: check === 'backups' ? 'failed' : 'passed' }))
    const desk = told.open({ on: '2026-06-09', who: 'drafter', procedure: 'daily-desk', contents: { 'daily-desk': { day: '2026-06-09', checks } } })
    expect(desk.open).toEqual(['repair@failures=backups'])
    const close = { on: '2026-06-09', who: 'director', task: 'close-day', outcome: 'normal', contents: { 'day-closing': '当日正常' } }
    desk.refuses(close, 'step-must-be-open', 'xa25-34.4')
    desk.act({ on: '2026-06-09', who: 'drafter', task: 'repair', outcome: 'repaired', contents: { 'repair-note': '已重新备份' } }).act(close)
    expect([desk.status, desk.state.conclusions.at(-1)?.person]).toEqual(['closed', 'director'])
    const calm = told.open({ on: '2026-06-10', who: 'drafter', procedure: 'daily-desk', contents: { 'daily-desk': { day: '2026-06-10', checks: checks.map((one) => ({ ...one, result: 'passed' })) } } })
    expect(calm.open).toEqual(['close-day'])
  })

  test('xa25-34.4b: a test valid until 2026-11-30 is expired to both on 2026-12-01, after reminders on 2026-10-30 and 2026-11-23', () => {
    const told = story()
    const item = told.open({ on: '2026-01-05', who: 'drafter', procedure: 'protection-item', contents: { 'protection-item': { kind: 'grading', document: file('测评报告.pdf'), 'first-reminder': '2026-10-30', 'second-reminder': '2026-11-23', 'valid-until': '2026-11-30' } } })
    const reminders = (on: string) => item.time(on).effects('notify').filter((one) => one['notice'] === '安全防护记录即将到期').length
    expect([reminders('2026-10-29'), reminders('2026-10-30'), reminders('2026-11-22'), reminders('2026-11-23'), reminders('2026-11-30')]).toEqual([0, 1, 1, 2, 2])
    expect([item.status, item.time('2026-12-01').status, late(item)]).toMatchObject(['valid', 'expired', [{ to: ['implementing-agency', 'data-authority'] }]])
    expect(item.act({ on: '2026-12-10', who: 'drafter', task: 'renew', outcome: 'renewed', contents: { 'repair-note': '已重新测评' } }).status).toBe('renewed')
  })
})
