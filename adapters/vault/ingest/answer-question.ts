/** The reading side of a look at a supplied file. It holds no key, so that it can run behind walls. */
import type { Readable } from 'node:stream'
import type { Looked, Question } from '#adapters/vault/ingest/look-at-table.ts'
import type { ParseRoom } from '#adapters/vault/ingest/parse-table.ts'
import { proposeSchemaOf } from '#adapters/vault/ingest/sample-table.ts'
import { schemaFitOf } from '#adapters/vault/ingest/schema-fit.ts'

/** The answer, from the content alone. */
export async function answerQuestion(question: Question, source: Readable, room: Omit<ParseRoom, 'part'>): Promise<Looked> {
  if ('propose' in question) return { proposal: await proposeSchemaOf(question.propose, source, room) }
  return { fit: await schemaFitOf(question.fit, source, room) }
}
