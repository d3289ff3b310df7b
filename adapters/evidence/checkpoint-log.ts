import type { Pool } from 'pg'
import { checkpointText, readCheckpointText, sm3Origin } from '#core/evidence/checkpoint.ts'
import { readNote, signNote } from '#core/evidence/signed-note.ts'
import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import { readLogHead } from './log-reader.ts'
import type { BothHashes } from './log-reader.ts'
import type { LogName } from './node-hashes.ts'
import type { SigningKeys } from './signing-keys.ts'

/** A signed checkpoint of both logs at one size. */
export type SignedCheckpoint = { readonly size: number; readonly notes: Readonly<Record<LogName, string>> }

type CheckpointRow = { size: number | string; note_sha256: string; note_sm3: string }

/** How often new entries get a checkpoint, ms. */
const CHECKPOINT_MS = 1_000

/**
 * Signs the head as committed now and stores the notes; at a size that has a checkpoint already, returns that one.
 * @throws EvidenceError when head and frontier contradict each other.
 */
export async function makeCheckpoint(pool: Pool, keys: SigningKeys): Promise<SignedCheckpoint> {
  const { size, roots } = await readLogHead(pool)
  const existing = await checkpointAt(pool, size)
  if (existing !== undefined) return existing
  const noteOf = (log: LogName, origin: string) => signNote(checkpointText({ origin, size, root: roots[log] }), keys.signers[log])
  const notes = { sha256: await noteOf('sha256', keys.origin), sm3: await noteOf('sm3', sm3Origin(keys.origin)) }
  await pool.query('insert into evidence_checkpoint (size, note_sha256, note_sm3) values ($1, $2, $3) on conflict do nothing', [size, notes.sha256, notes.sm3])
  // Where another process was faster, its notes are the ones that count.
  return (await checkpointAt(pool, size)) ?? { size, notes }
}

/** The stored checkpoint of exactly this size. */
export async function checkpointAt(pool: Pool, size: number): Promise<SignedCheckpoint | undefined> {
  const { rows } = await pool.query<CheckpointRow>('select size, note_sha256, note_sm3 from evidence_checkpoint where size = $1', [size])
  return rows.map(fromRow)[0]
}

/** The stored checkpoint of the largest size. */
export async function lastCheckpoint(pool: Pool): Promise<SignedCheckpoint | undefined> {
  const { rows } = await pool.query<CheckpointRow>('select size, note_sha256, note_sm3 from evidence_checkpoint order by size desc limit 1')
  return rows.map(fromRow)[0]
}

/** Stored checkpoints with sizes in the range, at most `limit`, spread evenly, from the smallest. */
export async function checkpointsBetween(pool: Pool, range: { above: number; below: number }, limit: number): Promise<SignedCheckpoint[]> {
  const { rows } = await pool.query<CheckpointRow>(
    `select distinct on (part) size, note_sha256, note_sm3
       from (select *, ntile($3) over (order by size) as part from evidence_checkpoint where size > $1 and size < $2) as spread
      order by part, size`,
    [range.above, range.below, limit],
  )
  return rows.map(fromRow)
}

/** Size and roots that a checkpoint states; signatures are not looked at. */
export function statedBy({ size, notes }: SignedCheckpoint): { size: number; roots: BothHashes } {
  const rootIn = (log: LogName) => readCheckpointText(readNote(notes[log]).text).root
  return { size, roots: { sha256: rootIn('sha256'), sm3: rootIn('sm3') } }
}

/** Signs a checkpoint each second in which there are new entries. `stop` waits for the one under way. */
export function startCheckpoints(pool: Pool, keys: SigningKeys, log: StorageLog, everyMs: number | undefined = CHECKPOINT_MS): { stop(): Promise<void> } {
  let underWay: Promise<void> | undefined
  const timer = setInterval(() => {
    underWay ??= signOnce().finally(() => {
      underWay = undefined
    })
  }, everyMs)
  const signOnce = async () => {
    try {
      await makeCheckpoint(pool, keys)
    } catch (error) {
      log.error(`存证日志的检查点签署失败：${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return {
    stop: async () => {
      clearInterval(timer)
      await underWay
    },
  }
}

function fromRow(row: CheckpointRow): SignedCheckpoint {
  return { size: Number(row.size), notes: { sha256: row.note_sha256, sm3: row.note_sm3 } }
}
