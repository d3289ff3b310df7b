import { toHex } from '#core/evidence/hash-function.ts'
import { readEntry } from '#core/evidence/entry.ts'
import type { EvidenceEntry } from '#core/evidence/entry.ts'
import type { Json } from '#core/json.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import { replay } from '#core/procedure/evolve.ts'
import { loadEvents } from '#adapters/cases/case-store.ts'
import { rootsAt } from '#adapters/evidence/log-reader.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { isAllowed } from '../permissions.ts'
import { blindFor } from './blind.ts'
import type { EntryView } from '../wire/rules.ts'

/** An entry with its proof; null where there is none, or none that concerns this person or the person's organisation. */
export async function viewEntry(parts: ApiParts, person: Person, id: string): Promise<EntryView | null> {
  const row = await readingAsSystem(parts, (tx) => tx.selectFrom('evidence_entry').select(['seq', 'bytes', 'leaf_sha256', 'leaf_sm3']).where('entry_id', '=', id).executeTakeFirst())
  if (row === undefined) return null
  const entry = readEntry(row.bytes)
  if (!(await concerns(parts, person, entry))) return null
  const { size } = await parts.evidence.checkpoint()
  const proof = await parts.evidence.inclusionProof(row.seq, size)
  return {
    seq: row.seq,
    id,
    entry: entry as unknown as Record<string, Json>, // an entry is plain JSON
    leaf_sha256: toHex(row.leaf_sha256),
    leaf_sm3: toHex(row.leaf_sm3),
    size,
    root_sha256: toHex((await rootsAt(parts.evidence.pool, size)).sha256),
    proof_sha256: proof.proof.sha256.map(toHex),
  }
}

/** Who may export the log may read it; others read what they did, and the steps of their organisation's cases. */
async function concerns(parts: ApiParts, person: Person, entry: EvidenceEntry): Promise<boolean> {
  const ofCase = entry.object.kind === 'case'
  if (!ofCase) return isAllowed('evidence.export', person.actor.offices) || entry.actor === person.id || entry.onBehalfOf === person.organization.id
  if (entry.actor === person.id) return true
  if (person.actor.offices.includes('audit-administrator')) return true
  const events = await readingAs(parts, person, (tx) => loadEvents(tx, entry.object.id))
  if (events === null) return false
  const state = replay(events.map((one) => one.event))
  const blind = blindFor(events, procedureOf(parts.packs.lawOf(state.pack), state.procedure), person.id)
  const seq = entry.object.seq ?? 0
  return !blind.concluded.has(seq) && !blind.followed.has(seq)
}
