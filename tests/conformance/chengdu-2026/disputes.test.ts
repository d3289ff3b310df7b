import { describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { fresh, running } from '#tests/support/chengdu-oversight-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('disputes')

describe('a dispute between provider and operator', () => {
  const RECORD: JsonObject = { meeting: '2026-08-10', outcome: '提供单位缩小范围提供，运营机构补充保护措施' }

  test('cd26-32.1: the rejection of 2026-07-20 disputed on 2026-07-27 is one task of both offices; the provider is asked, and the outcome has both signatures', () => {
    const { story, agreement } = running()
    const dispute = (who: string, change: JsonObject = {}) => ({ on: '2026-07-27', who, procedure: 'dispute', links: { agreement }, contents: { 'dispute-statement': { provider: 'transport-bureau', matter: '2026年7月20日对公交线路数据需求审核不通过', claim: '所引条款不适用于线路数据', ...change } } })
    story.refusesOpening(dispute('operator', { claim: '' }), 'content-must-be-present', 'cd26-32.1')
    story.refusesOpening(dispute('consumer'), 'actor-must-hold-office', 'cd26-32.1')
    story.refusesOpening({ ...dispute('operator'), links: {} }, 'dispute-must-concern-an-agreement', 'cd26-32.1')
    const open = story.open(dispute('operator'))
    expect([open.open, open.due('coordinate'), open.status]).toEqual([['coordinate', 'state'], '2026-08-24', 'stating'])
    expect(open.effects('notify')[0]).toMatchObject({ to: ['data-authority', 'public-data-manager', 'data-provider'], notice: '争议协调' })
    open.refuses({ on: '2026-07-29', who: 'environment', task: 'state', outcome: 'stated', contents: { 'party-statement': '坚持原审核意见' } }, 'actor-must-be-concerned-organization', 'cd26-32.1')
    open.act({ on: '2026-07-29', who: 'transport', task: 'state', outcome: 'stated', contents: { 'party-statement': '线路数据涉及安全设施' } })
    open.refuses({ on: '2026-08-10', who: 'drafter', task: 'coordinate', outcome: 'proposed', contents: { 'coordination-record': RECORD } }, 'actor-must-hold-office', 'cd26-32.1')
    open.act({ on: '2026-08-10', who: 'authority', task: 'coordinate', outcome: 'proposed', contents: { 'coordination-record': RECORD } })
    expect([open.open, open.status]).toEqual([['sign-authority', 'sign-manager'], 'signing'])
    const sign = (who: string, hash = hashOf(RECORD)) => ({ on: '2026-08-11', who, task: who === 'authority' ? 'sign-authority' : 'sign-manager', outcome: 'sign', contents: { 'coordination-signature': hash } })
    open.refuses(sign('authority', 'f'.repeat(64)), 'signature-must-be-on-the-proposed-text', 'cd26-32.1')
    open.act(sign('authority'))
    expect(open.status).toBe('signing')
    open.refuses({ ...sign('authority'), task: 'sign-manager' }, 'actor-must-hold-office', 'cd26-32.1')
    open.act(sign('manager'))
    expect([open.status, open.open]).toEqual(['resolved', []])
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-provider', 'implementing-agency'], text: RECORD['outcome'] })
    // The provider may begin it as well; other work goes on.
    expect(story.open(dispute('transport')).state.opened_by.office).toBe('data-provider')
    expect([story.world.standings['supply/GJ-1'], agreement.status]).toEqual(['granted', 'in-force'])
    expect(story.open(dispute('operator')).time('2026-08-25').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], task: 'coordinate' })
  })
})

test('a dispute needs an agreement', () => {
  fresh().refusesOpening({ on: '2026-07-27', who: 'operator', procedure: 'dispute', contents: {} }, 'dispute-must-concern-an-agreement', 'cd26-32.1')
})
