import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { SHARES, agreement, award, bids, documents, fairReview, file, qualification } from '#tests/support/xian-contents.ts'
import { XIAN, draftConsulted, planInForce, selectionConcluded, selectionScored } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const preparing = (told: Story) => {
  const planned = planInForce(told)
  return told.open({ on: '2026-04-17', who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft: draftConsulted(told) }, contents: { 'case-name': '运营机构选定' } })
}
const prepare = (change: JsonObject = {}, on = '2026-04-20') => ({ on, who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents(change) } })
const review = (finding = 'none', on = '2026-04-20', who = 'reviewer') => ({ on, who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(['注册资本不低于1000万元'], finding) } })
const bidding = (told = story()) => preparing(told).act(prepare()).act(review()).act({ on: '2026-04-20', who: 'drafter', task: 'publish-documents', outcome: 'published' })
const receive = (rows: JsonObject[], on = '2026-05-06') => ({ on, who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: rows } })

describe('a selection', () => {
  test('xa25-21.1b: one named candidate without competition is refused on 2026-04-20; the price clause is not changed after the result of 2026-05-08', () => {
    const open = preparing(story())
    open.refuses(prepare({ method: 'direct-award' }), 'content-must-be-typed', 'xa25-21.1')
    open.refuses(prepare({ method: null }), 'content-must-be-present', 'xa25-21.1')
    bidding().refuses(receive(bids(['qin-data', 'other-data'])), 'bidders-must-be-enough', 'xa25-21.1')
    for (const [method, enough] of [['invited-tender', 3], ['negotiation', 2]] as const) {
      const other = preparing(story()).act(prepare({ method })).act(review()).act({ on: '2026-04-20', who: 'drafter', task: 'publish-documents', outcome: 'published' })
      const bidders = ['qin-data', 'other-data', 'third-data']
      other.refuses(receive(bids(bidders.slice(0, enough - 1))), 'bidders-must-be-enough', 'xa25-21.1')
      expect(other.act(receive(bids(bidders.slice(0, enough)))).open).toEqual(['score'])
    }
    const told = story()
    const planned = planInForce(told)
    const draft = draftConsulted(told)
    const concluded = told.open({ on: '2026-05-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: planned, draft, selection: selectionConcluded(told, planned, draft) }, contents: { 'case-name': '授权运营协议' } })
    const changed = (SHARES as JsonObject[]).map((row) => ({ ...row, ground: '事后另定' })) // a table of the sample
    concluded.refuses({ on: '2026-05-12', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement({ accounting: { 'cost-and-revenue': '单独核算', distribution: changed } }) } }, 'agreement-must-keep-to-the-draft', 'xa25-21.1')
  })

  test('xa25-6.1a: documents that ask for local projects are not issued on 2026-03-10; without the condition they are', () => {
    const open = preparing(story()).act(prepare())
    expect(open.refuses(review('local-record'), 'competition-must-not-be-restricted', 'xa25-6.1').message).toContain('注册资本不低于1000万元')
    for (const finding of ['local-registration', 'ownership-form', 'named-brand', 'exclusive', 'other']) open.refuses(review(finding), 'competition-must-not-be-restricted', 'xa25-6.1')
    open.refuses({ on: '2026-04-20', who: 'drafter', task: 'publish-documents', outcome: 'published' }, 'step-must-be-open', 'xa25-21.1')
    open.refuses(review('none', '2026-04-20', 'drafter'), 'reviewer-must-not-be-author', null)
    open.refuses({ ...review(), contents: { 'fair-competition-review': fairReview(['别的条件']) } }, 'every-condition-must-be-reviewed', 'xa25-6.1')
    const published = open.act(review()).act({ on: '2026-04-21', who: 'drafter', task: 'publish-documents', outcome: 'published' })
    expect([published.status, published.effects('publish')]).toMatchObject(['bidding', [{ kind: 'operator-selection', method: 'open-tender' }]])
  })

  test('xa25-3.5: a limited partnership’s bid is refused, a limited company’s is taken, and no other kind becomes the operator', () => {
    const rows = (kind: string) => bids(['qin-data', 'other-data', 'third-data']).map((row, index) => ({ ...row, kind: index === 2 ? kind : 'company' }))
    for (const kind of ['partnership', 'branch', 'person']) expect(bidding().refuses(receive(rows(kind)), 'operator-must-be-a-legal-person', 'xa25-3.5').message).toContain('third-data')
    expect(bidding().act(receive(rows('company'))).open).toEqual(['score'])
    const told = story()
    const open = selectionScored(told, planInForce(told), draftConsulted(told))
    const choose = (winner: string) => ({ on: '2026-05-08', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award(winner), 'operator-qualification': qualification(winner) } })
    open.refuses(choose('third-data'), 'operator-must-be-a-legal-person', 'xa25-3.5')
    expect(open.act(choose('qin-data')).open).toEqual(['publicize'])
  })

  test('xa25-37.1a: excluded by a decision of 2026-11-20 until 2027-11-19, a bid of 2027-01-11 is refused; on 2027-11-22 it is taken', () => {
    const told = story()
    const finding = told.open({ on: '2026-09-16', who: 'authority', procedure: 'referral', contents: { referral: { subject: '长安数据有限公司', facts: '超范围使用数据', law: '数据安全法', evidence: file('证据.pdf') } } })
    finding.act({ on: '2026-11-20', who: 'cyberspace', task: 'investigate', outcome: 'decide', contents: { penalty: { number: '网罚1号', date: '2026-11-20', content: '一年内不得从事数据业务', organization: 'other-data', 'excluded-until': '2027-11-19' } } })
    expect([told.world.registers['penalties']?.['网罚1号'], told.world.registers['exclusions']?.['other-data']]).toMatchObject([{ date: '2026-11-20' }, { until: '2027-11-19', number: '网罚1号' }])
    const open = bidding(told)
    const refusal = open.refuses(receive(bids(['qin-data', 'other-data', 'third-data']), '2027-01-11'), 'bidder-must-not-be-excluded', 'xa25-37.1')
    expect(refusal.message).toMatch(/other-data.*2027-11-19/)
    expect(open.act(receive(bids(['qin-data', 'other-data', 'third-data']), '2027-11-22')).open).toEqual(['score'])
  })
})
