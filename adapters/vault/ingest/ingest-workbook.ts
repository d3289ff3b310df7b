/** xlsx into parts: one visible sheet, its first row the header. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { RowReader } from '#adapters/vault/ingest/delimited-rows.ts'
import type { FieldRow } from '#adapters/vault/ingest/delimited-rows.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { openWorkbook } from '#adapters/vault/ingest/workbook.ts'
import { readSheet } from '#adapters/vault/ingest/workbook-rows.ts'
import type { StagedBytes } from '#adapters/vault/ingest/staged-source.ts'
import { schemaFor } from '#adapters/vault/ingest/table-shape.ts'
import type { TableShape } from '#adapters/vault/ingest/table-shape.ts'

/** Rows with all their texts, the header first; row 0 is the header. Throws `IngestError`. */
export async function* sheetTexts(staged: StagedBytes, limits: IngestLimits): AsyncGenerator<{ row: number; texts: string[] }> {
  const book = await openWorkbook(staged, limits)
  try {
    const source = await book.sheet()
    // The sheet is read as fast as the rows are taken: pieces pass only while none wait.
    const gate = new PassThrough()
    let waiting: { row: number; texts: string[] }[] = []
    const read = readSheet(book, gate, (row, texts) => waiting.push({ row, texts }))
    const failed = read.then(() => undefined, (error: unknown) => error)
    try {
      for await (const piece of source) {
        if (!gate.write(piece)) await Promise.race([once(gate, 'drain'), failed])
        await new Promise((resolve) => setImmediate(resolve))
        if (gate.destroyed) break
        yield* waiting
        waiting = []
      }
    } catch (error) {
      throw error instanceof IngestError ? error : new IngestError('workbook-malformed', '工作簿的压缩内容已损坏。', { row: 0 }, { cause: error })
    }
    gate.end()
    const error = await failed
    yield* waiting
    if (error !== undefined) throw error
  } finally {
    book.close()
  }
}

/** Each data row's fields in the order of the schema; `headed` hears the header. */
export async function* workbookRows(staged: StagedBytes, schema: TableShape, limits: IngestLimits, headed: (header: string[]) => void = () => undefined): AsyncGenerator<FieldRow> {
  let reader: RowReader | undefined
  let width = 0
  for await (const { texts } of sheetTexts(staged, limits)) {
    if (reader === undefined) {
      width = texts.length
      headed(texts)
      reader = new RowReader(texts, schemaFor(schema, texts))
      continue
    }
    // Cells at the end of a row that hold nothing are not written into the file.
    const padded = texts.length === 0 ? [''] : [...texts, ...Array.from({ length: Math.max(0, width - texts.length) }, () => '')]
    const row = reader.read(padded)
    if (row !== undefined) yield row
  }
  if (reader === undefined) throw new IngestError('source-empty', '工作表中没有表头。', { row: 0 })
}
