/** Looking at a supplied file without taking it in: what its first rows propose, or how the whole fits a schema. Nothing of it is kept. */
import type { Readable } from 'node:stream'
import { storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import type { ParseRoom } from '#adapters/vault/ingest/parse-table.ts'
import type { ProposeRequest, SchemaProposal } from '#adapters/vault/ingest/sample-table.ts'
import type { FitRequest, SchemaFit } from '#adapters/vault/ingest/schema-fit.ts'
import { withSealedStage } from '#adapters/vault/ingest/sealed-stage.ts'
import type { StagePlace } from '#adapters/vault/ingest/sealed-stage.ts'

export type Question = { propose: ProposeRequest } | { fit: FitRequest }
export type Looked = { proposal: SchemaProposal } | { fit: SchemaFit }

export interface LookRequest extends StagePlace {
  question: Question
  /** Private directory for the plaintext of one part at a time. */
  directory: string
}

/** Answers a question in a room: `answerQuestion` behind walls, or itself in tests. */
export type LookInRoom = (question: Question, source: Readable, room: Omit<ParseRoom, 'part'>) => Promise<Looked>

/** Answers a question about a file. Throws `IngestError`. */
export async function lookAtTable(request: LookRequest, source: Readable, look: LookInRoom): Promise<Looked> {
  try {
    return await withSealedStage(request, (stage) => look(request.question, source, { directory: request.directory, stage }))
  } catch (error) {
    throw storageFull(error) ?? error
  }
}
