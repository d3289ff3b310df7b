/** An error as it travels between processes; refusals keep their class, everything else keeps its text. */
import { z } from 'zod'
import { IngestError, ingestErrorCodes } from '#adapters/vault/ingest/ingest-error.ts'
import { MaterialiseError, materialiseErrorCodes } from '#adapters/vault/materialise-error.ts'
import { SelectionError } from '#adapters/vault/selection.ts'
import { SealBroken } from '#adapters/vault/seal/suite.ts'

/** unit: characters; source: platform default, longer than any message of ours */
const MESSAGE_MAX = 8_192
const message = z.string().max(MESSAGE_MAX)
const place = z.strictObject({ row: z.int().min(0).optional(), column: message.optional(), byteOffset: z.int().min(0).optional() })

export const failureSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ingest'), code: z.enum(ingestErrorCodes), message, place, complaint: message.optional() }),
  z.strictObject({ kind: z.literal('selection'), code: z.enum(['column-unknown', 'column-repeated', 'columns-empty', 'filter-value-wrong-type', 'filter-range-empty']), message }),
  z.strictObject({ kind: z.literal('materialise'), code: z.enum(materialiseErrorCodes), message, complaint: message.optional() }),
  z.strictObject({ kind: z.literal('seal'), message }),
  z.strictObject({ kind: z.literal('other'), message }),
])
export type Failure = z.infer<typeof failureSchema>

/** What a dead reader said last: for the operator's log only, it may quote the content. */
export class ReaderComplaint extends Error {}

/** The error as it travels. */
export function failureOf(error: unknown): Failure {
  if (error instanceof IngestError) {
    const { row, column, byteOffset } = error
    const at = { ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }), ...(byteOffset === undefined ? {} : { byteOffset }) }
    return { kind: 'ingest', code: error.code, message: error.message, place: at, ...complaintOf(error) }
  }
  if (error instanceof SelectionError) return { kind: 'selection', code: error.code, message: error.message }
  if (error instanceof MaterialiseError) return { kind: 'materialise', code: error.code, message: error.message, ...complaintOf(error.cause) }
  if (error instanceof SealBroken) return { kind: 'seal', message: error.message }
  return { kind: 'other', message: (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, MESSAGE_MAX) }
}

/** The last words of the reader, where it was its death that ended the task. */
function complaintOf(error: unknown): { complaint?: string } {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof ReaderComplaint ? { complaint: cause.message } : {}
}

/** The inverse of `failureOf`. */
export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'ingest': {
      const { row, column, byteOffset } = failure.place
      const at = { ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }), ...(byteOffset === undefined ? {} : { byteOffset }) }
      return new IngestError(failure.code, failure.message, at, failure.complaint === undefined ? undefined : { cause: new ReaderComplaint(failure.complaint) })
    }
    case 'selection':
      return new SelectionError(failure.code, failure.message)
    case 'materialise':
      return new MaterialiseError(failure.code, failure.message, failure.complaint === undefined ? undefined : { cause: new ReaderComplaint(failure.complaint) })
    case 'seal':
      return new SealBroken(failure.message)
    case 'other':
      return new Error(`the vault's child process failed: ${failure.message}`)
  }
}
