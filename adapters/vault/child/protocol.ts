/** What the vault's child process is asked and what it answers, over the private channel between parent and child. */
import type { IngestErrorCode, IngestPlace } from '#adapters/vault/ingest/ingest-error.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestRequest, IngestResult } from '#adapters/vault/ingest/ingest-table.ts'
import type { LookRequest, Looked } from '#adapters/vault/ingest/look-at-table.ts'
import type { MaterialiseRequest, MaterialiseResult } from '#adapters/vault/materialise-table.ts'
import { SelectionError } from '#adapters/vault/selection.ts'
import { SealBroken } from '#adapters/vault/seal/suite.ts'

/** One task for one child; the bytes to ingest or look at come through its standard input. */
export type ChildTask =
  | { task: 'ingest'; request: IngestRequest }
  | { task: 'look'; request: LookRequest }
  | { task: 'materialise'; request: MaterialiseRequest }

export type ChildAnswer =
  | { answer: 'ingested'; result: IngestResult }
  | { answer: 'looked'; result: Looked }
  | { answer: 'materialised'; result: MaterialiseResult }
  | { answer: 'failed'; failure: ChildFailure }

export type ChildFailure =
  | { kind: 'ingest'; code: IngestErrorCode; message: string; place: IngestPlace }
  | { kind: 'selection'; code: SelectionError['code']; message: string }
  | { kind: 'seal'; message: string }
  | { kind: 'other'; message: string }

/** An error as it travels; refusals keep their class, everything else keeps its text. */
export function failureOf(error: unknown): ChildFailure {
  if (error instanceof IngestError) {
    const { row, column, byteOffset } = error
    const place = { ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }), ...(byteOffset === undefined ? {} : { byteOffset }) }
    return { kind: 'ingest', code: error.code, message: error.message, place }
  }
  if (error instanceof SelectionError) return { kind: 'selection', code: error.code, message: error.message }
  if (error instanceof SealBroken) return { kind: 'seal', message: error.message }
  return { kind: 'other', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/** The inverse of `failureOf`. */
export function errorOf(failure: ChildFailure): Error {
  switch (failure.kind) {
    case 'ingest':
      return new IngestError(failure.code, failure.message, failure.place)
    case 'selection':
      return new SelectionError(failure.code, failure.message)
    case 'seal':
      return new SealBroken(failure.message)
    case 'other':
      return new Error(`the vault's child process failed: ${failure.message}`)
  }
}
