import { describe, expect, test } from 'vitest'
import type { Json } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { ASSESSED, file } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, late, listed } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('quality', () => {
  const reported = (told = story()) => {
    const under = inForce(told)
    listed(told, 'parking', 'parking')
    return told.open({ on: '2026-09-16', who: 'operator', procedure: 'quality-issue', links: { agreement: under }, contents: { 'quality-report': { entry: 'parking', provider: 'parking-centre', 'sector-authority': 'transport-bureau', 'found-on': '2026-09-16', problem: '车位数为负值', sample: file('样例.csv') } } })
  }
  const verify = (outcome: string, result: string, on = '2026-09-23') => ({ on, who: 'parking', task: 'verify', outcome, contents: { verification: { result, reasons: '经核对源系统' } } })

  test('xa25-28.1a xa25-28.1b: the provider verifies by 2026-09-22 with reasons', () => {
    const open = reported()
    expect([open.due('verify'), open.effects('notify').at(-1)]).toMatchObject(['2026-09-22', { to: ['data-provider', 'implementing-agency'] }])
    open.refuses({ ...verify('confirmed', 'confirmed'), contents: { verification: { result: 'confirmed', reasons: '' } } }, 'content-must-be-present', 'xa25-28.1')
    open.refuses(verify('confirmed', 'not-confirmed'), 'result-must-agree-with-outcome', 'xa25-28.1')
  })

  test('xa25-28.1c xa25-11.1.5: confirmed on 2026-09-23, repaired by 2026-10-14, late but accepted on 2026-10-15', () => {
    const open = reported().act(verify('confirmed', 'confirmed'))
    expect(open.due('repair')).toBe('2026-10-14')
    expect(late(open.time('2026-10-14')).filter((one) => one['task'] === 'repair')).toEqual([])
    expect(late(open.time('2026-10-15')).filter((one) => one['task'] === 'repair')).toHaveLength(1)
    open.act({ on: '2026-10-15', who: 'parking', task: 'repair', outcome: 'repaired', contents: { 'quality-repair': { batch: 'B2', sha256: 'b'.repeat(64), note: '已更正负值' } } })
    expect([open.status, open.lateness('repair'), open.open]).toEqual(['repaired', 1, []])
  })

  test('xa25-28.1d xa25-28.1e: an objection stops the repair for a consultation; what is unresolved goes to the government', () => {
    const open = reported().act(verify('confirmed', 'partly')).act({ on: '2026-09-28', who: 'operator', task: 'object', outcome: 'object', contents: { 'quality-objection': '问题范围更大' } })
    expect([open.status, open.open]).toEqual(['disputed', ['state-operator', 'state-provider', 'state-sector']])
    const state = (who: string, task: string) => ({ on: '2026-09-29', who, task, outcome: 'stated', contents: { 'party-statement': '意见如前' } })
    open.act(state('operator', 'state-operator')).act(state('traffic', 'state-sector')).act(state('parking', 'state-provider'))
    open.act({ on: '2026-10-16', who: 'authority', task: 'settle', outcome: 'unresolved', contents: { 'consultation-result': '未达成一致' } })
    expect([open.status, open.open]).toEqual(['reported', ['report']])
    open.act({ on: '2026-10-20', who: 'authority', task: 'report', outcome: 'reported', contents: { 'government-report': '各方意见附后' } })
    open.refuses({ on: '2026-10-21', who: 'authority', task: 'decide', outcome: 'repair', contents: { 'government-decision': '应予整改' } }, 'actor-must-hold-office', 'xa25-28.1')
    expect(open.act({ on: '2026-10-21', who: 'mayor', task: 'decide', outcome: 'repair', contents: { 'government-decision': '应予整改' } }).open).toEqual(['repair-agreed'])
  })
})

describe('supervision', () => {
  test('xa25-12.1.5b xa25-32.3.2 xa25-34.4e: an order with dates; the day after it fails, the agency considers termination', () => {
    const told = story()
    const under = inForce(told)
    const order = (due: string) => ({
      on: '2026-09-08', who: 'drafter', procedure: 'correction', links: { agreement: under },
      contents: { 'correction-order': { number: '〔2026〕5号', clause: '8.2', facts: '未按约定报送', evidence: file('记录.pdf'), measures: [{ measure: '补报情况', requirement: '补齐', due }] } },
    })
    told.refusesOpening(order('2026-09-08'), 'correction-due-must-lie-ahead', 'xa25-32.3.2')
    const open = told.open(order('2026-09-22'))
    expect(open.time('2026-09-22').open).toEqual(['correct@measures=补报情况'])
    expect([open.time('2026-09-23').status, open.open]).toEqual(['failed', ['consider@measures=补报情况']])
    const met = told.open(order('2026-09-22')).act({ on: '2026-09-21', who: 'operator', task: 'correct', outcome: 'report', contents: { 'correction-report': { done: '已经补齐', proof: file('证明.pdf') } } })
    expect(met.act({ on: '2026-09-22', who: 'drafter', task: 'accept', outcome: 'accept', contents: { 'correction-opinion': '通过' } }).status).toBe('corrected')
  })

  const evaluation = (told: Story, under: StoryCase, year: number) =>
    told.open({ on: `${year + 1}-01-11`, who: 'drafter', procedure: 'operator-evaluation', links: { agreement: under }, contents: { 'period-from': `${year}-01-01`, 'period-to': `${year}-12-31` } })
  const graded = (year: number, grade: string, outcome = 'graded', items = ASSESSED, serious = false) => ({
    on: `${year + 1}-03-15`, who: 'director', task: 'assess', outcome,
    contents: { 'evaluation-items': items.map(({ item }) => ({ item: item ?? '', judgement: '达到目标' })), 'evaluation-grade': { grade, reason: '综合评价', 'serious-incident': serious } },
  })

  test('xa25-31.1a xa25-31.1.1 xa25-31.1.4 xa25-31.2a xa25-31.1.3: yearly, four contents, one of three grades', () => {
    const told = story()
    const under = inForce(told)
    const open = evaluation(told, under, 2026)
    expect(open.due('assess')).toBe('2027-03-31')
    open.refuses(graded(2026, '良好'), 'content-must-be-typed', 'xa25-31.2')
    open.refuses(graded(2026, 'qualified', 'graded', ASSESSED.slice(0, 3)), 'four-contents-must-be-assessed', 'xa25-31.1.4')
    open.refuses(graded(2026, 'excellent', 'graded', ASSESSED, true), 'excellent-must-be-without-serious-incident', 'xa25-31.1.3')
    expect(open.act(graded(2026, 'excellent')).open).toEqual(['report'])
  })

  test('xa25-31.1b xa25-31.1c: material with a declaration of truth', () => {
    const told = story()
    const open = evaluation(told, inForce(told), 2026)
    const give = (truthful: boolean) => ({ on: '2027-02-13', who: 'operator', task: 'material', outcome: 'given', contents: { 'evaluation-material': { summary: '运营平稳', files: file('资料.zip'), truthful, 'declared-by': '李明' } } })
    open.refuses(give(false), 'material-must-be-declared-true', 'xa25-31.1')
    expect(open.act(give(true)).open).toEqual(['assess'])
  })

  test('xa25-31.2b xa25-12.1.8c: reported to another person of the data authority, then public', () => {
    const told = story()
    const open = evaluation(told, inForce(told), 2026).act({ ...graded(2026, 'qualified'), who: 'drafter' })
    const receive = (who: string) => ({ on: '2027-03-16', who, task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收1号', date: '2027-03-16' } } })
    open.refuses(receive('drafter'), 'receiver-must-not-be-assessor', null)
    open.refuses({ on: '2027-03-16', who: 'drafter', task: 'publish', outcome: 'published', contents: {} }, 'step-must-be-open', 'xa25-12.1.8')
    expect(open.act(receive('authority')).open).toEqual(['publish'])
  })

  test('xa25-32.3.5: two unqualified grades in a row open the check, a grade between them does not', () => {
    const told = story()
    const under = inForce(told)
    const grade = (year: number, good: boolean) => evaluation(told, under, year).act(graded(year, good ? 'qualified' : 'unqualified', good ? 'graded' : 'failed'))
    expect(grade(2026, false).open).toEqual(['report'])
    expect(grade(2027, true).open).toEqual(['report'])
    expect(grade(2028, false).open).toEqual(['report'])
    const claim = { on: '2029-03-20', who: 'drafter', task: 'propose-termination', outcome: 'propose', contents: { 'termination-proposal': [{ ground: 'unqualified-twice', facts: '连续两次不合格', evidence: file('结果.pdf') }] } }
    under.refuses(claim, 'evaluation-must-have-failed-twice', 'xa25-32.3.5')
    expect(grade(2029, false).open).toEqual(['consider', 'report'])
    expect(under.act({ ...claim, on: '2030-03-20' }).open).toContain('hear')
  })

  test('xa25-34.5e xa25-34.5f: one report to three addressees, closed only with three receipts', () => {
    const told = story()
    const open = told.open({ on: '2026-08-12', who: 'operator', procedure: 'incident', links: { agreement: inForce(told) }, contents: { incident: { kind: 'leak', 'found-on': '2026-08-12', facts: '发现异常下载', measures: '已停用密钥' } } })
    const receive = (who: string, task: string) => ({ on: '2026-08-12', who, task, outcome: 'received', contents: { 'incident-receipt': '收到' } })
    const close = { on: '2026-08-20', who: 'operator', task: 'close', outcome: 'closed', contents: { 'incident-final': '已处置完毕' } }
    open.act(receive('drafter', 'receive-agency')).act(receive('authority', 'receive-authority'))
    open.refuses(close, 'step-must-be-open', 'xa25-34.5')
    expect(late(open.time('2026-08-14')).at(-1)?.['text']).toContain('网信部门')
    expect(open.act({ ...receive('cyberspace', 'receive-supervisor'), on: '2026-08-14' }).act(close).status).toBe('closed')
  })

  test('xa25-14.3a: an order to stop suspends at once, and only its office lifts it', () => {
    const told = story()
    const stop = told.open({ on: '2026-06-22', who: 'cyberspace', procedure: 'stop-order', contents: { 'stop-order': { product: 'P', ground: '存在安全风险', number: '网安〔2026〕1号' } } })
    expect(told.world.standings['product/P']).toBe('suspended')
    stop.refuses({ on: '2026-06-23', who: 'operator', task: 'lift', outcome: 'lift', contents: { 'lift-reason': '已整改' } }, 'actor-must-hold-office', 'xa25-14.3')
    stop.act({ on: '2026-06-24', who: 'cyberspace', task: 'lift', outcome: 'lift', contents: { 'lift-reason': '风险消除' } })
    expect(told.world.standings['product/P']).toBe('granted')
  })

  test('xa25-12.1.6c: a question of 2026-04-24 is to be answered by 2026-05-19', () => {
    const asked = story().open({ on: '2026-04-24', who: 'drafter', procedure: 'public-comment', contents: { 'public-comment': { 'received-on': '2026-04-24', text: '授权范围包括哪些数据' } } })
    expect(asked.due('answer')).toBe('2026-05-19')
    expect(late(asked.time('2026-05-19'))).toEqual([])
    expect(late(asked.time('2026-05-20'))).toHaveLength(1)
  })

  test('xa25-12.1.6b: the year’s report waits for each agency by 2027-03-31 and holds every authorization', () => {
    const told = story()
    const row = { id: 'a1', agency: 'data-bureau', 'credit-code': '91610100MA6ABCDE0X' }
    const period = { authorizations: [row], products: [] }
    const open = told.open({ on: '2027-01-01', who: 'platform', procedure: 'disclosure', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' }, facts: { period } })
    expect([open.open, open.due('disclose')]).toEqual([['disclose@agencies=data-bureau'], '2027-03-31'])
    const publish = (authorizations: Json) => ({
      on: '2027-03-15', who: 'drafter', task: 'disclose', outcome: 'publish',
      contents: { 'disclosure-report': { authorizations, 'resources-not-named': 0, products: [], 'resources-used': 0, calls: 0, 'free-calls': 0, consumers: 0 }, 'publication-record': { address: 'https://www.example.cn/1', date: '2027-03-15' } },
    })
    open.refuses(publish([]), 'every-authorization-must-be-disclosed', 'xa25-12.1.6')
    const named = { operator: '秦数据', 'credit-code': '91610100MA6ABCDE0X', 'selection-method': 'open-tender', 'agreement-date': '2026-05-15', content: '开发利用', scope: '停车、地铁', starts: '2026-05-18', ends: '2031-05-17' }
    expect(open.act(publish([named])).status).toBe('published')
  })

  test('xa25-35.1c xa25-37.1a: a finding is referred, and the decision is kept', () => {
    const told = story()
    const open = told.open({ on: '2026-09-16', who: 'authority', procedure: 'referral', contents: { referral: { subject: '秦数据', facts: '超范围使用', law: '数据安全法', evidence: file('证据.pdf') } } })
    expect(open.due('investigate')).toBe('2026-10-20')
    open.act({ on: '2026-11-20', who: 'cyberspace', task: 'investigate', outcome: 'decide', contents: { penalty: { number: '网罚1号', date: '2026-11-20', content: '罚款十万元' } } })
    expect(told.world.registers['penalties']?.['网罚1号']).toMatchObject({ subject: '秦数据', date: '2026-11-20' })
  })

  test('xa25-39.1a xa25-39.1b: an older operation has a task for each gap; a newer one is not older', () => {
    const older = (since: string) => ({ on: '2026-01-12', who: 'drafter', procedure: 'earlier-operation', contents: { 'earlier-operation': { name: '早期授权', since, gaps: [{ gap: '没有论证', due: '2026-06-30' }, { gap: '没有登记', due: '2026-09-30' }] } } })
    story().refusesOpening(older('2025-12-25'), 'operation-must-be-earlier', 'xa25-39.1')
    const open = story().open(older('2025-12-24'))
    expect(open.open.map((one) => open.due(one)).toSorted()).toEqual(['2026-06-30', '2026-09-30'])
  })
})
