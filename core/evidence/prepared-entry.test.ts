import { describe, expect, test } from 'vitest'
import { entryBytes } from './entry.ts'
import { prepareEntry } from './prepared-entry.ts'
import type { CommonOfEntries } from './prepared-entry.ts'

const COMMON: CommonOfEntries = {
  type: 'delivery', legalDate: '2026-06-08', actor: 'key-1', onBehalfOf: 'far-sail', office: 'consumer', action: 'service-call/query',
  object: { kind: 'product', id: 'p-1', seq: 3 }, purpose: '室内“空气”', decision: 'allow', provision: 'cd26-7.6', bodyHash: `sm3:${'0'.repeat(64)}`,
  pack: { id: 'chengdu-2026', version: '1', digest: `sha256:${'a'.repeat(64)}` },
}
const OWN = { id: '0199d0a0-0000-7000-8000-000000000000', at: '2026-11-22T01:02:03.004Z', detail: { scenario: '新风', rows: 1, left: 99, '10': 1, '9': 2, nested: { b: [null, true], a: '"' } } }
const without = (...left: (keyof CommonOfEntries)[]): CommonOfEntries => Object.fromEntries(Object.entries(COMMON).filter(([key]) => !left.some((one) => one === key))) as CommonOfEntries // only what is optional is left out

describe('a prepared entry', () => {
  test.each([
    ['with everything that an entry may hold', COMMON],
    ['without what is optional', without('purpose', 'provision', 'pack', 'bodyHash')],
    ['with only what stands before the detail', without('purpose', 'provision', 'pack')],
  ])('has the bytes of the whole entry, %s', (_, common) => {
    expect(prepareEntry(common)(OWN)).toEqual(entryBytes({ ...common, v: 1, ...OWN }))
    expect(prepareEntry(common)({ ...OWN, detail: {} })).toEqual(entryBytes({ ...common, v: 1, ...OWN, detail: {} }))
  })

  test('is refused at once where no entry could be made of it', () => {
    expect(() => prepareEntry({ ...COMMON, actor: '张三' })).toThrow(/actor/)
    expect(() => prepareEntry({ ...COMMON, purpose: '联系13800138000' })).toThrow(/\$\.purpose/)
  })

  test('is refused for a detail that names a person, is too long, or holds U+0000, like the whole entry', () => {
    for (const detail of [{ note: '电话13800138000' }, { note: 'x'.repeat(20_000) }, { note: '\u0000' }]) {
      const whole = () => entryBytes({ ...COMMON, v: 1, ...OWN, detail })
      const prepared = () => prepareEntry(COMMON)({ ...OWN, detail })
      expect(whole).toThrow()
      expect(prepared).toThrow(messageOf(whole))
    }
  })
})

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('nothing was refused')
}
