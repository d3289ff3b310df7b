import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { commit, opens, SALT_BYTES } from './commitment.ts'
import { ENTRY_BYTES_LIMIT, entryBytes, readEntry } from './entry.ts'
import type { EvidenceEntry } from './entry.ts'
import type { HashFunction } from './hash-function.ts'

const sha256: HashFunction = { name: 'sha256', digest: (bytes) => createHash('sha256').update(bytes).digest() }

const step: EvidenceEntry = {
  v: 1,
  id: '01936f2a-7c11-7abc-8def-001122334455',
  type: 'case-step',
  at: '2026-11-21T01:02:03.004Z',
  legalDate: '2026-11-20',
  actor: 'person-17',
  onBehalfOf: 'organisation-4',
  office: 'implementing-agency',
  action: 'file-plan',
  object: { kind: 'case', id: 'case-9', seq: 3 },
  decision: 'done',
  bodyHash: `sha256:${'ab'.repeat(32)}`,
  detail: { late: false, days: 3 },
}

describe('an evidence entry', () => {
  test('is stored as canonical bytes and read back the same', () => {
    const bytes = entryBytes(step)
    expect(readEntry(bytes)).toEqual(step)
    expect(new TextDecoder().decode(bytes)).toMatch(/^\{"action":"file-plan","actor":"person-17",/)
  })

  test('leaves out an optional field that is passed as undefined', () => {
    const bare: Record<string, unknown> = { ...step, provision: undefined }
    expect(entryBytes(bare as EvidenceEntry)).toEqual(entryBytes(step)) // what a JavaScript caller can pass
  })

  test.each([
    ['$.type', { type: 'gossip' }],
    ['$.at', { at: '2026-11-21T01:02:03Z' }],
    ['$.at', { at: '2026-11-21T01:02:03.004+08:00' }],
    ['$.legalDate', { legalDate: '2026-11-31' }],
    ['$.actor', { actor: '张三' }],
    ['$.decision', { decision: 'maybe' }],
    ['$.bodyHash', { bodyHash: 'md5:00' }],
    ['$', { extra: 1 }],
  ])('is refused with the place %s when a field is malformed or unknown', (place, change) => {
    const act = () => entryBytes({ ...step, ...change } as EvidenceEntry) // malformed on purpose
    expect(act).toThrow(expect.objectContaining({ code: 'evidence-entry-malformed', message: expect.stringContaining(`${place}: `) }))
  })

  test('is refused when it holds a resident identity number, and admitted when the check character is wrong', () => {
    // The example of GB 11643-1999.
    expect(() => entryBytes({ ...step, detail: { note: 'id 11010519491231002X' } })).toThrow(
      expect.objectContaining({ code: 'evidence-entry-personal-data', message: expect.stringContaining('$.detail.note') }),
    )
    expect(() => entryBytes({ ...step, detail: { note: 'id 110105194912310021' } })).not.toThrow()
  })

  test('is refused when it holds a mobile number, also as a key or in a list', () => {
    for (const detail of [{ a: [['13800138000']] }, { '13800138000': true }]) {
      expect(() => entryBytes({ ...step, detail })).toThrow(expect.objectContaining({ code: 'evidence-entry-personal-data' }))
    }
    expect(() => entryBytes({ ...step, detail: { rows: 13_800_138_000, id: 'x13800138000' } })).not.toThrow()
  })

  test('may be as long as the limit and not a byte longer', () => {
    const room = ENTRY_BYTES_LIMIT - entryBytes({ ...step, detail: { text: '' } }).length
    expect(entryBytes({ ...step, detail: { text: 'x'.repeat(room) } })).toHaveLength(ENTRY_BYTES_LIMIT)
    expect(() => entryBytes({ ...step, detail: { text: 'x'.repeat(room + 1) } })).toThrow(expect.objectContaining({ code: 'evidence-entry-too-long' }))
  })

  test('is not read from bytes that say the same in another form', () => {
    const spaced = new TextEncoder().encode(` ${new TextDecoder().decode(entryBytes(step))}`)
    expect(() => readEntry(spaced)).toThrow(expect.objectContaining({ code: 'evidence-entry-not-canonical' }))
    expect(() => readEntry(Uint8Array.of(0xff))).toThrow(expect.objectContaining({ code: 'evidence-entry-malformed' }))
  })
})

describe('a commitment to personal data', () => {
  const salt = new Uint8Array(SALT_BYTES).fill(7)

  test('opens with its value and salt only', () => {
    const commitment = commit(sha256, { name: '张三' }, salt)
    expect(commitment).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(opens(sha256, commitment, { name: '张三' }, salt)).toBe(true)
    expect(opens(sha256, commitment, { name: '李四' }, salt)).toBe(false)
    expect(opens(sha256, commitment, { name: '张三' }, new Uint8Array(SALT_BYTES))).toBe(false)
  })

  test('needs a salt of the full length', () => {
    expect(() => commit(sha256, 'x', salt.slice(1))).toThrow(RangeError)
  })
})
