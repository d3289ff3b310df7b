/** CSV and TSV into parts: regular blocks by the engine, every other block by the exact reader. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CsvError } from 'csv-parse'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { TextEnd } from '#adapters/vault/ingest/decode-lines.ts'
import { RowReader, blockSql, exactRows, readHeader } from '#adapters/vault/ingest/delimited-rows.ts'
import type { Delimiter } from '#adapters/vault/ingest/delimited-rows.ts'
import { IngestError, faultAfterRow } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import type { RowTaker } from '#adapters/vault/ingest/table-parts.ts'
import { schemaFor } from '#adapters/vault/ingest/table-shape.ts'
import type { TableShape } from '#adapters/vault/ingest/table-shape.ts'
import { TextBlocks } from '#adapters/vault/ingest/text-blocks.ts'
import type { TextBlock, TextLines } from '#adapters/vault/ingest/text-blocks.ts'
import { rowTyper } from '#adapters/vault/ingest/typed-row.ts'

const privateFile = 0o600

export interface DelimitedTask {
  schema: TableShape
  limits: IngestLimits
  /** Private directory for the plaintext of one block at a time. */
  directory: string
  parts: RowTaker
  /** Hears the header and what it shows the file to be. */
  headed?: (header: string[], format: 'csv' | 'tsv') => void
}

type DeclaredTask = DelimitedTask & { schema: TableSchema }

/**
 * Reads all of `lines` into the parts and says how the text ended and what stood between its fields.
 * Throws `IngestError` at a fault of the source, a malformed quote, a wrong header, a ragged row or a field that breaks the schema;
 * of several faults the first in the file.
 */
export async function ingestDelimited(task: DelimitedTask, lines: TextLines): Promise<{ end: TextEnd; format: 'csv' | 'tsv' }> {
  const { schema, limits } = task
  const blocks = new TextBlocks(lines, limits.blockBytes, limits.lineBytesMax)
  try {
    const first = await blocks.firstRecord()
    if (first === undefined) return { end: whole(blocks, 0), format: 'csv' }
    const header = readHeader(first, 'columns' in schema ? schema.columns.length : undefined)
    const declared = schemaFor(schema, header.fields)
    task.headed?.(header.fields, header.delimiter === '\t' ? 'tsv' : 'csv')
    const reader = new RowReader(header.fields, declared)
    const delimiterByte = header.delimiter.charCodeAt(0)
    for (let block = await blocks.block(delimiterByte, header.fields.length); block !== undefined; ) {
      // The next block is read, digested and decoded while the engine works on this one.
      const coming = blocks.block(delimiterByte, header.fields.length)
      try {
        ;[, block] = await Promise.all([takeBlock({ ...task, schema: declared }, block, reader, header.delimiter), coming])
      } catch (error) {
        if (!(error instanceof IngestError && error.cause instanceof CsvError)) throw error
        // Where the source broke off inside quotes, that is the cause, and the open quote only its trace.
        const last = (await coming) === undefined
        throw last && blocks.end !== undefined && 'fault' in blocks.end ? faultAfterRow(blocks.end.fault, reader.rows) : error
      }
    }
    return { end: whole(blocks, reader.rows), format: header.delimiter === '\t' ? 'tsv' : 'csv' }
  } finally {
    await blocks.close()
  }
}

async function takeBlock(task: DeclaredTask, block: TextBlock, reader: RowReader, delimiter: Delimiter): Promise<void> {
  if (block.regular && reader.mayTakeBlocks) {
    const rows = await takeByEngine(task, block, reader, delimiter)
    if (rows !== undefined) {
      reader.rows += rows
      return
    }
  }
  const typed = rowTyper(task.schema)
  for await (const row of exactRows(block.bytes, delimiter, reader, task.limits.lineBytesMax)) await task.parts.add(typed(row))
  await task.parts.flush()
}

async function takeByEngine(task: DeclaredTask, block: TextBlock, reader: RowReader, delimiter: Delimiter): Promise<number | undefined> {
  const path = join(task.directory, 'block.txt')
  try {
    await writeFile(path, block.bytes, { flag: 'wx', mode: privateFile })
    return await task.parts.take(blockSql(path, task.schema, reader, delimiter, task.limits.lineBytesMax))
  } catch (error) {
    // The engine refuses the block as malformed; the exact reader finds out where, or takes it.
    if (error instanceof Error && error.message.startsWith('Invalid Input Error')) return undefined
    throw error
  } finally {
    await rm(path, { force: true })
  }
}

/** The end of a text that was read to its end; throws where it broke off. */
function whole(blocks: TextBlocks, rows: number): TextEnd {
  const { end } = blocks
  if (end === undefined) throw new Error('the text ended without saying how')
  if ('fault' in end) throw faultAfterRow(end.fault, rows)
  if (rows === 0 && end.content.bytes === 0) throw new IngestError('source-empty', '文件中没有表头。')
  return end
}
