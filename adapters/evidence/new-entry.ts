import { randomUUID } from 'node:crypto'
import { entryBytes } from '#core/evidence/entry.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { PreparedEntry } from '#core/evidence/prepared-entry.ts'
import type { JsonObject } from '#core/json.ts'

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

/** Gives a prepared entry its id, instant and detail. @throws EvidenceEntryError when the detail cannot be in an entry. */
export function preparedEntry(prepared: PreparedEntry, detail: JsonObject, now: Date): NewEntry {
  const id = timeOrderedUuid(now)
  return { id, bytes: prepared({ id, at: now.toISOString(), detail }) }
}

/** unit: hexadecimal digits; source: RFC 9562 section 5.7 (48 bits of milliseconds, of which the first group holds 32) */
const TIME_DIGITS = 12
const FIRST_GROUP = 8
/** Where a random UUID (version 4) goes on behind the digit of its version. */
const BEHIND_VERSION = 15

/** UUID version 7 (RFC 9562): the instant first, so that the index on ids grows at its right edge; the rest is a random one's. */
export function timeOrderedUuid(now: Date): string {
  const time = now.getTime().toString(16).padStart(TIME_DIGITS, '0')
  return `${time.slice(0, FIRST_GROUP)}-${time.slice(FIRST_GROUP)}-7${randomUUID().slice(BEHIND_VERSION)}`
}
