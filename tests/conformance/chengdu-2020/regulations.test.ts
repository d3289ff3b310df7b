import { describe, expect, test } from 'vitest'
import { readPacks } from '#adapters/packs/read-pack.ts'
import type { JsonObject } from '#core/json.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import { regionRefusal } from '#core/procedure/versions.ts'
import { wrongCitations } from '#tests/packs/citations.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { entry, handedIn, item, list, listed, running, story } from '#tests/support/chengdu-2020-story.ts'

test('cites only sentences that stand in their provision', () => {
  const pack = packOf('chengdu-2020')
  const { provisions: _provisions, ...rules } = pack
  expect(wrongCitations(pack, rules)).toEqual([])
})

describe('the rules of their time', () => {
  test('cd20-21.1: open nothing before 2020-10-26 and nothing after 2026-06-07; what was opened is finished', () => {
    const told = story()
    const opening = (on: string) => ({ on, who: 'transport', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('buses') } })
    told.refusesOpening(opening('2020-10-25'), 'rules-must-be-in-force', 'cd20-21.1')
    expect(told.open(opening('2020-10-26')).status).toBe('submitted')
    const last = told.open(opening('2026-06-07'))
    told.refusesOpening(opening('2026-06-08'), 'rules-must-be-in-force', 'cd20-21.1')
    expect(last.act({ on: '2026-06-15', who: 'centre', task: 'confirm', outcome: 'listed' }).status).toBe('listed')
  })

  test('cd20-4.1b: a list of 2026-02-09 names the rule v1 also when v2 has replaced it on 2026-03-01', () => {
    const told = story()
    running(told)
    listed(told, 'buses')
    const text = (version: string, date: string): JsonObject => ({ name: '需求清单编制规范', version, date, document: file(`${version}.pdf`) })
    const rule = told.open({ on: '2026-02-02', who: 'governance', procedure: 'standard-rule', contents: { standard: text('v1', '2026-02-02') } })
    const first = told.open({ on: '2026-02-09', who: 'operator', procedure: 'demand-list', contents: { 'demand-list': list([item('buses')]) } })
    rule.refuses({ on: '2026-02-27', who: 'governance', task: 'keep', outcome: 'revise', contents: { standard: text('v2', '2026-03-01') } }, 'standard-must-have-been-issued', 'cd20-4.1')
    rule.act({ on: '2026-03-01', who: 'governance', task: 'keep', outcome: 'revise', contents: { standard: text('v2', '2026-03-01') } })
    const second = told.open({ on: '2026-03-02', who: 'operator', procedure: 'demand-list', contents: { 'demand-list': list([item('buses')], { number: '2026-02号' }) } })
    expect([first.state.facts['standard'], second.state.facts['standard']]).toMatchObject([{ edition: 'v1' }, { edition: 'v2' }])
  })

  test('cd20-2.1c: a list of 2026-03-02 keeps the clocks of these rules, and a file of another region is refused', async () => {
    const told = story()
    const opened = handedIn(told, '2026-03-02')
    expect(opened.due('recheck')).toBe('2026-03-16')
    expect(opened.state.tasks[0]?.clock).toMatchObject({ basis: { provision: 'cd20-12.1' } })
    const law = await lawOf('chengdu-2020')
    expect(regionRefusal(law, '510100')).toBeNull()
    expect(regionRefusal(law, '610100')).toMatchObject({ code: 'rules-must-be-of-this-region', provision: 'cd20-2.1' })
  })

  test('are of Chengdu and of no parent, and stand beside those of 2026 as repealed', () => {
    const packs = readPacks('packs')
    const sources = new Map([...packs].map(([id, pack]) => [id, pack.source]))
    const [old, now] = [compilePack('chengdu-2020', sources), compilePack('chengdu-2026', sources)]
    expect([old.manifest.region, now.manifest.region, old.manifest.status, now.manifest.status]).toEqual(['510100', '510100', 'repealed', 'in-force'])
    expect(old.manifest.parents).toEqual([])
    expect(now.manifest.in_force > (old.manifest.last_day ?? '')).toBe(true)
    const clashing = Object.entries(old.offices).filter(([id, office]) => office.holder === 'fixed' && now.offices[id] !== undefined && now.offices[id]?.holder !== 'fixed')
    expect(clashing).toEqual([])
  })
})
