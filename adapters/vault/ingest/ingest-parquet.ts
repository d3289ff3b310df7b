/**
 * Parquet into parts. The file lies sealed; the engine sees a sparse file in the private directory that holds the footer and
 * one run of row groups at a time, at their own places, so that plaintext and memory stay bounded whatever the file's size.
 */
import { open, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { headerOf } from '#core/boundary/table-schema.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import { headerOrder } from '#adapters/vault/ingest/delimited-rows.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import type { StagedBytes } from '#adapters/vault/ingest/staged-source.ts'
import type { RowTaker } from '#adapters/vault/ingest/table-parts.ts'
import { schemaFor } from '#adapters/vault/ingest/table-shape.ts'
import type { TableShape } from '#adapters/vault/ingest/table-shape.ts'
import { fits } from '#adapters/vault/ingest/typed-sql.ts'
import { typerOf } from '#adapters/vault/ingest/typed-row.ts'

export interface ParquetTask {
  schema: TableShape
  limits: IngestLimits
  directory: string
  parts: RowTaker
  connection: DuckDBConnection
  /** Hears the names of the file's columns. */
  headed?: (header: string[]) => void
}

/** Row groups that are taken together. Offsets are of the file, rows count from 0, ends are exclusive. */
interface Run {
  from: number
  to: number
  firstRow: number
  rows: number
}

const magic = Buffer.from('PAR1')
const tailBytes = 8
const privateFile = 0o600
/** Rows whose texts are fetched at once for the exact reader. */
const exactRowsAtOnce = 10_240
/** Bytes that are decrypted at once. */
const stepBytes = 8 * 1024 * 1024
/** Rows that are typed at once; a run of small row groups ends there, a larger row group is taken in slices. */
const sliceRows = 245_760

/** Reads all rows. Throws `IngestError` with row and column, or `parquet-malformed` with the cause. */
export async function ingestParquet(task: ParquetTask, staged: StagedBytes): Promise<void> {
  const path = join(task.directory, 'source.parquet')
  const file = await open(path, 'wx+', privateFile)
  try {
    const footer = await readFooter(staged, task.limits)
    await showRange(file, staged, footer, undefined)
    const columns = await understood(() => columnsOf(task, path))
    for (const run of await understood(() => runsOf(task, path, staged.bytes - footer.length))) {
      await showRange(file, staged, footer, run)
      for (let at = 0; at < run.rows; at += sliceRows) {
        const first = run.firstRow + at
        await takeSlice(task, path, columns, first, Math.min(first + sliceRows, run.firstRow + run.rows))
      }
    }
  } finally {
    await file.close()
    await rm(path)
  }
}

async function readFooter(staged: StagedBytes, limits: IngestLimits): Promise<Buffer> {
  const tail = await staged.read(Math.max(0, staged.bytes - tailBytes), staged.bytes)
  if (staged.bytes < tailBytes + magic.length || !tail.subarray(-magic.length).equals(magic)) {
    throw malformed(tail.subarray(-magic.length).toString('latin1') === 'PARE' ? '文件已加密' : '文件不完整，末尾没有 Parquet 标记', staged.bytes)
  }
  const length = tail.readUInt32LE(0)
  if (length > limits.footerBytesMax) throw malformed(`文件目录为 ${length} 字节，超过 ${limits.footerBytesMax} 字节的上限`, staged.bytes)
  if (length + tailBytes + magic.length > staged.bytes) throw malformed('文件目录的长度超出文件', staged.bytes)
  return staged.read(staged.bytes - tailBytes - length, staged.bytes)
}

/** Lets the sparse file hold the magic, the footer and the bytes of `run`, and nothing else. */
async function showRange(file: FileHandle, staged: StagedBytes, footer: Buffer, run: Run | undefined): Promise<void> {
  await file.truncate(0)
  await file.truncate(staged.bytes)
  await file.write(magic, 0, magic.length, 0)
  await file.write(footer, 0, footer.length, staged.bytes - footer.length)
  if (run === undefined) return
  for (let at = run.from; at < run.to; at += stepBytes) {
    const bytes = await staged.read(at, Math.min(at + stepBytes, run.to))
    await file.write(bytes, 0, bytes.length, at)
  }
}

/** Row groups in runs of about a slice, their places and sizes checked against the file and the limits. */
async function runsOf(task: ParquetTask, path: string, dataEnd: number): Promise<Run[]> {
  const groups = await task.connection.runAndReadAll(
    `SELECT row_group_id, any_value(row_group_num_rows)::DOUBLE, min(least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset))::DOUBLE,
       max(least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset) + total_compressed_size)::DOUBLE, sum(total_uncompressed_size)::DOUBLE
     FROM parquet_metadata(${quotedText(path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  )
  const runs: Run[] = []
  let firstRow = 0
  for (const group of groups.getRows()) {
    const [id = 0, rows = 0, from = 0, to = 0, text = 0] = group.map(Number)
    const { rowGroupBytesMax, rowGroupTextMax } = task.limits
    if (!(from >= magic.length && to >= from && to <= dataEnd && rows >= 0)) throw malformed(`第 ${id + 1} 个行组的位置超出文件`, dataEnd)
    if (to - from > rowGroupBytesMax) throw malformed(`第 ${id + 1} 个行组为 ${to - from} 字节，超过 ${rowGroupBytesMax} 字节的上限`, from)
    if (text > rowGroupTextMax) throw new IngestError('expansion-too-large', `第 ${id + 1} 个行组解压后为 ${text} 字节，超过 ${rowGroupTextMax} 字节的上限。`, { row: firstRow, byteOffset: from })
    const last = runs.at(-1)
    if (last !== undefined && last.rows + rows <= sliceRows && from >= last.to && to - last.from <= task.limits.blockBytes) {
      last.rows += rows
      last.to = to
    } else runs.push({ from, to, firstRow, rows })
    firstRow += rows
  }
  return runs
}

/** How the file's columns give the declared ones. */
interface Columns {
  /** Expressions over the file's columns, named as declared: values where the file's type fits, else texts. */
  values: string
  /** The same with texts throughout, for the exact reader. */
  texts: string
  /** Declared columns whose values need no reading. */
  typed: Set<string>
}

/** Throws for a wrong header and for nested content. */
async function columnsOf(task: ParquetTask, path: string): Promise<Columns> {
  const described = await task.connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${quotedText(path)}))`)
  const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
  const schema = schemaFor(task.schema, columns.map((column) => column.name))
  task.headed?.(columns.map((column) => column.name))
  const order = headerOrder(columns.map((column) => column.name), schema)
  const found = schema.columns.map((column, index) => {
    const inFile = columns[order[index] ?? -1]
    if (inFile === undefined) throw new Error('a declared column without its place')
    return { column, text: textSql(column, inFile), name: quotedIdentifier(inFile.name), fitting: fits(column, inFile.type) }
  })
  const as = (column: ColumnSchema, sql: string): string => `${sql} AS ${quotedIdentifier(column.name)}`
  return {
    values: found.map(({ column, text, name, fitting }) => as(column, fitting ? name : text)).join(', '),
    texts: found.map(({ column, text }) => as(column, text)).join(', '),
    typed: new Set(found.filter(({ fitting }) => fitting).map(({ column }) => column.name)),
  }
}

function textSql(column: ColumnSchema, { name, type }: { name: string; type: string }): string {
  const value = quotedIdentifier(name)
  if (/\[|^(STRUCT|MAP|UNION|VARIANT)/.test(type)) {
    throw new IngestError('record-nested', `“${column.title}”（${headerOf(column)}）列是嵌套的内容（${type.slice(0, 40)}），超过 1 层的上限。`, { row: 0, column: headerOf(column) })
  }
  if (type === 'BLOB') throw new IngestError('value-wrong-type', `“${column.title}”（${headerOf(column)}）列是二进制内容，不是文字或者数值。`, { row: 0, column: headerOf(column) })
  // The schema's times are wall time at Asia/Shanghai.
  if (type === 'TIMESTAMP WITH TIME ZONE') return `CAST(timezone('Asia/Shanghai', ${value}) AS VARCHAR)`
  return type === 'VARCHAR' ? value : `CAST(${value} AS VARCHAR)`
}

async function takeSlice(task: ParquetTask, path: string, columns: Columns, from: number, to: number): Promise<void> {
  const { parts, schema, connection } = task
  const rowsOf = (list: string): string =>
    `SELECT ${list} FROM read_parquet(${quotedText(path)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to}`
  const rows = await understood(() => parts.take(rowsOf(columns.values), columns.typed))
  if (rows !== undefined && rows !== to - from) throw malformed(`第 ${from + 1} 行起的行组应有 ${to - from} 行，实有 ${rows} 行`, undefined)
  if (rows !== undefined) return
  const typed = typerOf(schema)
  let number = from
  // Kept as a table and read in small pieces: a result that is still open ends when its connection does anything else.
  await connection.run(`CREATE OR REPLACE TABLE texts AS ${rowsOf(columns.texts)}`)
  for (let at = 0; at < to - from; at += exactRowsAtOnce) {
    const read = await connection.runAndReadAll(`SELECT * FROM texts WHERE rowid >= ${at} AND rowid < ${at + exactRowsAtOnce} ORDER BY rowid`)
    for (const row of read.getRows()) {
      number += 1
      await parts.add(typed({ number, fields: row.map((text) => (typeof text === 'string' ? text : '')) }))
    }
  }
  if (number !== to) throw malformed(`第 ${from + 1} 行起的行组应有 ${to - from} 行，实有 ${number - from} 行`, undefined)
  await connection.run('DROP TABLE texts')
  await parts.flush()
}

/** The engine's errors about the file become refusals; everything else stays what it is. */
export async function understood<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if (error instanceof IngestError || !(error instanceof Error) || !/^(Invalid|IO|Conversion|Serialization|Not implemented|Out of Range)[A-Za-z ]* Error|TProtocol|snappy|ZSTD/i.test(error.message) || noSpace.test(error.message)) throw error
    throw new IngestError('parquet-malformed', 'Parquet 文件的内容已损坏或者采用了不支持的编码。', {}, { cause: error })
  }
}

const noSpace = /no space left/i

function malformed(clause: string, byteOffset: number | undefined): IngestError {
  return new IngestError('parquet-malformed', `Parquet ${clause}。`, byteOffset === undefined ? {} : { byteOffset })
}
