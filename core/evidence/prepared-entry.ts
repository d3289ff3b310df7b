import type { JsonObject } from '#core/json.ts'
import { canonicalJson } from './canonical-json.ts'
import { checkedBytes, entryBytes } from './entry.ts'
import type { EvidenceDraft, EvidenceEntry } from './entry.ts'

/** What is the same in many entries. */
export type CommonOfEntries = Omit<EvidenceDraft, 'detail'>

/** Writes the bytes of one of them: exactly those that `entryBytes` makes of the whole entry, and refused like it. */
export type PreparedEntry = (own: Pick<EvidenceEntry, 'id' | 'at'> & { detail: JsonObject }) => Uint8Array

const NO_ID = '00000000-0000-7000-8000-000000000000'
const NO_INSTANT = '2000-01-01T00:00:00.000Z'

/**
 * Checks and writes once what many entries have in common; for each of them only its id, instant and detail are then
 * written into their places. The id must be a UUID and the instant one of `toISOString`: they are not looked at again.
 *
 * @throws EvidenceEntryError when no entry could be made of it.
 */
export function prepareEntry(common: CommonOfEntries): PreparedEntry {
  entryBytes({ ...common, v: 1, id: NO_ID, at: NO_INSTANT, detail: {} })
  const members = Object.entries({ ...common, v: 1 }).filter(([, value]) => value !== undefined)
  // Canonical JSON has its keys in order: what comes before `at`, between `at` and `detail`, and behind `detail` and `id`.
  const between = (from: string, to: string) => canonicalJson(Object.fromEntries(members.filter(([key]) => key > from && key < to))).slice(1, -1)
  const [first, second, last] = [between('', 'at'), between('at', 'detail'), between('id', '~')]
  return ({ id, at, detail }) => {
    const written = `{${first},"at":"${at}",${second},"detail":${canonicalJson(detail)},"id":"${id}",${last}}`
    return checkedBytes(written, () => ({ ...common, v: 1, id, at, detail }))
  }
}
