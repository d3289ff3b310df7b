import { describe, expect } from 'vitest'
import { decideByPolicy } from '#core/decision/policy.ts'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { file, scores } from '#tests/support/authorization-contents.ts'
import { planInForce, selectionWithBids } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { begun, fresh, law, productOf, running } from '#tests/support/chengdu-oversight-story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('sanctions')


describe('liability', () => {
  test('cd26-33.1e: the termination of 2026-11-16 after an overdue rectification, decided on 2026-12-01, has a liability file that stays open until an outcome is entered', () => {
    const { story, agreement } = begun()
    const record = { clause: '协议第八条第二款', facts: '超出约定场景使用数据', 'found-on': '2026-10-12', evidence: file('检查记录.pdf') }
    const grounds = { 'exit-grounds': [{ ground: 'breach', facts: '整改期限届满未完成', evidence: file('核查.pdf'), clause: '协议第八条第二款' }], 'exit-draft': '拟终止授权运营协议，请提出意见。' }
    const rectification = story.open({ on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement }, contents: { 'breach-record': record } })
      .act({ on: '2026-10-12', who: 'director', task: 'order', outcome: 'issue', contents: { 'rectification-order': { reason: '超出约定场景', measures: [{ measure: '停止作业', requirement: '删除结果' }] }, 'rectification-due': '2026-11-13' } })
      .time('2026-11-14')
      .act({ on: '2026-11-16', who: 'director', task: 'termination', outcome: 'terminate', contents: grounds })
    lastCase(story, 'exit').time('2026-11-24')
      .act({ on: '2026-12-01', who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '逾期未完成整改，决定终止协议', answer: '没有提出意见', 'destroy-by': '2026-12-15', arrangements: '通知使用方停止使用' } } })
    const file33 = lastCase(story, 'liability')
    expect([file33.state.links, file33.open, file33.status]).toEqual([{ agreement: agreement.id, rectification: rectification.id }, ['list'], 'listing'])
    const measures = [{ measure: '违约金请求', kind: 'claim', owner: '法规处' }, { measure: '移送网信部门', kind: 'referral', owner: '安全处' }]
    file33.refuses({ on: '2026-12-02', who: 'director', task: 'list', outcome: 'listed', contents: { 'liability-measures': [] } }, 'content-must-be-present', 'cd26-33.1')
    file33.refuses({ on: '2026-12-02', who: 'authority', task: 'list', outcome: 'listed', contents: { 'liability-measures': measures } }, 'actor-must-hold-office', 'cd26-33.1')
    file33.act({ on: '2026-12-02', who: 'director', task: 'list', outcome: 'listed', contents: { 'liability-measures': measures } })
    const conclude = (measure: string, outcome: string | null) => ({ on: '2027-01-11', who: 'drafter', task: `pursue@measures=${measure}`, outcome: 'concluded', contents: { 'liability-outcome': outcome } })
    file33.refuses(conclude('违约金请求', null), 'content-must-be-present', 'cd26-33.1')
    file33.act(conclude('违约金请求', '已支付违约金'))
    expect(file33.status).toBe('pursuing')
    expect(file33.act(conclude('移送网信部门', '已经立案查处')).status).toBe('closed')
  })

  test('an exit for another reason opens no liability file', () => {
    const { story, agreement } = begun()
    const contents = { 'exit-grounds': [{ ground: 'own-request', facts: '运营机构申请提前终止', evidence: file('申请.pdf') }], 'exit-draft': '拟终止授权运营协议，请提出意见。' }
    story.open({ on: '2026-11-02', who: 'director', procedure: 'exit', links: { agreement }, contents })
      .time('2026-11-10')
      .act({ on: '2026-11-10', who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '运营机构申请，经审核同意', answer: '没有提出意见', 'destroy-by': '2026-12-15', arrangements: '通知使用方停止使用' } } })
    expect([...story.cases.values()].filter((one) => one.state.procedure === 'liability')).toEqual([])
  })
})

describe('harm and breaches of law', () => {
  test('cd26-33.2a: a report of 2026-11-02 is a case of the agency due on 2026-11-16; pausing the product takes effect at once', () => {
    const { story, agreement } = running()
    const offered = productOf(story, agreement, ['GJ-1'], '空气质量查询')
    const report = (change: JsonObject = {}) => ({ on: '2026-11-02', who: 'visitor', procedure: 'harm-report', contents: { 'harm-report': { against: '蓉城数据实验室有限公司', facts: '产品泄露商户经营数据', product: offered.id, ...change } } })
    story.refusesOpening(report({ facts: '' }), 'content-must-be-present', 'cd26-33.2')
    story.refusesOpening({ ...report(), who: 'developer' }, 'actor-must-hold-office', 'cd26-33.2')
    const open = story.open(report())
    expect([open.open, open.due('handle')]).toEqual([['handle', 'measure'], '2026-11-16'])
    expect(open.effects('notify')[0]).toMatchObject({ to: ['implementing-agency'], notice: '收到损害举报' })
    const pause = { on: '2026-11-02', who: 'drafter', task: 'measure', outcome: 'pause', contents: { 'harm-measure': { product: offered.id, reason: '防止继续损害' } } }
    open.refuses({ ...pause, who: 'authority' }, 'actor-must-hold-office', 'cd26-33.2')
    open.act(pause)
    expect(story.world.standings[`product/${offered.id}`]).toBe('suspended')
    const policy = law.pack.policies['service-access']
    const verdict = policy === undefined ? null : decideByPolicy(policy, { identity_verified: true, key_revoked: false, agreement: 'granted', released: true, product: 'suspended', suspended_supplies: 0 })
    expect(verdict?.allow === false && verdict.refusal.code).toBe('product-must-be-on-offer')
    expect(open.events.find((event) => event.type === 'effect-intended' && event.effect === 'standing.set')).toMatchObject({ basis: { provision: 'cd26-33.2' } })
    open.act({ on: '2026-11-09', who: 'drafter', task: 'lift', outcome: 'lifted', contents: { 'measure-lift': '已改正违法情形' } })
    expect(story.world.standings[`product/${offered.id}`]).toBe('granted')
    open.refuses({ on: '2026-11-16', who: 'drafter', task: 'handle', outcome: 'closed' }, 'content-must-be-present', 'cd26-33.2')
    open.act({ on: '2026-11-16', who: 'drafter', task: 'handle', outcome: 'closed', contents: { 'harm-outcome': '已核实，责令改正' } })
    expect([open.status, open.open]).toEqual(['closed', []])
    const late = story.open(report()).time('2026-11-17')
    expect(late.effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], task: 'handle' })
  })

  test('cd26-33.2b: a case of 2026-11-02 on personal information, referred on 2026-11-04 with hashed logs, stands as “referred, no outcome yet”', () => {
    const story = fresh()
    const logs = [{ name: '调用日志', sha256: hashOf('调用日志') }]
    const refer = (change: JsonObject = {}) => ({ on: '2026-11-04', who: 'drafter', procedure: 'referral', contents: { referral: { subject: '蓉城数据实验室有限公司', field: 'personal-information', facts: '2026年11月2日发现产品展示个人姓名', authority: 'cyberspace-office', logs, ...change } } })
    story.refusesOpening(refer({ logs: [] }), 'content-must-be-present', 'cd26-33.2')
    story.refusesOpening(refer({ logs: [{ name: '调用日志', sha256: '无' }] }), 'content-must-be-typed', 'cd26-33.2')
    story.refusesOpening({ ...refer(), who: 'operator' }, 'actor-must-hold-office', 'cd26-33.2')
    const open = story.open(refer())
    expect([open.status, law.pack.procedures['referral']?.statuses['referred'], open.effects('notify')[0]]).toEqual(['referred', '已移送，尚无结果', expect.objectContaining({ to: ['supervisor'], notice: '违法线索移送' })])
    open.refuses({ on: '2026-11-05', who: 'auditor', task: 'receive', outcome: 'received' }, 'actor-must-be-concerned-organization', 'cd26-33.2')
    open.refuses({ on: '2026-11-05', who: 'drafter', task: 'decide', outcome: 'decided', contents: { 'referral-outcome': '罚款' } }, 'step-must-be-open', 'cd26-33.2')
    open.act({ on: '2026-11-05', who: 'cyberspace', task: 'receive', outcome: 'received' })
    expect(open.status).toBe('received')
    open.refuses({ on: '2026-11-30', who: 'drafter', task: 'decide', outcome: 'decided', contents: { 'referral-outcome': '罚款' } }, 'actor-must-hold-office', 'cd26-33.2')
    open.act({ on: '2026-11-30', who: 'cyberspace', task: 'decide', outcome: 'decided', contents: { 'referral-outcome': '责令改正并罚款' } })
    expect([open.status, open.effects('notify').at(-1)]).toEqual(['decided', expect.objectContaining({ to: ['implementing-agency', 'data-authority'] })])
  })

  test('cd26-33.2c: a final penalty of 2026-11-16 against B stands in its credit file on 2026-11-20 for the reviewers; without a decision number it is refused; the law takes it out', () => {
    const story = fresh()
    const enter = (change: JsonObject = {}) => ({ on: '2026-11-17', who: 'cyberspace', procedure: 'credit-entry', contents: { 'credit-entry': { subject: 'other-data', number: '川网信罚〔2026〕8号', date: '2026-11-16', law: '中华人民共和国个人信息保护法第六十六条', content: '罚款五十万元', ...change } } })
    story.refusesOpening(enter({ number: '' }), 'content-must-be-present', 'cd26-33.2')
    story.refusesOpening(enter({ law: '' }), 'content-must-be-present', 'cd26-33.2')
    story.refusesOpening(enter({ date: '2026-11-18' }), 'decision-must-have-been-made', 'cd26-33.2')
    story.refusesOpening({ ...enter(), who: 'drafter' }, 'actor-must-hold-office', 'cd26-33.2')
    const open = story.open(enter())
    const record = () => story.world.registers['credit-entries']?.['other-data']
    expect(record()).toEqual({ authority: 'cyberspace-office', number: '川网信罚〔2026〕8号', date: '2026-11-16', law: '中华人民共和国个人信息保护法第六十六条', content: '罚款五十万元' })
    expect(open.effects('notify')[0]).toMatchObject({ to: ['data-authority', 'implementing-agency'] })
    const bidders = ['tianfu-data', 'other-data', 'third-data']
    const selection = selectionWithBids(story, planInForce(story))
    const score = (rows: Json[]) => ({ on: '2026-11-20', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: rows } })
    expect(selection.refuses(score(scores(bidders)), 'credit-entry-must-be-considered', 'cd26-14.1').message).toContain('第2家')
    selection.act(score(scores(bidders).map((row) => (isObject(row) && row['organization'] === 'other-data' ? { ...row, credit: '罚款尚未缴清，信用状况较差' } : row))))
    expect(selection.open).toEqual(['award'])
    open.refuses({ on: '2027-11-16', who: 'cyberspace', task: 'remove', outcome: 'removed' }, 'content-must-be-present', 'cd26-33.2')
    open.act({ on: '2027-11-16', who: 'cyberspace', task: 'remove', outcome: 'removed', contents: { 'credit-removal': '公示期满，依法移出' } })
    expect([open.status, record()?.['ended']]).toEqual(['removed', '公示期满，依法移出'])
  })
})
