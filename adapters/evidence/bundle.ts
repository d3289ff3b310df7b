import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Pool } from 'pg'
import { writtenDigest } from '#core/evidence/hash-function.ts'
import { toBase64 } from '#core/evidence/signed-note.ts'
import { checkpointAt, checkpointsBetween } from './checkpoint-log.ts'
import type { SignedCheckpoint } from './checkpoint-log.ts'
import { EvidenceError } from './evidence-error.ts'
import { subtreeHashes } from './log-reader.ts'
import { LOG_NAMES, sha256 } from './node-hashes.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Which part of the log goes out: entries `from` (included) to `to` (excluded), under the checkpoint of size `size`. */
export type BundleRange = { readonly from: number; readonly to: number; readonly size: number }

/** What goes out beside the entries; each stream is read once. Bytes are the stored bytes, exactly. */
export type BundleParts = {
  /** Which cases the bundle holds whole: then each of their entries must have its event, and the reverse. */
  readonly cases: 'all' | readonly string[]
  /** Events of the cases that the bundle explains, each case from its first event, in order. */
  readonly caseEvents?: AsyncIterable<{ caseId: string; seq: number; bytes: Uint8Array }>
  /** The compiled packs under which they happened, as JSON; the digest is that in the entries. */
  readonly packs?: AsyncIterable<{ id: string; version: string; digest: string; bytes: Uint8Array }>
  /** Calendar notices that due dates rest on, as JSON. */
  readonly notices?: AsyncIterable<{ id: string; bytes: Uint8Array }>
}

const OWNER_ONLY = 0o600
const ROWS_AT_ONCE = 2_000
/** Earlier checkpoints that go along, spread evenly: they narrow down where a changed log was changed. */
const EARLIER_CHECKPOINTS = 32
const WRITE_BYTES = 262_144

/**
 * Writes a bundle that the offline verifier checks without database and network: JSON lines, each with its kind —
 * manifest, key, checkpoint, left, entry, right, case-event, pack, notice, end.
 * @param path file to be made, readable by the owner only; it must not exist.
 * @returns the number of lines.
 * @throws EvidenceError when the range is not covered by a checkpoint of exactly this size.
 */
export async function exportBundle(pool: Pool, keys: SigningKeys, range: BundleRange, parts: BundleParts, path: string): Promise<{ lines: number }> {
  const checkpoint = await checkpointFor(pool, range)
  const earlier = await checkpointsBetween(pool, { above: range.from, below: range.to }, EARLIER_CHECKPOINTS)
  const file = await open(path, 'wx', OWNER_ONLY)
  try {
    const writer = new LineWriter(file)
    await writer.line({ kind: 'manifest', v: 1, origin: keys.origin, ...range, cases: parts.cases })
    for (const key of keys.publicKeys) await writer.line({ kind: 'key', key })
    for (const { size, notes } of [...earlier, checkpoint]) {
      for (const log of LOG_NAMES) await writer.line({ kind: 'checkpoint', log, size, note: notes[log] })
    }
    await writeSubtrees(writer, pool, 'left', { from: 0, to: range.from })
    await writeEntries(writer, pool, range)
    await writeSubtrees(writer, pool, 'right', { from: range.to, to: range.size })
    await writeParts(writer, parts)
    return { lines: await writer.end() }
  } finally {
    await file.close()
  }
}

async function checkpointFor(pool: Pool, { from, to, size }: BundleRange): Promise<SignedCheckpoint> {
  if (from < 0 || from > to || to > size) throw new RangeError(`导出范围 ${from}–${to} 不在长度为 ${size} 的日志之内`)
  const checkpoint = await checkpointAt(pool, size)
  if (checkpoint === undefined) throw new EvidenceError('evidence-log-inconsistent', `日志长度为 ${size} 时没有签署过检查点，请先签署检查点，再按其长度导出`)
  return checkpoint
}

/** Hashes of the complete subtrees beside the range: with them the entries of a part give the root of the whole. */
async function writeSubtrees(writer: LineWriter, pool: Pool, kind: 'left' | 'right', range: { from: number; to: number }): Promise<void> {
  for (const node of await subtreeHashes(pool, range)) await writer.line({ kind, sha256: toBase64(node.sha256), sm3: toBase64(node.sm3) })
}

async function writeEntries(writer: LineWriter, pool: Pool, { from, to }: BundleRange): Promise<void> {
  for (let next = from; next < to; next += ROWS_AT_ONCE) {
    const end = Math.min(to, next + ROWS_AT_ONCE)
    const { rows } = await pool.query<{ seq: number | string; bytes: Buffer; leaf_sha256: Buffer; leaf_sm3: Buffer }>(
      'select seq, bytes, leaf_sha256, leaf_sm3 from evidence_entry where seq >= $1 and seq < $2 order by seq',
      [next, end],
    )
    if (rows.length !== end - next) throw new EvidenceError('evidence-log-inconsistent', `第 ${next} 至 ${end - 1} 条之间缺少 ${end - next - rows.length} 条存证`)
    for (const row of rows) {
      await writer.line({ kind: 'entry', seq: Number(row.seq), sha256: row.leaf_sha256.toString('base64'), sm3: row.leaf_sm3.toString('base64'), bytes: row.bytes.toString('base64') })
    }
  }
}

async function writeParts(writer: LineWriter, { caseEvents, packs, notices }: BundleParts): Promise<void> {
  for await (const { caseId, seq, bytes } of caseEvents ?? nothing()) await writer.line({ kind: 'case-event', case: caseId, seq, bytes: Buffer.from(bytes).toString('base64') })
  for await (const { id, version, digest, bytes } of packs ?? nothing()) await writer.line({ kind: 'pack', id, version, digest, bytes: Buffer.from(bytes).toString('base64') })
  for await (const { id, bytes } of notices ?? nothing()) await writer.line({ kind: 'notice', id, digest: writtenDigest(sha256, bytes), bytes: Buffer.from(bytes).toString('base64') })
}

async function* nothing(): AsyncGenerator<never> {
  // a part that the caller leaves out has no lines
}

/** Writes JSON lines, and at the end their number and SHA-256, so that damage on the way is noticed wherever it falls. */
class LineWriter {
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')
  #waiting: string[] = []
  #waitingLength = 0
  #lines = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async line(value: object): Promise<void> {
    const text = `${JSON.stringify(value)}\n`
    this.#hash.update(text)
    this.#lines += 1
    this.#waiting.push(text)
    this.#waitingLength += text.length
    if (this.#waitingLength >= WRITE_BYTES) await this.#flush()
  }

  async end(): Promise<number> {
    const digest = this.#hash.copy().digest('hex')
    await this.line({ kind: 'end', lines: this.#lines, sha256: digest })
    await this.#flush()
    await this.#file.sync()
    return this.#lines
  }

  async #flush(): Promise<void> {
    await this.#file.writeFile(this.#waiting.join(''))
    this.#waiting = []
    this.#waitingLength = 0
  }
}
