import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { newEntry } from '#adapters/evidence/new-entry.ts'
import { LOG_NAMES, logHashes } from '#adapters/evidence/node-hashes.ts'
import type { SigningKeys } from '#adapters/evidence/signing-keys.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import { checkpointText, sm3Origin } from '#core/evidence/checkpoint.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { leafHash, rootOf } from '#core/evidence/merkle-tree.ts'
import { signNote } from '#core/evidence/signed-note.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'

/** One act on a case with all that followed it, as a story tells it. */
export type ToldAct = { caseId: string; events: readonly CaseEvent[] }

/** What a bundle holds: acts in the order of the evidence, the packs they cite, notices, entries of another kind, and what entries say instead. */
export type BundleOf = { acts: readonly ToldAct[]; laws: readonly CaseLaw[]; notices: readonly object[]; /** Entries before all steps, and after them. */ before?: readonly EvidenceDraft[]; others?: readonly EvidenceDraft[]; entryChange?: (draft: EvidenceDraft) => Partial<EvidenceDraft> }

/**
 * Writes a bundle whose entries, hashes, trees and signatures are all right, whatever the acts say: as the platform does,
 * and as somebody would who has the signing keys. The events' own content hashes are taken afresh as well.
 */
export async function writeCaseBundle(path: string, { acts, laws, notices, before = [], others = [], entryChange = () => ({}) }: BundleOf, keys: SigningKeys): Promise<void> {
  const recorded = recordedEvents(acts, laws)
  const entries = before.map((draft) => newEntry(draft, new Date()).bytes)
  entries.push(...recorded.map(({ draft }) => newEntry({ ...draft, ...entryChange(draft) }, new Date()).bytes))
  entries.push(...others.map((draft) => newEntry(draft, new Date()).bytes))
  const leaves = { sha256: entries.map((bytes) => leafHash(logHashes.sha256, bytes)), sm3: entries.map((bytes) => leafHash(logHashes.sm3, bytes)) }
  const size = entries.length
  const lines: object[] = [{ kind: 'manifest', v: 1, origin: keys.origin, from: 0, to: size, size, cases: 'all' }]
  lines.push(...keys.publicKeys.map((key) => ({ kind: 'key', key })))
  for (const log of LOG_NAMES) {
    const origin = log === 'sm3' ? sm3Origin(keys.origin) : keys.origin
    const note = await signNote(checkpointText({ origin, size, root: rootOf(logHashes[log], leaves[log]) }), keys.signers[log])
    lines.push({ kind: 'checkpoint', log, size, note })
  }
  entries.forEach((bytes, seq) => lines.push({ kind: 'entry', seq, sha256: base64(leaves.sha256[seq]), sm3: base64(leaves.sm3[seq]), bytes: base64(bytes) }))
  for (const { caseId, seq, bytes } of byCase(recorded)) lines.push({ kind: 'case-event', case: caseId, seq, bytes: base64(bytes) })
  for (const { ref, pack } of laws) lines.push({ kind: 'pack', id: ref.id, version: String(ref.version), digest: `sha256:${ref.digest}`, bytes: base64(canonicalBytes(JSON.parse(JSON.stringify(pack)))) })
  for (const [at, notice] of notices.entries()) {
    const bytes = canonicalBytes(JSON.parse(JSON.stringify(notice)))
    lines.push({ kind: 'notice', id: `notice-${at}`, digest: digestOf(bytes), bytes: base64(bytes) })
  }
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  writeFileSync(path, `${body}${JSON.stringify({ kind: 'end', lines: lines.length, sha256: createHash('sha256').update(body).digest('hex') })}\n`)
}

/** Every event with its number, its stored bytes and the entry beside it, in the order of the acts. */
export function recordedEvents(acts: readonly ToldAct[], laws: readonly CaseLaw[]): { caseId: string; seq: number; bytes: Uint8Array; draft: EvidenceDraft }[] {
  const seqs = new Map<string, number>()
  return acts.flatMap((act) => {
    const law = lawOfAct(act, acts, laws)
    return act.events.map((event) => {
      const seq = (seqs.get(act.caseId) ?? 0) + 1
      seqs.set(act.caseId, seq)
      const bytes = canonicalBytes(rehashed(event, law))
      return { caseId: act.caseId, seq, bytes, draft: entryOf(act, event, seq, bytes, law) }
    })
  })
}

function base64(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('base64')
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Case after case, each in its own order, as an export writes them. */
function byCase<T extends { caseId: string }>(events: readonly T[]): T[] {
  const cases = new Map<string, T[]>()
  for (const event of events) {
    const own = cases.get(event.caseId)
    if (own === undefined) cases.set(event.caseId, [event])
    else own.push(event)
  }
  return [...cases.values()].flat()
}

/** The edition under which the act's case was opened; the first one where the opening is missing. */
function lawOfAct(act: ToldAct, acts: readonly ToldAct[], laws: readonly CaseLaw[]): CaseLaw {
  const opening = acts.find(({ caseId }) => caseId === act.caseId)?.events[0]
  const found = laws.find(({ ref }) => opening?.type === 'case-opened' && opening.pack.digest === ref.digest) ?? laws[0]
  if (found === undefined) throw new Error('a bundle of cases needs a law')
  return found
}

function rehashed(event: CaseEvent, law: CaseLaw): CaseEvent {
  if (event.type !== 'case-opened' && event.type !== 'step-concluded') return event
  return { ...event, hashes: Object.fromEntries(Object.entries(event.contents).map(([key, value]) => [key, law.hashOf(value)])) }
}

/** The entry beside an event, as the platform writes it: the whole act bears the name and the date of whoever acted. */
function entryOf({ caseId, events }: ToldAct, event: CaseEvent, seq: number, bytes: Uint8Array, { ref }: CaseLaw): EvidenceDraft {
  const lead = events.find(({ type }) => type !== 'conclusion-voided') ?? event
  const by = 'by' in lead ? lead.by : { person: 'platform', organization: 'platform', office: 'platform' }
  const act = 'act' in lead ? lead.act : undefined
  const date = act?.date ?? ('on' in lead ? lead.on : 'date' in lead ? lead.date : '2026-11-21')
  const provision = 'basis' in event ? provisionOf(event.basis) : null
  return {
    type: 'case-step', legalDate: date, actor: by.person, onBehalfOf: by.organization, office: 'by' in event ? event.by.office : by.office, action: actionOf(event),
    object: { kind: 'case', id: caseId, seq }, decision: 'done', ...(provision === null ? {} : { provision }),
    pack: { id: ref.id, version: String(ref.version), digest: `sha256:${ref.digest}` }, bodyHash: digestOf(bytes), detail: { recorded: act?.recorded ?? date },
  }
}

function actionOf(event: CaseEvent): string {
  if (event.type === 'case-opened') return `${event.type}/${event.procedure}`
  if (event.type === 'step-concluded') return `${event.type}/${event.step}/${event.outcome}`
  if (event.type === 'task-opened') return `${event.type}/${event.step}`
  return event.type === 'effect-intended' ? `${event.type}/${event.effect}` : event.type
}
