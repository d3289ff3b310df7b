import type { Pool } from 'pg'
import { sameBytes } from '#core/evidence/hash-function.ts'
import { consistencyRanges, inclusionRanges, subtreesOf } from '#core/evidence/merkle-proof.ts'
import type { LeafRange } from '#core/evidence/merkle-proof.ts'
import { appendLeaves, EMPTY_FRONTIER, foldRight, frontierRoot } from '#core/evidence/merkle-tree.ts'
import type { NodePlace } from '#core/evidence/merkle-tree.ts'
import { EvidenceError } from './evidence-error.ts'
import { readHead, STORED_LEVELS } from './log-head.ts'
import type { LogHead } from './log-head.ts'
import { logHashes } from './node-hashes.ts'
import type { LogName } from './node-hashes.ts'

export type BothHashes = Readonly<Record<LogName, Uint8Array>>
/** A proof in both trees: the subtree roots from the leaf up. */
export type BothProofs = Readonly<Record<LogName, readonly Uint8Array[]>>
export type InclusionProof = { readonly seq: number; readonly size: number; readonly leaf: BothHashes; readonly proof: BothProofs }

/** The head as committed now. @throws EvidenceError when it contradicts itself. */
export async function readLogHead(pool: Pool): Promise<LogHead> {
  const { rows } = await pool.query('select * from evidence_head')
  return readHead(rows[0])
}

/**
 * Proof that entry `seq` stands in the log of `size` entries.
 * @throws RangeError when there is no such entry at that size, EvidenceError when the log has not grown to it.
 */
export async function inclusionProof(pool: Pool, seq: number, size: number): Promise<InclusionProof> {
  const ranges = inclusionRanges(seq, size)
  await refuseBeyondHead(pool, size)
  return { seq, size, leaf: await rangeRoot(pool, { from: seq, to: seq + 1 }), proof: await proofOf(pool, ranges) }
}

/** Proof that the log of `newSize` entries begins with the log of `oldSize` (at least 1). @throws as inclusionProof. */
export async function consistencyProof(pool: Pool, oldSize: number, newSize: number): Promise<BothProofs> {
  const ranges = consistencyRanges(oldSize, newSize)
  await refuseBeyondHead(pool, newSize)
  return proofOf(pool, ranges)
}

/** Roots that the log had when it had `size` entries, from the stored leaf hashes. */
export async function rootsAt(pool: Pool, size: number): Promise<BothHashes> {
  await refuseBeyondHead(pool, size)
  if (size > 0) return rangeRoot(pool, { from: 0, to: size })
  return { sha256: frontierRoot(logHashes.sha256, EMPTY_FRONTIER), sm3: frontierRoot(logHashes.sm3, EMPTY_FRONTIER) }
}

/**
 * Compares head and stored leaves with the last signed checkpoint, for the start of the server.
 * @throws EvidenceError `evidence-log-inconsistent` when the log is shorter than what was signed, or was another.
 */
export async function refuseUnlessConsistent(pool: Pool, lastCheckpoint: { size: number; roots: BothHashes } | undefined): Promise<void> {
  const head = await readLogHead(pool)
  const now = await rootsAt(pool, head.size)
  if (!same(now, head.roots)) throw new EvidenceError('evidence-log-inconsistent', `存储的叶哈希算不出长度 ${head.size} 的根，请停止写入并用离线核验程序核对备份`)
  if (lastCheckpoint === undefined) return
  if (head.size < lastCheckpoint.size) {
    throw new EvidenceError('evidence-log-inconsistent', `存证日志只有 ${head.size} 条，但曾签署过 ${lastCheckpoint.size} 条的检查点：有存证丢失，或恢复了旧备份。请恢复到不早于该检查点的备份`)
  }
  if (!same(await rootsAt(pool, lastCheckpoint.size), lastCheckpoint.roots)) {
    throw new EvidenceError('evidence-log-inconsistent', `存证日志算出的根与长度 ${lastCheckpoint.size} 时签署的检查点不符：此前的存证被改动`)
  }
}

/** Hashes of the complete subtrees that make up the range, from the left. */
export async function subtreeHashes(pool: Pool, range: LeafRange): Promise<BothHashes[]> {
  const hashes: BothHashes[] = []
  for (const place of subtreesOf(range)) hashes.push(await subtreeRoot(pool, place))
  return hashes
}

function same(a: BothHashes, b: BothHashes): boolean {
  return sameBytes(a.sha256, b.sha256) && sameBytes(a.sm3, b.sm3)
}

async function proofOf(pool: Pool, ranges: readonly LeafRange[]): Promise<BothProofs> {
  const sha256: Uint8Array[] = []
  const sm3: Uint8Array[] = []
  for (const range of ranges) {
    const root = await rangeRoot(pool, range)
    sha256.push(root.sha256)
    sm3.push(root.sm3)
  }
  return { sha256, sm3 }
}

async function rangeRoot(pool: Pool, range: LeafRange): Promise<BothHashes> {
  const parts = await subtreeHashes(pool, range)
  const sha256 = foldRight(logHashes.sha256, parts.map((part) => part.sha256))
  const sm3 = foldRight(logHashes.sm3, parts.map((part) => part.sm3))
  if (sha256 === undefined || sm3 === undefined) throw new RangeError('an empty range has no root')
  return { sha256, sm3 }
}

/** Root of a complete subtree, out of the nearest stored level below it: never more than 128 rows. */
async function subtreeRoot(pool: Pool, { level, index }: NodePlace): Promise<BothHashes> {
  const stored = Math.floor(level / STORED_LEVELS) * STORED_LEVELS
  const width = 2 ** (level - stored)
  const from = index * width
  const text =
    stored === 0
      ? 'select leaf_sha256 as sha256, leaf_sm3 as sm3 from evidence_entry where seq >= $1 and seq < $2 order by seq'
      : 'select sha256, sm3 from evidence_node where level = $3 and index >= $1 and index < $2 order by index'
  const { rows } = await pool.query<{ sha256: Buffer; sm3: Buffer }>(text, stored === 0 ? [from, from + width] : [from, from + width, stored])
  if (rows.length !== width) throw new EvidenceError('evidence-log-inconsistent', `存证日志第 ${stored} 层自 ${from} 起缺少 ${width - rows.length} 个哈希`)
  const rootIn = (log: LogName) => frontierRoot(logHashes[log], appendLeaves(logHashes[log], EMPTY_FRONTIER, rows.map((row) => row[log])))
  return { sha256: rootIn('sha256'), sm3: rootIn('sm3') }
}

async function refuseBeyondHead(pool: Pool, size: number): Promise<void> {
  const head = await readLogHead(pool)
  if (size > head.size) throw new EvidenceError('evidence-log-inconsistent', `存证日志只有 ${head.size} 条，尚不足 ${size} 条`)
}
