import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { application, job, offered, PROOF, released, releaseRequest, requested, VERIFIED, vote } from '#tests/support/offering-contents.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { agreementOverFour, fourEntries, SUPPLY_CAST } from '#tests/support/supply-story.ts'

const law = await lawOf('chengdu-2026')

function begun() {
  const story = new Story(law, SUPPLY_CAST)
  fourEntries(story)
  return { story, agreement: agreementOverFour(story) }
}
const round = (outcome: string) => ({ outcome, contents: { 'release-vote': vote() } })
const agency = { on: '2026-10-13', who: 'reviewer', task: 'agency-review' }
const environment = { on: '2026-10-13', who: 'environment', task: 'provider-review@providers=environment-bureau' }
const transport = { on: '2026-10-13', who: 'transport', task: 'provider-review@providers=transport-bureau' }

describe('reviewers of one output', () => {
  test('decide blind: whoever refuses ends nothing alone, and the last vote tells how all stand', () => {
    const { story, agreement } = begun()
    const asked = requested(story, agreement).act({ ...agency, ...round('refuse') })
    expect([asked.status, asked.open]).toEqual(['reviewing', ['provider-review@providers=environment-bureau', 'provider-review@providers=transport-bureau']])
    asked.act({ ...environment, ...round('refuse') }).act({ ...transport, ...round('refuse') })
    expect([asked.status, asked.open, asked.effects('environment.release')]).toEqual(['refused', [], []])
  })

  test('who differ are brought together by the data authority; nobody lets an output go over a refusal', () => {
    const { story, agreement } = begun()
    const asked = requested(story, agreement).act({ ...agency, ...round('pass') }).act({ ...environment, ...round('refuse') }).act({ ...transport, ...round('pass') })
    expect([asked.status, asked.open]).toEqual(['disputed', ['resolve']])
    const resolve = (outcome: string, who = 'authority') => ({ on: '2026-10-14', who, task: 'resolve', outcome, contents: { 'release-resolution': '提供单位已看到补充的抽样说明' } })
    asked.refuses(resolve('again', 'operator'), 'actor-must-hold-office', null)
    expect(Object.keys(law.pack.procedures['output-release']?.steps['resolve']?.outcomes ?? {})).toEqual(['again', 'changes', 'refuse'])
    asked.act(resolve('again'))
    expect([asked.status, asked.open.length]).toEqual(['reviewing', 3])
    const later = { on: '2026-10-15' }
    asked.act({ ...agency, task: 'agency-review#2', ...later, ...round('pass') }).act({ ...transport, task: 'provider-review@providers=transport-bureau#2', ...later, ...round('pass') })
    expect(asked.effects('environment.release')).toEqual([])
    asked.act({ ...environment, task: 'provider-review@providers=environment-bureau#2', ...later, ...round('pass') })
    expect([asked.status, asked.effects('environment.release').length]).toEqual(['released', 1])
  })

  test('who differ may also send it back with the words of the resolution, or end it', () => {
    const { story, agreement } = begun()
    const split = (): StoryCase => requested(story, agreement).act({ ...agency, ...round('refuse') }).act({ ...environment, ...round('pass') }).act({ ...transport, ...round('pass') })
    const resolve = (outcome: string) => ({ on: '2026-10-14', who: 'authority', task: 'resolve', outcome, contents: { 'release-resolution': '请把站点并为行政区' } })
    const back = split().act(resolve('changes'))
    expect([back.status, back.open, back.effects('notify').at(-1)]).toEqual(['revising', ['revise'], expect.objectContaining({ to: ['operator'], text: '请把站点并为行政区' })])
    expect(split().act(resolve('refuse')).status).toBe('refused')
  })
})

describe('a finding that blocks', () => {
  const asking = (agreement: StoryCase, facts: JsonObject = {}, change: JsonObject = {}) => ({
    on: '2026-10-12', who: 'operator', procedure: 'finding-waiver', links: { agreement },
    contents: { 'waiver-request': { job: 'job-1', reason: '该行业总额已由统计部门公开，占比不构成新的信息', ends: '2026-12-31', ...change } },
    facts: { job: job(agreement.id, { verdict: 'block', blocking: ['dominated-total'], statement: 's'.repeat(64), ...facts }) },
  })
  const consent = (who: string, task: string, on = '2026-10-13') => ({ on, who, task, outcome: 'consent', contents: { 'waiver-opinion': '理由成立，同意' } })

  test('is waived by agency and every provider, with reason and last day, on record; on the day after it is over', () => {
    const { story, agreement } = begun()
    const asked = story.open(asking(agreement)).act(consent('reviewer', 'agency-consent')).act(consent('environment', 'provider-consent@providers=environment-bureau'))
    expect([asked.status, story.world.registers['finding-waivers']]).toEqual(['asked', undefined])
    asked.act(consent('transport', 'provider-consent@providers=transport-bureau'))
    expect([asked.status, story.world.standings[`finding-waiver/${asked.id}`]]).toEqual(['granted', 'granted'])
    expect(story.world.registers['finding-waivers']?.[asked.id]).toMatchObject({ findings: ['dominated-total'], statement: 's'.repeat(64), ends: '2026-12-31', 'granted-on': '2026-10-13' })
    asked.time('2026-12-31')
    expect(asked.status).toBe('granted')
    asked.time('2027-01-01')
    expect([asked.status, story.world.standings[`finding-waiver/${asked.id}`], story.world.registers['finding-waivers']?.[asked.id]]).toEqual(['expired', 'ended', expect.objectContaining({ ended: '豁免已经失效' })])
  })

  test.each(['value-containment/rare-values-raw', 'personal-identifiers/identifier-column', 'entity-minimum/microdata-route', 're-execution/size-follows-entities'])('of %s is never waived', (code) => {
    const { story, agreement } = begun()
    expect(story.refusesOpening(asking(agreement, { blocking: ['dominated-total', code] }), 'finding-must-be-waivable', null).message).toContain(code)
  })

  test('is not waived without need, for longer than the longest time, by its author, or against one refusal', () => {
    const { story, agreement } = begun()
    story.refusesOpening(asking(agreement, { verdict: 'review', blocking: [] }), 'job-must-have-been-blocked', null)
    story.refusesOpening(asking(agreement, {}, { ends: '2027-04-13' }), 'waiver-must-be-short', null)
    expect(story.open(asking(agreement, {}, { ends: '2027-04-12' })).status).toBe('asked')
    story.refusesOpening(asking(agreement, {}, { ends: '2026-10-12' }), 'waiver-must-end-ahead', null)
    story.open(asking(agreement, { author: 'reviewer' })).refuses(consent('reviewer', 'agency-consent'), 'reviewer-must-not-be-author', null)
    const split = story.open(asking(agreement)).act({ ...consent('transport', 'provider-consent@providers=transport-bureau'), outcome: 'refuse' })
    expect([split.status, split.open]).toEqual(['asked', ['agency-consent', 'provider-consent@providers=environment-bureau']])
    split.act(consent('reviewer', 'agency-consent')).act(consent('environment', 'provider-consent@providers=environment-bureau'))
    expect([split.status, split.open, story.world.registers['finding-waivers']]).toEqual(['refused', [], undefined])
  })

  test('that was waived lets nothing leave after the last day, also where reviewers began before it', () => {
    const { story, agreement } = begun()
    const rests = { job: job(agreement.id, { verdict: 'review', 'waiver-ends': '2026-10-13' }) }
    const late = requested(story, agreement, rests).act({ ...agency, on: '2026-10-13', ...round('pass') }).act({ ...environment, on: '2026-10-13', ...round('pass') })
    late.refuses({ ...transport, on: '2026-10-14', ...round('pass') }, 'waiver-must-not-have-expired', null)
    late.act({ ...transport, on: '2026-10-14', ...round('changes') })
    expect([late.status, late.open, late.effects('environment.release')]).toEqual(['revising', ['revise'], []])
    const opening = { on: '2026-10-14', who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': { job: 'job-1', title: '逐日统计', purpose: '公众出行', recipients: '使用方', method: 'aggregate', 'method-note': '按日汇总' } } }
    story.refusesOpening({ ...opening, facts: rests }, 'waiver-must-not-have-expired', null)
  })
})

describe('a result that was judged before a provider asked for more', () => {
  test('is not asked out, and no reviewer lets it out: it runs again first', () => {
    const { story, agreement } = begun()
    const raised = { raised: ['每个统计值背后的最少主体数'] }
    const { message } = story.refusesOpening({ on: '2026-10-12', who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': releaseRequest() }, facts: { job: job(agreement.id), ...raised } }, 'result-must-be-judged-by-thresholds-in-force', null)
    expect(message).toContain('每个统计值背后的最少主体数')
    const asked = requested(story, agreement).act({ ...agency, ...round('pass') })
    asked.refuses({ ...environment, ...round('pass'), facts: raised }, 'result-must-be-judged-by-thresholds-in-force', null)
    asked.act({ ...environment, ...round('changes'), facts: raised })
    expect([asked.status, asked.open]).toEqual(['revising', ['revise']])
  })
})

describe('a released output in doubt', () => {
  const doubt = (release: StoryCase, who = 'environment', on = '2026-10-20') => ({ on, who, procedure: 'release-quarantine', links: { release }, contents: { 'release-doubt': { kind: 'identifiable', reason: '个别站点只有一家单位' } } })
  const examined = (outcome: string) => ({ on: '2026-10-21', who: 'reviewer', task: 'examine', outcome, contents: { 'doubt-conclusion': '经复核，结论如上' } })

  test('is held at once by a provider concerned, serves nobody while it is examined, and stands again when the doubt is lifted', () => {
    const { story, agreement } = begun()
    const release = released(story, agreement)
    const ofAir = requested(story, agreement, { job: job(agreement.id, { providers: ['environment-bureau'] }) }).act({ ...agency, ...round('pass') }).act({ ...environment, ...round('pass') })
    story.refusesOpening(doubt(ofAir, 'transport'), 'doubt-must-come-from-a-provider-concerned', null)
    const held = story.open(doubt(release))
    expect([held.status, held.open, story.world.standings[`release/${release.id}`], release.status]).toEqual(['held', ['examine'], 'suspended', 'quarantined'])
    story.refusesOpening(doubt(release), 'quarantine-must-concern-a-release', null)
    held.act(examined('lift'))
    expect([held.status, held.open, story.world.standings[`release/${release.id}`], release.status]).toEqual(['lifted', [], 'granted', 'released'])
  })

  test('is revoked: its products stop being served, and operator and every consumer are told and answer', () => {
    const { story, agreement } = begun()
    const sold = offered(story, agreement)
    const use = story.open({ on: '2026-10-13', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': application(sold.id), 'identity-proof': PROOF } })
    use.act({ on: '2026-10-14', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price: 1.2, quota: 10000 } } })
    const release = [...story.cases.values()].find((one) => one.id === sold.state.links['release'])
    if (release === undefined) throw new Error('the product has no release')
    const revoked = story.open(doubt(release, 'reviewer')).act(examined('revoke'))
    expect([revoked.status, story.world.standings[`release/${release.id}`], story.world.standings[`product/${sold.id}`], release.status, sold.status]).toEqual(['revoked', 'revoked', 'revoked', 'revoked', 'stopped'])
    const ended = expect.objectContaining({ ended: '经复核，结论如上' })
    expect([story.world.registers['releases']?.[release.id], story.world.registers['products']?.[sold.id]]).toEqual([ended, ended])
    expect(revoked.open.toSorted()).toEqual([`consumer-receipt@subscriptions=${use.id}`, 'operator-receipt'])
  })
})
