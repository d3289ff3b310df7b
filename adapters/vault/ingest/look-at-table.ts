/** Looking at a supplied file without taking it in: what its first rows propose, or how the whole fits a schema. Nothing of it is kept. */
import type { Readable } from 'node:stream'
import { storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import type { ParseRoom } from '#adapters/vault/ingest/parse-table.ts'
import { proposeSchemaOf } from '#adapters/vault/ingest/sample-table.ts'
import type { ProposeRequest, SchemaProposal } from '#adapters/vault/ingest/sample-table.ts'
import { schemaFitOf } from '#adapters/vault/ingest/schema-fit.ts'
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

/** Answers a question in a room; `answerQuestion` itself, or the same behind walls. */
export type LookInRoom = (question: Question, source: Readable, room: Omit<ParseRoom, 'part'>) => Promise<Looked>

/** Answers a question about a file. Throws `IngestError`. */
export async function lookAtTable(request: LookRequest, source: Readable, look: LookInRoom = answerQuestion): Promise<Looked> {
  try {
    return await withSealedStage(request, (stage) => look(request.question, source, { directory: request.directory, stage }))
  } catch (error) {
    throw storageFull(error) ?? error
  }
}

/** The answer, from the content alone. */
export async function answerQuestion(question: Question, source: Readable, room: Omit<ParseRoom, 'part'>): Promise<Looked> {
  if ('propose' in question) return { proposal: await proposeSchemaOf(question.propose, source, room) }
  return { fit: await schemaFitOf(question.fit, source, room) }
}
