import type { Selectable } from 'kysely'
import { DIGEST_BYTES, sameBytes } from '#core/evidence/hash-function.ts'
import { appendLeaves, frontierLength, frontierRoot, leafInput } from '#core/evidence/merkle-tree.ts'
import type { Frontier, NodePlace } from '#core/evidence/merkle-tree.ts'
import type { EvidenceHeadTable } from '#adapters/postgres/tables/evidence.ts'
import { EvidenceError } from './evidence-error.ts'
import { LOG_NAMES, logHashes } from './node-hashes.ts'
import type { LogName } from './node-hashes.ts'

/** How far the log has grown: the same leaves in both trees. */
export type LogHead = { readonly size: number; readonly frontiers: Readonly<Record<LogName, Frontier>>; readonly roots: Readonly<Record<LogName, Uint8Array>> }

/** A complete subtree that is stored, with its hash in both trees. */
export type StoredNode = NodePlace & Readonly<Record<LogName, Uint8Array>>

/** What a batch does to the log: the new head, the leaf hashes and the subtrees that became complete. */
export type Growth = { readonly head: LogHead; readonly leaves: Readonly<Record<LogName, readonly Uint8Array[]>>; readonly nodes: readonly StoredNode[] }

/** Subtrees are stored at every eighth level, the height of a C2SP tile. */
export const STORED_LEVELS = 8

type HeadRow = Omit<Selectable<EvidenceHeadTable>, 'only_one'>

/**
 * Reads the row of evidence_head.
 * @throws EvidenceError `evidence-log-inconsistent` when frontier, size and root do not belong together.
 */
export function readHead(row: HeadRow | undefined): LogHead {
  if (row === undefined) throw new EvidenceError('evidence-log-inconsistent', 'evidence_head 没有数据行，请从备份恢复数据库')
  const size = Number(row.size) // a pool without our value parsers answers bigint as text
  const frontiers = { sha256: readFrontier(size, row.frontier_sha256), sm3: readFrontier(size, row.frontier_sm3) }
  const roots = { sha256: row.root_sha256, sm3: row.root_sm3 }
  for (const log of LOG_NAMES) {
    if (!sameBytes(frontierRoot(logHashes[log], frontiers[log]), roots[log])) {
      throw new EvidenceError('evidence-log-inconsistent', `evidence_head 中长度为 ${size} 的 ${log} 节点与根不符，请停止写入并用离线核验程序核对备份`)
    }
  }
  return { size, frontiers, roots }
}

function readFrontier(size: number, bytes: Uint8Array): Frontier {
  const count = frontierLength(size)
  if (bytes.length !== count * DIGEST_BYTES) {
    throw new EvidenceError('evidence-log-inconsistent', `evidence_head 不一致：${size} 条存证应有 ${count} 个节点，实际为 ${bytes.length} 字节`)
  }
  return { size, nodes: Array.from({ length: count }, (_, at) => Uint8Array.from(bytes.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES))) }
}

/** The log after these entries are added at its end. */
export function grow(head: LogHead, entries: readonly Uint8Array[]): Growth {
  const inputs = entries.map(leafInput)
  const leaves = { sha256: inputs.map(logHashes.sha256.digest), sm3: inputs.map(logHashes.sm3.digest) }
  const sinks = { sha256: storedNodes(), sm3: storedNodes() }
  const frontiers = {
    sha256: appendLeaves(logHashes.sha256, head.frontiers.sha256, leaves.sha256, sinks.sha256.add),
    sm3: appendLeaves(logHashes.sm3, head.frontiers.sm3, leaves.sm3, sinks.sm3.add),
  }
  const roots = { sha256: frontierRoot(logHashes.sha256, frontiers.sha256), sm3: frontierRoot(logHashes.sm3, frontiers.sm3) }
  const nodes = sinks.sha256.found.flatMap(({ place, hash }, at) => {
    const twin = sinks.sm3.found[at] // both trees have the same shape, so the same nodes become complete in the same order
    return twin === undefined ? [] : [{ ...place, sha256: hash, sm3: twin.hash }]
  })
  return { head: { size: frontiers.sha256.size, frontiers, roots }, leaves, nodes }
}

function storedNodes() {
  const found: { place: NodePlace; hash: Uint8Array }[] = []
  const add = (place: NodePlace, hash: Uint8Array) => {
    if (place.level > 0 && place.level % STORED_LEVELS === 0) found.push({ place, hash })
  }
  return { found, add }
}
