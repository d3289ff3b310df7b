import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { decision, file } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, last, late, signedBy, signing, supplied } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('the ways to an end', () => {
  test('xa25-13.1.1: no workspace before the agreement is in force; from its first day it is granted', () => {
    const told = story()
    const open = signedBy(signing(told))
    const space = (on: string) => ({ on, who: 'operator', procedure: 'workspace', links: { agreement: open }, contents: { workspace: { name: '停车分析', kind: 'isolated', purpose: '停车引导', rules: '第一版', entries: [{ entry: 'parking' }] } } })
    told.open({ on: '2026-05-15', who: 'operator', procedure: 'security-file', links: { agreement: open }, contents: { 'security-file': { officer: '李安', 'graded-protection': '61010026001', 'valid-until': '2027-07-31', 'emergency-plan': file('应急预案.pdf'), contracts: '无' } } })
    expect([open.time('2026-05-17').status, told.world.standings[`agreement/${open.id}`]]).toEqual(['signed', undefined])
    told.refusesOpening(space('2026-05-17'), 'workspace-must-rest-on-agreement', 'xa25-13.1.1')
    open.time('2026-05-18')
    told.refusesOpening(space('2026-05-17'), 'workspace-must-begin-with-agreement', 'xa25-13.1.1')
    const workspace = told.open(space('2026-05-18'))
    expect([open.status, told.world.standings[`agreement/${open.id}`], told.world.standings[`workspace/${workspace.id}`]]).toEqual(['in-force', 'granted', 'granted'])
  })

  test('xa25-32.1: until 2031-05-17 it is in force; on 2031-05-18 it has ended by itself, rights are closed and the exit tasks are open', () => {
    const told = story()
    const open = inForce(told)
    expect([open.time('2031-05-17').status, told.world.standings[`agreement/${open.id}`]]).toEqual(['in-force', 'granted'])
    open.time('2031-05-18')
    expect([open.status, told.world.standings[`agreement/${open.id}`]]).toEqual(['ended', 'revoked'])
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency', 'data-authority'], text: '授权运营期限届满' })
    expect([last(told, 'exit').open, last(told, 'exit').state.links['agreement']]).toEqual([['confirm-closure', 'deregister', 'destruction', 'key-destruction'], open.id])
    expect(open.open.filter((one) => ['run', 'request-exit', 'propose-termination'].includes(one))).toEqual([])
    expect(open.effects('publish').at(-1)).toMatchObject({ kind: 'agreement-ended', 'ended-on': '2031-05-18' })
  })

  const ask = { on: '2026-11-02', who: 'operator', task: 'request-exit', outcome: 'request', contents: { 'exit-request': { clause: '第八条', reason: '业务调整', arrangements: '移交使用主体', proposed: '2026-12-31' } } }
  const consent = (ends: string) => ({ on: '2026-11-16', who: 'drafter', task: 'consent-exit', outcome: 'consent', contents: { 'exit-consent': { 'ends-on': ends, opinion: '同意退出' } } })

  test('xa25-32.2: asked on 2026-11-02 it runs on without consent; with that of 2026-11-16 it ends after 2026-12-31', () => {
    const declined = inForce(story()).act(ask)
    expect([declined.status, declined.due('consent-exit')]).toEqual(['in-force', '2026-11-16'])
    declined.refuses({ on: '2026-11-09', who: 'operator', task: 'leave', outcome: 'left', contents: {} }, 'step-must-be-open', 'xa25-32.2')
    declined.act({ on: '2026-11-09', who: 'drafter', task: 'consent-exit', outcome: 'decline', contents: { opinion: '正在履行，不同意' } })
    expect([declined.status, declined.open.includes('request-exit#2')]).toEqual(['in-force', true])
    const told = story()
    const left = inForce(told).act(ask)
    left.refuses(consent('2026-11-15'), 'exit-must-lie-ahead', 'xa25-32.2')
    left.refuses(consent('2031-05-18'), 'exit-must-lie-within-term', 'xa25-32.1')
    left.act(consent('2026-12-31'))
    expect(left.time('2026-12-31').status).toBe('in-force')
    expect([left.time('2027-01-01').status, told.world.standings[`agreement/${left.id}`], last(told, 'exit').status]).toEqual(['ended', 'revoked', 'closing'])
  })

  test('xa25-32.4b: at the end of 2026-12-31 every right under the agreement closes by itself, and the agency confirms the list', () => {
    const told = story()
    const under = inForce(told)
    told.open({ on: '2026-06-01', who: 'operator', procedure: 'security-file', links: { agreement: under }, contents: { 'security-file': { officer: '李安', 'graded-protection': '61010026001', 'valid-until': '2027-07-31', 'emergency-plan': file('应急预案.pdf'), contracts: '无' } } })
    const spaces = [1, 2, 3].map((index) => told.open({ on: '2026-06-02', who: 'operator', procedure: 'workspace', links: { agreement: under }, contents: { workspace: { name: `空间${index}`, kind: 'isolated', purpose: '停车引导', rules: '第一版', entries: [{ entry: 'parking' }] } } }))
    under.act(ask).act(consent('2026-12-31')).time('2027-01-01')
    expect(spaces.map((one) => told.world.standings[`workspace/${one.id}`])).toEqual(['revoked', 'revoked', 'revoked'])
    expect(under.effects('access.revoke')).toMatchObject([{ agreement: under.id }])
    const exit = last(told, 'exit')
    const confirm = (contents: Record<string, JsonObject>) => ({ on: '2027-01-04', who: 'drafter', task: 'confirm-closure', outcome: 'confirmed', contents })
    exit.refuses(confirm({}), 'content-must-be-present', 'xa25-32.4')
    exit.refuses({ ...confirm({ 'permission-closure': { closed: '密钥十二个、工作空间三个', archived: '方案、协议、日志' } }), who: 'operator' }, 'actor-must-hold-office', 'xa25-32.4')
    expect(exit.act(confirm({ 'permission-closure': { closed: '密钥十二个、工作空间三个', archived: '方案、协议、日志' } })).open).not.toContain('confirm-closure')
  })
})

describe('a unilateral end', () => {
  const propose = (row: JsonObject, on = '2026-11-10') => ({ on, who: 'drafter', task: 'propose-termination', outcome: 'propose', contents: { 'termination-proposal': [{ facts: '事实清楚', evidence: file('证据.pdf'), ...row }] } })

  test('xa25-32.3a: “better offers” is no ground on 2026-11-10; with one the hearing ends on 2026-11-17 and the agency decides together', () => {
    const told = story()
    const open = inForce(told)
    open.refuses(propose({ ground: 'better-offers' }), 'content-must-be-typed', 'xa25-32.3')
    open.refuses({ ...propose({ ground: 'policy' }), contents: { 'termination-proposal': [{ ground: 'policy', facts: '事实清楚' }] } }, 'content-must-be-present', 'xa25-32.3')
    const row = { ground: 'incident', grade: 'serious', 'severe-consequences': '大量数据泄露' }
    open.act(propose(row))
    expect([open.due('hear'), open.status]).toEqual(['2026-11-17', 'in-force'])
    const decides = { on: '2026-11-18', who: 'director', task: 'decide-termination', outcome: 'terminate' }
    open.refuses({ ...decides, contents: {} }, 'step-must-be-open', 'xa25-32.3')
    expect(open.time('2026-11-17').open).toContain('hear')
    open.time('2026-11-18')
    const text: Json = [{ facts: '事实清楚', evidence: file('证据.pdf'), ...row }]
    open.refuses({ ...decides, contents: { 'termination-decision': { ...decision('别的文本', '2026-11-18'), reasons: '事故重大' } } }, 'decision-must-carry', 'xa25-32.3')
    open.act({ ...decides, contents: { 'termination-decision': { ...decision(text, '2026-11-18'), reasons: '事故重大，终止协议' } } })
    expect([open.status, told.world.standings[`agreement/${open.id}`], last(told, 'exit').status]).toEqual(['ended', 'revoked', 'closing'])
    const kept = inForce(story()).act(propose(row)).act({ on: '2026-11-12', who: 'operator', task: 'hear', outcome: 'commented', contents: { 'operator-comment': '已消除影响' } })
    kept.act({ on: '2026-11-13', who: 'director', task: 'decide-termination', outcome: 'continue', contents: { opinion: '继续履行' } })
    expect([kept.status, kept.open.includes('propose-termination#2')]).toEqual(['in-force', true])
  })

  const order = (told: Story, under: StoryCase) => told.open({
    on: '2026-09-08', who: 'drafter', procedure: 'correction', links: { agreement: under },
    contents: { 'correction-order': { number: '〔2026〕5号', clause: '8.2', facts: '未按约定报送', evidence: file('记录.pdf'), measures: [{ measure: '补报情况', requirement: '补齐', due: '2026-09-22' }] } },
  })

  test('xa25-32.3.2: an order of 2026-09-08 not met on 2026-09-23 opens the check; without an order this ground is refused', () => {
    const told = story()
    const open = inForce(told)
    open.refuses(propose({ ground: 'uncorrected' }), 'breach-must-name-clause', 'xa25-32.3.2')
    open.refuses(propose({ ground: 'uncorrected', clause: '8.2' }), 'correction-must-have-been-ordered', 'xa25-32.3.2')
    open.refuses(propose({ ground: 'uncorrected', clause: '8.2', order: '〔2026〕5号', 'failed-since': '2026-11-11' }), 'correction-time-must-have-passed', 'xa25-32.3.2')
    const ordered = order(told, open)
    expect(ordered.time('2026-09-22').open).toEqual(['correct@measures=补报情况'])
    expect([ordered.time('2026-09-23').status, ordered.open, ordered.state.tasks[0]?.organization]).toEqual(['failed', ['consider@measures=补报情况'], 'data-bureau'])
    expect(open.act(propose({ ground: 'uncorrected', clause: '8.2', order: '〔2026〕5号', 'failed-since': '2026-09-23' })).open).toContain('hear')
  })

  test('xa25-32.3.6: ground 6 without a provision is refused on 2026-10-19; with provision and finding the hearing opens', () => {
    const open = inForce(story())
    open.refuses(propose({ ground: 'other-unlawful', finding: '行政处罚决定' }, '2026-10-19'), 'other-ground-must-name-law', 'xa25-32.3.6')
    open.refuses(propose({ ground: 'other-unlawful', law: '数据安全法第四十五条' }, '2026-10-19'), 'other-ground-must-name-law', 'xa25-32.3.6')
    expect(open.act(propose({ ground: 'other-unlawful', law: '数据安全法第四十五条', finding: '行政处罚决定' }, '2026-10-19')).open).toContain('hear')
  })

  const found = (under: StoryCase, change: JsonObject, on: string) => ({ on, who: 'drafter', procedure: 'ground-check', links: { agreement: under }, contents: { 'ground-check': { source: '信用中国', 'published-on': on, document: file('文件.pdf'), ...change } } })

  test('xa25-32.3.1: a policy in force from 2026-08-01, entered on 2026-07-06, is reviewed for the agreement by then', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening(found(under, { ground: 'policy', effective: '2026-08-01' }, '2026-07-06'), 'policy-must-name-its-effect', 'xa25-32.3.1')
    told.refusesOpening(found(under, { ground: 'policy', provision: '第三条，民营机构不得运营' }, '2026-07-06'), 'policy-must-name-its-effect', 'xa25-32.3.1')
    const check = told.open(found(under, { ground: 'policy', effective: '2026-08-01', provision: '第三条，民营机构不得运营' }, '2026-07-06'))
    expect([check.open, check.due('review-policy'), check.state.tasks[0]?.organization]).toEqual([['review-policy'], '2026-08-01', 'data-bureau'])
    expect(check.act({ on: '2026-07-20', who: 'drafter', task: 'review-policy', outcome: 'terminate', contents: { 'policy-review': '主体资格不再具备' } }).status).toBe('considered')
  })

  test('xa25-32.3.3a: a restriction published on 2026-07-15 opens the check of 2026-08-03 with its document', () => {
    const told = story()
    const check = told.open(found(inForce(told), { ground: 'restricted', 'published-on': '2026-07-15' }, '2026-08-03'))
    expect([check.open, check.state.tasks[0]?.opened_on, check.due('consider')]).toEqual([['consider'], '2026-08-03', '2026-08-10'])
    check.refuses({ on: '2026-08-04', who: 'drafter', task: 'consider', outcome: 'waive', contents: {} }, 'content-must-be-present', 'xa25-32.3')
  })

  test('xa25-32.3.3b: an insolvency petition found on 2026-09-01 opens the check only after the judgement “serious”', () => {
    const told = story()
    const under = inForce(told)
    const sign = () => told.open(found(under, { ground: 'business-risk', 'published-on': '2026-08-12' }, '2026-09-01'))
    const judge = (outcome: string) => ({ on: '2026-09-02', who: 'drafter', task: 'judge-risk', outcome, contents: { 'risk-judgement': '债务超过资产' } })
    expect(sign().open).toEqual(['judge-risk'])
    expect(sign().act(judge('serious')).open).toEqual(['consider-risk'])
    const mild = sign().act(judge('not-serious'))
    expect([mild.status, mild.open]).toEqual(['kept', []])
  })

  test('xa25-32.3.3c: an order to stop business entered on 2026-08-18 opens the check, and new supplies wait for the agency', () => {
    const told = story()
    supplied(told)
    const under = last(told, 'operation-agreement')
    const demand = last(told, 'data-demand')
    const place = 'providers=metro-company/approved-items=metro'
    demand.act({ on: '2026-09-21', who: 'metro', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [{ ...decidedRow(demand), entry: 'metro' }] } })
      .act({ on: '2026-09-22', who: 'authority', task: 'authority-review@providers=metro-company', outcome: 'approve', contents: { 'authority-finding': { necessary: true, smallest: true, fits: true, opinion: '同意' } } })
      .act({ on: '2026-09-23', who: 'metro', task: `provision@${place}`, outcome: 'delivered', contents: { provision: { 'provide-by': 'batch-table', fields: ['station', 'hour', 'pm25'], rows: 1000, sha256: 'a'.repeat(64) }, 'first-batch-check': '校核无误' } })
      .act({ on: '2026-09-23', who: 'platform', task: `provision-receipt@${place}`, outcome: 'received', contents: { 'platform-receipt': { number: 'YTH-2', rows: 1000, sha256: 'a'.repeat(64), 'received-at': '2026-09-23T10:00:00+08:00' } } })
    const check = told.open(found(under, { ground: 'penalty', 'published-on': '2026-08-17' }, '2026-08-18'))
    const send = { on: '2026-09-24', who: 'drafter', task: `supply@${place}`, outcome: 'send' }
    demand.refuses(send, 'supply-must-wait-for-the-decision', 'xa25-32.3.3')
    check.act({ on: '2026-08-20', who: 'drafter', task: 'consider-penalty', outcome: 'waive', contents: { consideration: '处罚已履行' } })
    expect([told.world.registers['delivery-holds']?.[under.id], demand.act(send).open]).toMatchObject([{ state: 'released' }, expect.arrayContaining([`supply-receipt@${place}`])])
  })

  test('xa25-32.3.4: graded serious on 2026-09-03, the check opens on 2026-09-10 with the severe consequences, not before', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening(found(under, { ground: 'incident', 'incident-grade': 'large', consequences: '大量数据泄露' }, '2026-09-03'), 'incident-must-be-serious', 'xa25-32.3.4')
    told.refusesOpening(found(under, { ground: 'incident', 'incident-grade': 'serious' }, '2026-09-03'), 'incident-must-have-severe-consequences', 'xa25-32.3.4')
    const check = told.open(found(under, { ground: 'incident', 'incident-grade': 'serious', consequences: '大量数据泄露' }, '2026-09-10'))
    expect([check.open, check.state.tasks[0]?.opened_on]).toEqual([['consider'], '2026-09-10'])
    under.refuses(propose({ ground: 'incident', grade: 'large', 'severe-consequences': '严重后果' }), 'incident-must-be-serious', 'xa25-32.3.4')
    under.refuses(propose({ ground: 'incident', grade: 'serious' }), 'incident-must-have-severe-consequences', 'xa25-32.3.4')
  })
})

function decidedRow(demand: StoryCase): JsonObject {
  const [row] = demand.state.conclusions.length > 0 ? [demand.events.flatMap((event) => (event.type === 'step-concluded' && event.step === 'provider-review' ? [event.contents['review-decisions']] : []))[0]] : []
  return (row as JsonObject[])[0] ?? {} // the first provider's decision, a table
}

describe('the exit', () => {
  const ended = (told: Story) => {
    inForce(told).act({ on: '2026-06-01', who: 'operator', task: 'request-exit', outcome: 'request', contents: { 'exit-request': { clause: '第八条', reason: '业务调整', arrangements: '移交使用主体', proposed: '2026-06-29' } } })
      .act({ on: '2026-06-02', who: 'drafter', task: 'consent-exit', outcome: 'consent', contents: { 'exit-consent': { 'ends-on': '2026-06-29', opinion: '同意退出' } } }).time('2026-06-30')
    return last(told, 'exit')
  }
  const row = { copy: 'C1', kind: 'data', 'data-set': '停车数据', place: '授权运营平台', method: 'overwrite', tool: '覆写工具', 'destroyed-on': '2026-07-10', 'operator-person': '李明', witness: '王强', 'hash-before': 'a'.repeat(64), 'check-after': '无法恢复' }
  const copies = (count: number) => Array.from({ length: count }, (_, index) => ({ ...row, copy: `C${index + 1}`, ...(index < 40 ? {} : { kind: 'product', method: 'handed-over' }) }))
  const remove = (rows: Json, known = 46) => ({ on: '2026-07-14', who: 'operator', task: 'destruction', outcome: 'report', contents: { 'destruction-records': rows }, facts: { copies: Object.fromEntries(copies(known).map(({ copy }) => [copy, { copy }])) } })
  const accept = { on: '2026-07-15', who: 'drafter', task: 'destruction-acceptance', outcome: 'accept', contents: { 'destruction-opinion': '抽查通过' } }
  const confirm = { on: '2026-07-15', who: 'drafter', task: 'confirm-closure', outcome: 'confirmed', contents: { 'permission-closure': { closed: '密钥十二个', archived: '方案、协议、日志' } } }
  const cancel = (on: string, cancelled: number, total = 6) => ({ on, who: 'operator', task: 'deregister', outcome: 'done', contents: { deregistrations: Array.from({ length: total }, (_, index) => ({ registration: `GGSJ-${index + 1}`, ...(index < cancelled ? { 'cancelled-on': '2026-07-20' } : {}) })) } })
  const closing = (on: string) => ({ on, who: 'drafter', task: 'close', outcome: 'closed', contents: { 'exit-report': '退出事项均已完成' } })

  test('xa25-32.4d: ended on 2026-06-30 with 40 data sets and 6 products, 46 items are due on 2026-07-14; one without proof keeps it open', () => {
    const exit = ended(story())
    expect([exit.state.opened, exit.due('destruction')]).toEqual(['2026-06-30', '2026-07-14'])
    expect(exit.refuses(remove(copies(45)), 'every-copy-must-be-destroyed', 'xa25-32.4').message).toContain('C46')
    exit.refuses(remove(copies(46).map((one) => ({ ...one, witness: '李明' }))), 'destruction-must-be-witnessed', 'xa25-32.4')
    exit.refuses(remove(copies(46).map((one) => ({ ...one, 'destroyed-on': '2026-07-15' }))), 'destruction-must-have-happened', 'xa25-32.4')
    exit.refuses({ ...accept, on: '2026-07-14' }, 'step-must-be-open', 'xa25-32.4')
    exit.act(remove(copies(46)))
    exit.act({ ...accept, outcome: 'reject', contents: { 'destruction-opinion': '抽查一份未删除' } })
    expect(exit.open).toContain('destruction#2')
    expect(exit.act({ ...remove(copies(46)), on: '2026-07-16' }).act({ ...accept, on: '2026-07-17' }).open).not.toContain('destruction-acceptance#2')
  })

  test('xa25-32.4a: with all items but one done on 2027-01-20 the case stays open and shows it; then the agency signs the report', () => {
    const exit = ended(story()).act(remove(copies(46))).act(accept).act(confirm)
    exit.refuses(closing('2026-07-20'), 'step-must-be-open', 'xa25-32.4')
    expect([exit.status, exit.open, exit.state.tasks.map((one) => one.organization)]).toEqual(['closing', ['deregister', 'key-destruction'], ['platform', 'qin-data']])
    exit.act(cancel('2026-07-21', 6))
    exit.refuses({ ...closing('2026-07-22'), who: 'operator' }, 'actor-must-hold-office', 'xa25-32.4')
    exit.refuses({ ...closing('2026-07-22'), contents: {} }, 'content-must-be-present', 'xa25-32.4')
    expect(exit.act(closing('2026-07-22')).status).toBe('closed')
    expect(exit.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-authority'], notice: '退出完成' })
  })

  test('xa25-32.4e: with five of six codes cancelled on 2026-07-20 the exit stays open for the sixth', () => {
    const exit = ended(story()).act(remove(copies(46))).act(accept).act(confirm)
    expect(exit.refuses(cancel('2026-07-20', 5), 'every-registration-must-be-cancelled', 'xa25-32.4').message).toContain('第6项')
    expect(exit.open).toContain('deregister')
    expect(exit.act(cancel('2026-07-21', 6)).open).toContain('close')
  })

  test('xa25-32.4c: material of an agreement ended on 2026-12-31 is kept to 2029-12-31 and may go from 2030-01-01', () => {
    const told = story()
    const exit = ended(told).act(remove(copies(46))).act(accept)
    expect(told.world.registers['destructions']?.[exit.id]).toMatchObject({ 'keep-years': 3, operator: 'qin-data', 'recorded-on': '2026-07-14' })
    expect(law.pack.figures['record-keeping-years']?.golden).toMatchObject([{ from: '2026-12-31', due: '2029-12-31', late: '2030-01-01' }])
    expect(late(exit)).toEqual([])
    exit.refuses({ ...confirm, contents: { 'permission-closure': { closed: '密钥十二个', archived: '' } } }, 'content-must-be-present', 'xa25-32.4')
  })
})
