import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json } from '#core/json.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import { replay } from '#core/procedure/evolve.ts'
import { loadEvents } from '#adapters/cases/case-store.ts'
import type { BundleParts } from '#adapters/evidence/bundle.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { readingAsSystem } from './parts.ts'
import type { ApiParts } from './parts.ts'
import { blindFor } from './views/blind.ts'

/**
 * How many entries this person may take along: all, but for who may sit as a reviewer only those before the first
 * conclusion that is still to be kept from the person.
 */
export async function lastSequenceFor(parts: ApiParts, person: Person, size: number): Promise<number> {
  if (person.actor.offices.includes('audit-administrator')) return size
  const steps = parts.packs.all.flatMap((law) => Object.values(law.pack.procedures).flatMap((one) => Object.entries(one.steps).flatMap(([id, step]) => (step.seats === undefined ? [] : [id]))))
  if (steps.length === 0) return size
  return readingAsSystem(parts, async (tx) => {
    const open = await tx.selectFrom('task').select('case_id').distinct().where('open', '=', true).where('step', 'in', [...new Set(steps)]).execute()
    let last = size
    for (const { case_id: id } of open) {
      const events = (await loadEvents(tx, id)) ?? []
      const state = replay(events.map((one) => one.event))
      const [first] = [...blindFor(events, procedureOf(parts.packs.lawOf(state.pack), state.procedure), person.id).concluded].toSorted((a, b) => a - b)
      if (first === undefined) continue
      const entry = await tx.selectFrom('case_event').innerJoin('evidence_entry', 'evidence_entry.entry_id', 'case_event.entry_id').select('evidence_entry.seq')
        .where('case_event.case_id', '=', id).where('case_event.seq', '=', first).executeTakeFirst()
      if (entry !== undefined) last = Math.min(last, entry.seq)
    }
    return last
  })
}

const CASES_AT_ONCE = 200

/** What the parts of a bundle are read from. */
export type BundleSources = Pick<ApiParts, 'db'> & { config: Pick<ApiParts['config'], 'calendarDir'> }

/** What explains the entries of a range: the events that they name, the packs, and the notices of the calendar. */
export function bundleParts(parts: BundleSources, range: { from: number; to: number }): BundleParts {
  // Only from the very beginning does the bundle hold cases whole.
  return { cases: range.from === 0 ? 'all' : [], ...(range.from === 0 ? { caseEvents: caseEvents(parts, range.to) } : {}), packs: packs(parts), notices: notices(parts) }
}

async function* caseEvents(parts: BundleSources, to: number): AsyncGenerator<{ caseId: string; seq: number; bytes: Uint8Array }> {
  let after = ''
  for (;;) {
    const from = after
    const cases = await readingAsSystem(parts, (tx) => tx.selectFrom('legal_case').select('id').where('id', '>', from).orderBy('id').limit(CASES_AT_ONCE).execute())
    if (cases.length === 0) return
    const rows = await readingAsSystem(parts, (tx) =>
      tx.selectFrom('case_event').innerJoin('evidence_entry', 'evidence_entry.entry_id', 'case_event.entry_id').select(['case_event.case_id', 'case_event.seq', 'case_event.bytes'])
        .where('case_event.case_id', 'in', cases.map((one) => one.id)).where('evidence_entry.seq', '<', to).orderBy('case_event.case_id').orderBy('case_event.seq').execute())
    for (const row of rows) yield { caseId: row.case_id, seq: row.seq, bytes: row.bytes }
    after = cases.at(-1)?.id ?? after
  }
}

async function* packs(parts: BundleSources): AsyncGenerator<{ id: string; version: string; digest: string; bytes: Uint8Array }> {
  const editions = await readingAsSystem(parts, (tx) => tx.selectFrom('pack_edition').select(['digest', 'pack', 'version', 'compiled']).orderBy('loaded_at').execute())
  for (const { digest, pack, version, compiled } of editions) yield { id: pack, version: String(version), digest: `sha256:${digest}`, bytes: canonicalBytes(compiled as Json) } // written by storeEditions
}

async function* notices(parts: BundleSources): AsyncGenerator<{ id: string; bytes: Uint8Array }> {
  const folder = parts.config.calendarDir
  const names = (await readdir(folder)).filter((one) => one.endsWith('.yaml')).toSorted()
  for (const name of names) yield { id: name, bytes: canonicalBytes(parse(await readFile(join(folder, name), 'utf8')) as Json) } // YAML of plain values
}
