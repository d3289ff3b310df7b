import { describe, expect, test } from 'vitest'
import { regionRefusal } from '#core/procedure/versions.ts'
import { wrongCitations } from '#tests/packs/citations.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { SICHUAN, file, inForce, late, mianyangDetermined, opened, readyToSupply, story } from '#tests/support/sichuan-story.ts'
import { openDutiesIn } from '#tests/support/story-duties.ts'
import { Story } from '#tests/support/story.ts'
import { demand, item } from '#tests/support/supply-contents.ts'

test('every sentence that the pack cites stands in its provision', () => {
  const { provisions: _provisions, ...rules } = packOf('sichuan-2025-draft')
  expect(wrongCitations(packOf('sichuan-2025-draft'), rules)).toEqual([])
})

describe('a draft', () => {
  test('sc25-33.1a: governs nothing; its copy in a preview does', async () => {
    const real = new Story(await lawOf('sichuan-2025-draft'), SICHUAN)
    real.refusesOpening({ on: '2026-07-06', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }, 'draft-rules-must-not-govern', 'sc25-33.1')
    expect(opened(story()).status).toBe('drafting')
  })

  test('sc25-33.1b: with the preview date 2026-07-01 its last day is 2031-06-30', () => {
    const line = { who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
    story().refusesOpening({ ...line, on: '2026-06-30' }, 'rules-must-be-in-force', 'sc25-33.1')
    expect(story().open({ ...line, on: '2031-06-30' }).status).toBe('drafting')
    story().refusesOpening({ ...line, on: '2031-07-01' }, 'rules-must-be-in-force', 'sc25-33.1')
  })

  test('sc25-2.1: what Mianyang opens on 2026-07-06 is under the provincial rules, and a region outside the province is not', async () => {
    const told = story()
    expect(mianyangDetermined(told).state.pack.id).toBe('sichuan-2025-draft')
    const law = await lawOf('sichuan-2025-draft')
    expect(regionRefusal(law, '510000')).toBeNull()
    expect(regionRefusal(law, '610100')).toMatchObject({ code: 'rules-must-be-of-this-region', provision: 'sc25-2.1' })
  })

  test('sc25-7.1b: a demand of 2026-09-28 names the standard v1 also when v2 has replaced it on 2026-10-01', () => {
    const told = story()
    const under = inForce(told)
    readyToSupply(told, under)
    const standard = (edition: string, date: string) => ({ standard: { kind: 'masking', name: '数据脱敏标准', edition, date, document: file(`${edition}.pdf`) } })
    const rule = told.open({ on: '2026-09-01', who: 'authority', procedure: 'standard-rule', contents: standard('v1', '2026-09-01') })
    const ask = (on: string) => told.open({ on, who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([item('air-quality')]) } })
    const first = ask('2026-09-28')
    rule.refuses({ on: '2026-09-28', who: 'authority', task: 'keep', outcome: 'revise', contents: standard('v2', '2026-10-01') }, 'standard-must-have-begun', 'sc25-7.1')
    rule.act({ on: '2026-10-01', who: 'authority', task: 'keep', outcome: 'revise', contents: standard('v2', '2026-10-01') })
    expect([first.state.facts['standard'], ask('2026-10-08').state.facts['standard']]).toMatchObject([{ edition: 'v1' }, { edition: 'v2' }])
  })

  test('sc25-31.1: a question of 2026-07-06 is answered by the provincial department alone, and the answer stands beside the article', () => {
    const told = story()
    const asked = told.open({ on: '2026-07-06', who: 'drafter', procedure: 'interpretation', contents: { 'rule-question': { article: '第十六条第（二）项', question: '最长5年自何时起算' } } })
    const answer = (who: string) => ({ on: '2026-07-20', who, task: 'answer', outcome: 'answered', contents: { 'rule-answer': '自协议约定的起始日起算' } })
    asked.refuses(answer('authority'), 'actor-must-hold-office', 'sc25-31.1')
    asked.act(answer('province'))
    expect(told.world.registers['interpretations']?.[asked.id]).toMatchObject({ article: '第十六条第（二）项', answer: '自协议约定的起始日起算', date: '2026-07-20' })
    expect(asked.effects('publish')).toMatchObject([{ kind: 'interpretation', title: '第十六条第（二）项' }])
  })

  const earlier = (started: string, on = '2026-07-01') => ({
    on, who: 'drafter', procedure: 'earlier-operation',
    contents: { 'earlier-operation': { name: '交通数据运营', operator: '某公司', started, gaps: [{ gap: '缺少可行性论证', by: '2026-12-31' }, { gap: '协议没有备案', by: '2026-09-30' }] } },
  })

  test('sc25-32.1a: an authorization of 2025-03-03 gets its list of gaps on 2026-07-01, each with its day, and nothing that runs is switched off', () => {
    const told = story()
    const open = told.open(earlier('2025-03-03'))
    expect(open.open.map((one) => [one, open.due(one)])).toEqual([['close@gaps=协议没有备案', '2026-09-30'], ['close@gaps=缺少可行性论证', '2026-12-31']])
    expect([open.effects('notify'), open.effects('standing.set')]).toMatchObject([[{ to: ['data-authority'], notice: '实施前授权运营的差距清单' }], []])
    expect(late(open.time('2026-10-01'))).toMatchObject([{ to: ['data-authority'] }])
    for (const gap of ['协议没有备案', '缺少可行性论证']) open.act({ on: '2026-10-09', who: 'drafter', task: `close@gaps=${gap}`, outcome: 'closed', contents: { 'gap-closed': '已经补齐' } })
    expect(open.status).toBe('closed')
  })

  test('sc25-32.1b: what begins on 2026-07-02 is not “earlier practice”', () => {
    story().refusesOpening(earlier('2026-07-02', '2026-07-02'), 'new-operation-must-follow-the-rules', 'sc25-32.1')
    story().refusesOpening(earlier('2026-07-01', '2026-07-02'), 'new-operation-must-follow-the-rules', 'sc25-32.1')
    expect(story().open(earlier('2026-06-30', '2026-07-02')).status).toBe('improving')
  })

  test('sc25-33.1c: on 2027-07-01 the yearly review of the rules is the province’s task, and takes the figures of each article', () => {
    const told = story()
    const reviews = (on: string) => openDutiesIn(told, on).filter((one) => one.state.procedure === 'rules-review')
    expect(reviews('2027-06-30')).toEqual([])
    const [review] = reviews('2027-07-01')
    expect(review?.state.tasks).toMatchObject([{ step: 'review', organization: 'provincial-bureau' }])
    const rows = [{ article: '第十五条', refusals: 4, overdue: 2, questions: 1 }]
    expect(review?.act({ on: '2027-07-15', who: 'province', task: 'review', outcome: 'reviewed', contents: { 'rules-review': { rows, opinion: '暂不修订，继续施行' } } }).status).toBe('reviewed')
  })

  test('the missing half of item six is on record with its place', () => {
    expect(packOf('sichuan-2025-draft').deviations).toMatchObject([{ atom: 'na25-14.1.6/redevelopment', basis: { interpretation: 'sc25-16.1.6' } }])
  })
})
