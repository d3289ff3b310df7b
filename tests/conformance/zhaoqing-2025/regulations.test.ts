import { describe, expect, test } from 'vitest'
import { startClock } from '#core/calendar/clock.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { figureOn, lengthOf } from '#core/procedure/figure.ts'
import { PackCopy } from '#tests/packs/pack-copy.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, determination } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('the rules themselves', () => {
  test('zq25-33.1a zq25-33.1b: govern what is opened from 2025-05-01 to 2028-04-30', () => {
    const told = story()
    const opening = (on: string) => ({ on, who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '实施方案', 'agency-determination': determination({ date: '2025-04-01' }) } })
    told.refusesOpening(opening('2025-04-30'), 'rules-must-be-in-force', 'zq25-33.1')
    expect(told.open(opening('2025-05-01')).status).toBe('allocating')
    expect(told.open(opening('2028-04-30')).status).toBe('allocating')
    told.refusesOpening(opening('2028-05-01'), 'rules-must-be-in-force', 'zq25-33.1')
  })

  test('zq25-33.1b: a year before the end the data authority must say what follows', () => {
    const opened = (on: string) => story().open({ on, who: 'platform', procedure: 'validity-review', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
    const review = (on: string, choice: string) => ({ on, who: 'planner', task: 'review', outcome: 'reviewed', contents: { 'validity-review': { decision: choice, reason: '结合实施情况研究' } } })
    expect(opened('2026-05-01').act(review('2027-04-30', 'keep')).status).toBe('reviewed')
    const last = opened('2027-05-01')
    expect(last.due('review')).toBe('2028-04-30')
    last.refuses(review('2027-05-01', 'keep'), 'expiry-must-be-settled-beforehand', 'zq25-33.1')
    expect(last.act(review('2027-05-01', 'replace')).effects('notify').at(-1)).toMatchObject({ to: ['government'] })
    expect(law.pack.duties['yearly-validity-review']?.every).toEqual({ unit: 'year', month_day: '05-01' })
  })

  test('zq25-7.1.3a zq25-7.1.3b zq25-17.1a: mechanisms are documents with version and date, issued by another than their author', () => {
    const told = story()
    const opened = told.open({ on: '2026-03-02', who: 'planner', procedure: 'mechanism', contents: { 'mechanism-document': { mechanism: 'registration', name: '公共数据资源登记制度', version: '1', 'in-force': '2026-03-02', document: file('登记制度.pdf') } } })
    opened.refuses({ on: '2026-03-02', who: 'planner', task: 'issue', outcome: 'issued' }, 'issuer-must-not-be-author', null)
    opened.act({ on: '2026-03-02', who: 'checker', task: 'issue', outcome: 'issued' })
    expect(told.world.registers['mechanisms']?.['registration']).toMatchObject({ version: '1', 'in-force': '2026-03-02' })
  })

  test('zq25-3.3c: guidance is confirmed by each operator it is addressed to', () => {
    const opened = story().open({ on: '2026-04-07', who: 'planner', procedure: 'guidance', contents: { 'guidance-text': '需求表填写说明', 'guidance-addressees': ['xijiang-data', 'b', 'c', 'd'].map((operator) => ({ operator })) } })
    opened.act({ on: '2026-04-08', who: 'operator', task: 'confirm@addressees=xijiang-data', outcome: 'confirmed' })
    expect(opened.open).toHaveLength(3)
  })

  test('zq25-32.1: only the bureau explains the measures, and its answer is published', () => {
    const opened = story().open({ on: '2026-06-22', who: 'operator', procedure: 'interpretation', contents: { 'interpretation-question': { provision: '第十九条', question: '共同签订如何理解' } } })
    opened.refuses({ on: '2026-07-06', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'interpretation-answer': '四方签署' } }, 'actor-must-hold-office', 'zq25-32.1')
    expect(opened.act({ on: '2026-07-06', who: 'planner', task: 'answer', outcome: 'answered', contents: { 'interpretation-answer': '四方签署' } }).effects('publish').at(-1)).toMatchObject({ title: '第十九条' })
  })

  test('zq25-15.1: a node stands on the government cloud or has a finding that it cannot', () => {
    const node = (change: JsonObject) => ({ on: '2026-06-01', who: 'operator', procedure: 'platform-node', contents: { 'platform-node': { name: '计算节点一', host: 'government-cloud', 'graded-protection': '44120026001', officer: '陈安', ...change } } })
    story().refusesOpening(node({ host: 'other' }), 'node-must-stand-on-existing-infrastructure', 'zq25-15.1')
    story().refusesOpening(node({ officer: '' }), 'content-must-be-present', 'zq25-29.3')
    expect(story().open(node({})).act({ on: '2026-06-01', who: 'checker', task: 'confirm', outcome: 'confirm' }).status).toBe('registered')
  })

  test('zq25-31.1: a county adopts the measures by a decision with its departures', () => {
    const adopt = (change: JsonObject) => ({ on: '2026-04-07', who: 'county', procedure: 'reference-adoption', contents: { 'reference-adoption': { number: '宁府〔2026〕2号', date: '2026-04-01', body: 'guangning-data', document: file('决定.pdf'), departures: [{ provision: '第七条', departure: '由县数据局负责', reason: '机构设置不同' }], ...change } } })
    story().refusesOpening(adopt({ document: null }), 'content-must-be-present', 'zq25-31.1')
    expect(story().open(adopt({})).act({ on: '2026-04-08', who: 'planner', task: 'record', outcome: 'recorded' }).effects('publish')).toHaveLength(1)
  })

  test('zq25-31.2a zq25-31.2b zq25-31.2c: a utility authorizes the use of its own data on its own terms, in public', () => {
    const opened = story().open({ on: '2026-06-01', who: 'waterworks', procedure: 'utility-authorization', contents: { 'utility-authorization': { kind: 'water', data: '分区用水量', 'excluded-fields': ['地址'], purpose: '漏损分析', price: '免费', ends: '2027-05-31', steps: '场景授权、开发利用服务协议' } } })
    opened.refuses({ on: '2026-06-01', who: 'county', task: 'publish', outcome: 'published' }, 'actor-must-hold-office', 'zq25-31.2')
    expect(opened.act({ on: '2026-06-01', who: 'waterworks', task: 'publish', outcome: 'published' }).effects('publish').at(-1)).toMatchObject({ kind: 'utility-authorization' })
    expect(opened.time('2027-05-31').status).toBe('in-force')
    expect(opened.time('2027-06-01').status).toBe('ended')
  })
})

describe('a newer rule of the state or the province', () => {
  const entering = { on: '2026-08-10', who: 'planner', procedure: 'superior-rule', contents: { 'superior-rule': { title: '广东省公共数据资源授权运营备案规定', number: '粤政数〔2026〕1号', rank: 'province', 'in-force': '2026-09-01', replaced: ['第十四条'], says: '协议签订后10个工作日内备案', document: file('规定.pdf') } } }

  test('zq25-31.3: is entered with its provisions and its day, and the data authority reviews the pack before that day', () => {
    const told = story()
    told.refusesOpening({ ...entering, who: 'operator' }, 'actor-must-hold-office', 'zq25-31.3')
    const opened = told.open(entering)
    expect([opened.due('review'), told.world.registers['superior-rules']?.['粤政数〔2026〕1号']]).toEqual(['2026-09-01', expect.objectContaining({ 'in-force': '2026-09-01', replaced: ['第十四条'], rank: 'province' })])
    expect(opened.effects('publish').at(-1)).toMatchObject({ kind: 'superior-rule', 'in-force': '2026-09-01' })
    opened.time('2026-09-02')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority'] })
    const review = (who: string) => ({ on: '2026-09-02', who, task: 'review', outcome: 'reviewed', contents: { 'superior-review': { change: 'new-version', reason: '备案期限改由省规定' } } })
    opened.refuses(review('agency'), 'actor-must-hold-office', 'zq25-31.3')
    expect(opened.act(review('planner')).status).toBe('reviewed')
  })

  test('zq25-31.3: its filing limit governs an agreement signed on 2026-09-02, due 2026-09-16; one of 2026-08-31 keeps the local setting', () => {
    const copy = new PackCopy()
    try {
      const provincial = `\n  variants:\n    - { value: 10, from: 2026-09-01, basis: { order: 广东省公共数据资源授权运营备案规定第三条 }, golden: [{ from: 2026-09-02, due: 2026-09-16, late: 2026-09-17 }] }`
      copy.change('zhaoqing-2025/figures.yaml', 'agreement-filing-days:', '\n  bound: at-most', `\n  bound: at-most${provincial}`)
      const provincialLaw: CaseLaw = { ...law, pack: packOf('zhaoqing-2025', copy.root) }
      const limit = (signed: string) => {
        const on = legalDate(signed)
        const figure = figureOn(provincialLaw, 'agreement-filing-days', on)
        const clock = startClock({ id: 'filing', ...lengthOf(figure, 'agreement-filing-days'), basis: { provision: 'zq25-31.3', kind: 'order' } }, on, 'signed')
        return [dueDateOf(clock, law.calendar).due, Object.keys(figure.basis)[0]]
      }
      expect(limit('2026-09-02')).toEqual(['2026-09-16', 'order'])
      expect(limit('2026-08-31')).toEqual(['2026-09-14', 'platform-default'])
    } finally {
      copy.remove()
    }
  })
})
