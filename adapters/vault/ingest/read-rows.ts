/** The rows of a supplied file of any format into the parts of a table. */
import type { Readable } from 'node:stream'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { decodedLines } from '#adapters/vault/ingest/decode-lines.ts'
import type { DeclaredEncoding, TextEnd, TextEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import type { FieldRow } from '#adapters/vault/ingest/delimited-rows.ts'
import { ingestDelimited } from '#adapters/vault/ingest/ingest-delimited.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestParquet } from '#adapters/vault/ingest/ingest-parquet.ts'
import { workbookRows } from '#adapters/vault/ingest/ingest-workbook.ts'
import { jsonRows } from '#adapters/vault/ingest/json-lines.ts'
import { textBytes } from '#adapters/vault/ingest/source-bytes.ts'
import type { SourceContent } from '#adapters/vault/ingest/source-bytes.ts'
import { peeked, recognise } from '#adapters/vault/ingest/source-format.ts'
import type { NamedFormat } from '#adapters/vault/ingest/source-format.ts'
import { withStagedSource } from '#adapters/vault/ingest/staged-source.ts'
import type { Stage } from '#adapters/vault/ingest/staged-source.ts'
import type { RowTaker } from '#adapters/vault/ingest/table-parts.ts'
import type { TableShape } from '#adapters/vault/ingest/table-shape.ts'
import type { TextLines } from '#adapters/vault/ingest/text-blocks.ts'
import { typerOf } from '#adapters/vault/ingest/typed-row.ts'
import type { RowTyper } from '#adapters/vault/ingest/typed-row.ts'

export interface RowsTask {
  shape: TableShape
  encoding: DeclaredEncoding
  limits: IngestLimits
  directory: string
  stage: Stage
  parts: RowTaker
  connection: DuckDBConnection
  /** Hears what is known of the content before it is read to its end. */
  learn?: (content: Partial<ContentSeen>) => void
  /** Reads JSON lines; the usual reader needs a declared schema. */
  jsonRows?: (lines: TextLines) => AsyncGenerator<FieldRow, TextEnd>
}

/** What shows before the end. */
export interface ContentSeen {
  format: NamedFormat
  encoding: TextEncoding
  header: string[]
}

/** How a file's content came. */
export interface RowsRead {
  content: SourceContent
  format: NamedFormat
  encoding: TextEncoding
  encodingDetected: boolean
}

/** Reads every row into the parts. Throws `IngestError` at the first fault. */
export async function readRows(task: RowsTask, source: Readable): Promise<RowsRead> {
  const { shape, limits, directory, parts, connection } = task
  const { head, bytes } = await peeked(textBytes(source, limits))
  const recognised = recognise(head)
  if ('code' in recognised) {
    await bytes.return({ fault: { code: recognised.code, clause: '', byteOffset: 0, compressed: false } })
    throw new IngestError(recognised.code, `文件${recognised.clause}。`, { row: 0, byteOffset: 0 })
  }
  const learn = task.learn ?? ((): void => undefined)
  const lines = (): TextLines => decodedLines(bytes, task.encoding, limits.lineBytesMax, (encoding) => learn({ encoding }))
  const typed = typerOf(shape)
  switch (recognised.format) {
    case 'delimited': {
      const { end, format } = await ingestDelimited({ schema: shape, limits, directory, parts, headed: (header, seen) => learn({ header, format: seen }) }, lines())
      return { content: end.content, format, encoding: end.encoding, encodingDetected: end.detected }
    }
    case 'json-lines': {
      learn({ format: 'jsonl' })
      const end = await addRows((task.jsonRows ?? declaredJsonRows(shape))(lines()), typed, parts)
      return { content: end.content, format: 'jsonl', encoding: end.encoding, encodingDetected: end.detected }
    }
    case 'parquet': {
      const { content } = await withStagedSource(task.stage, bytes, (staged) => ingestParquet({ schema: shape, limits, directory, parts, connection, headed: (header) => learn({ header, format: 'parquet' }) }, staged))
      return { content, format: 'parquet', encoding: 'utf-8', encodingDetected: false }
    }
    case 'workbook': {
      const { content } = await withStagedSource(task.stage, bytes, (staged) => addRows(workbookRows(staged, shape, limits, (header) => learn({ header, format: 'xlsx' })), typed, parts))
      return { content, format: 'xlsx', encoding: 'utf-8', encodingDetected: false }
    }
  }
}

function declaredJsonRows(shape: TableShape): (lines: TextLines) => AsyncGenerator<FieldRow, TextEnd> {
  if (!('columns' in shape)) throw new Error('JSON lines carry no header to be read by')
  const schema: TableSchema = shape
  return (lines) => jsonRows(lines, schema)
}

/** Types the rows one by one; gives what the rows end in. */
async function addRows<End>(rows: AsyncGenerator<FieldRow, End>, typed: RowTyper, parts: RowTaker): Promise<End> {
  for (;;) {
    const next = await rows.next()
    if (next.done === true) return next.value
    await parts.add(typed(next.value))
  }
}
