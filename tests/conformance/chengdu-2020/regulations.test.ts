import { describe, expect, test } from 'vitest'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import { wrongCitations } from '#tests/packs/citations.ts'
import { packOf } from '#tests/support/case-law.ts'
import { entry, story } from '#tests/support/chengdu-2020-story.ts'

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

  test('cd20-2.1c: are of Chengdu and of no parent, and stand beside those of 2026 as repealed', () => {
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
