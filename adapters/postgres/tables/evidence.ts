import type { Generated, GeneratedAlways } from 'kysely'

/** Entries written in a case's transaction and not yet sequenced. */
export type EvidencePendingTable = { id: GeneratedAlways<number>; entry_id: string; bytes: Uint8Array }

/** The log itself: bytes as hashed, in the order of `seq`. */
export type EvidenceEntryTable = {
  seq: number
  entry_id: string
  type: string
  object_kind: string
  object_id: string
  bytes: Uint8Array
  leaf_sha256: Uint8Array
  leaf_sm3: Uint8Array
  recorded_at: Generated<Date>
}

/** Complete subtrees at every eighth level. */
export type EvidenceNodeTable = { level: number; index: number; sha256: Uint8Array; sm3: Uint8Array }

/** One row: size , frontiers and roots. */
export type EvidenceHeadTable = {
  only_one: Generated<boolean>
  size: number
  frontier_sha256: Uint8Array
  frontier_sm3: Uint8Array
  root_sha256: Uint8Array
  root_sm3: Uint8Array
}

export type EvidenceCheckpointTable = { size: number; note_sha256: string; note_sm3: string; made_at: Generated<Date> }

export type EvidenceSaltTable = { entry_id: string; field: string; salt: Uint8Array }

/** The tables of migration 0010, by name. */
export type EvidenceTables = {
  evidence_pending: EvidencePendingTable
  evidence_entry: EvidenceEntryTable
  evidence_node: EvidenceNodeTable
  evidence_head: EvidenceHeadTable
  evidence_checkpoint: EvidenceCheckpointTable
  evidence_salt: EvidenceSaltTable
}
