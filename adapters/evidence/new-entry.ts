import { randomBytes } from 'node:crypto'
import { entryBytes } from '#core/evidence/entry.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'

/** An entry on its way into the log: its id and the bytes that will be hashed and stored. */
export type NewEntry = { readonly id: string; readonly bytes: Uint8Array }

/**
 * Gives a draft its version, id and instant, and makes its bytes.
 * @throws EvidenceEntryError when the draft cannot be an entry.
 */
export function newEntry(draft: EvidenceDraft, now: Date): NewEntry {
  const id = timeOrderedUuid(now)
  return { id, bytes: entryBytes({ ...draft, v: 1, id, at: now.toISOString() }) }
}

const UUID_BYTES = 16
const TIME_BYTES = 6

/** UUID version 7 (RFC 9562): the instant first, so that the index on ids grows at its right edge. */
export function timeOrderedUuid(now: Date): string {
  const bytes = randomBytes(UUID_BYTES)
  bytes.writeUIntBE(now.getTime(), 0, TIME_BYTES)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
