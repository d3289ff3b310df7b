import { randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { KeptMarks } from '#adapters/ledger/compare-ledger.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { RederiveParts } from './rederive.job.ts'
import type { BoundRelease } from './release-binding.store.ts'

/** What is recorded of a release's marks; that they could not be made is evidence alone. */
export interface RecordedMarks {
  readonly how: 'renewed' | 'kept' | 'set-aside' | 'impossible'
  readonly engine: string
  readonly marks?: KeptMarks
  readonly decidedBy?: string
  readonly document?: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** What happened, as the action of its entry. */
const ACTIONS = { renewed: 'renew-marks', kept: 'keep-marks', 'set-aside': 'set-aside-earlier-release', impossible: 'renew-marks' } as const

/** The name under which the ledger keeps marks that were made anew. */
export function fileName(id: string): string {
  return `renewed-${id}`
}

/** Files of the ledger that are named in a record. */
export async function renewedFiles(tx: Kysely<Tables> | Transaction<Tables>): Promise<ReadonlySet<string>> {
  const rows = await tx.selectFrom('renewed_marks').select('file').execute()
  return new Set(rows.flatMap(({ file }) => (file === null ? [] : [file])))
}

/** Records it with its entry of evidence, both or neither; answers the entry when it stands in the log. */
export async function recordMarks(parts: Pick<RederiveParts, 'db' | 'clock' | 'committer'>, release: BoundRelease, { how, engine, marks, decidedBy, document, detail }: RecordedMarks): Promise<string> {
  const entry = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const legalDate = await parts.clock.today(tx)
    const made = await addPending(tx, {
      type: 'release', legalDate, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: ACTIONS[how],
      object: { kind: 'release', id: release.id }, decision: how === 'impossible' ? 'deny' : 'done', ...(marks === undefined ? {} : { bodyHash: `sha256:${marks.kept.digest}` }),
      detail: JSON.parse(JSON.stringify({ engine, ...(decidedBy === undefined ? {} : { decidedBy }), ...detail })),
    }, parts.clock.now())
    if (how !== 'impossible') {
      await tx.insertInto('renewed_marks').values({
        id: randomUUID(), release: release.id, how, engine, sets: marks === undefined ? null : JSON.stringify(marks.kept), file: marks?.file ?? null,
        decided_by: decidedBy ?? null, document: document ?? null, legal_date: legalDate, entry: made,
      }).execute()
    }
    return made
  })
  parts.committer.poke()
  await parts.committer.waitFor(entry)
  return entry
}
