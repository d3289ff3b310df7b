/** What the vault's child process is asked and what it answers, over the private channel between parent and child. */
import type { Failure } from '#adapters/vault/child/failure.ts'
import type { Walls } from '#adapters/vault/child/behind-walls.ts'
import type { IngestRequest, IngestResult } from '#adapters/vault/ingest/ingest-table.ts'
import type { LookRequest, Looked } from '#adapters/vault/ingest/look-at-table.ts'
import type { MaterialiseRequest, MaterialiseResult } from '#adapters/vault/materialise-table.ts'

/** One task for one child; the bytes to ingest or look at come through its standard input. */
export type ChildTask =
  | { task: 'ingest'; request: IngestRequest; walls: Walls }
  | { task: 'look'; request: LookRequest; walls: Walls }
  | { task: 'materialise'; request: MaterialiseRequest; walls: Walls }

export type ChildAnswer =
  | { answer: 'ingested'; result: IngestResult }
  | { answer: 'looked'; result: Looked }
  | { answer: 'materialised'; result: MaterialiseResult }
  | { answer: 'failed'; failure: Failure }
