/** Delimited text (CSV, TSV): the header, the exact reader of records, and the engine's reader for regular blocks. */
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { parse as parseWhole } from 'csv-parse/sync'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { headerOf } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'

/** Between two fields. Which one a file uses is decided by its header. */
export type Delimiter = ',' | '\t'

export interface FieldRow {
  /** The first row after the header is 1. */
  number: number
  /** Exactly one field for each declared column, in the order of the schema. */
  fields: string[]
}

const recordEnds = ['\r\n', '\n']

/** The fields of a header; comma or tabulator, whichever gives the declared width, else the one that occurs more often. */
export function readHeader(record: Buffer, columns: number | undefined): { fields: string[]; delimiter: Delimiter } {
  const tabs = record.includes('\t') ? fieldsUnlessMalformed(record, '\t') : undefined
  if (tabs === undefined) return { fields: fieldsOf(record, ','), delimiter: ',' }
  const commas = fieldsUnlessMalformed(record, ',')
  const tabbed = commas === undefined || tabs.length === columns || (commas.length !== columns && tabs.length > commas.length)
  return tabbed ? { fields: tabs, delimiter: '\t' } : { fields: commas, delimiter: ',' }
}

function fieldsUnlessMalformed(record: Buffer, delimiter: Delimiter): string[] | undefined {
  try {
    return fieldsOf(record, delimiter)
  } catch (error) {
    if (error instanceof IngestError) return undefined
    throw error
  }
}

function fieldsOf(record: Buffer, delimiter: Delimiter): string[] {
  try {
    // csv-parse without `columns` and `cast` gives arrays of strings, whatever its types say.
    return (parseWhole(record, { delimiter, relax_column_count: true, record_delimiter: recordEnds }) as string[][])[0] ?? ['']
  } catch (error) {
    throw asIngestError(error, -1)
  }
}

/** Checks the width of each record and puts its fields into the order of the schema. Holds the count of rows of the whole file. */
export class RowReader {
  rows = 0
  readonly #order: number[]
  readonly #width: number
  /** Number of the first blank line that was passed over; blank lines are right only at the end of the file. */
  #blankAt: number | undefined

  /** Throws `IngestError` unless the header names exactly the declared columns, in any order. */
  constructor(header: string[], schema: TableSchema) {
    this.#order = headerOrder(header, schema)
    this.#width = header.length
  }

  /** For each declared column its place in the file. */
  get order(): readonly number[] {
    return this.#order
  }

  /** Whether a block may be taken without the exact reader: no blank line came before it. */
  get mayTakeBlocks(): boolean {
    return this.#blankAt === undefined
  }

  read(record: string[]): FieldRow | undefined {
    if (this.#width > 1 && record.length === 1 && record[0] === '') {
      this.#blankAt ??= this.rows + 1
      return undefined
    }
    if (this.#blankAt !== undefined) {
      throw new IngestError('row-ragged', `第 ${this.#blankAt} 行（不计表头）是空行，其后还有数据。`, { row: this.#blankAt })
    }
    const number = this.rows + 1
    if (record.length !== this.#width) {
      throw new IngestError(
        'row-ragged',
        `第 ${number} 行（不计表头）有 ${record.length} 个字段，表头有 ${this.#width} 个，从第 ${Math.min(record.length, this.#width) + 1} 个字段起对不上。`,
        { row: number, column: `第 ${Math.min(record.length, this.#width) + 1} 列` },
      )
    }
    this.rows = number
    return { number, fields: this.#order.map((index) => record[index] ?? '') }
  }
}

/** The exact reader: the rows of one block. Throws `IngestError`; its `cause` is a `CsvError` where the quoting is malformed. */
export async function* exactRows(block: Buffer, delimiter: Delimiter, reader: RowReader, recordCharactersMax: number): AsyncGenerator<FieldRow> {
  const read: string[][] = []
  const parser = parse({
    delimiter,
    relax_column_count: true,
    record_delimiter: recordEnds,
    max_record_size: recordCharactersMax,
    // Taken here and not from the stream, which would drop what it holds when it fails.
    on_record: (record: string[]) => void read.push(record),
  })
  const ended = finished(parser.resume(), { writable: false }).then(() => undefined, (error: unknown) => error)
  for (const piece of pieces(block)) {
    const failed = parser.write(piece) ? undefined : await Promise.race([once(parser, 'drain').then(() => undefined), ended])
    yield* taken(read, reader)
    if (failed !== undefined || parser.destroyed) break
  }
  parser.end()
  const error = await ended
  yield* taken(read, reader)
  if (error !== undefined) throw asIngestError(error, reader.rows)
}

function* taken(read: string[][], reader: RowReader): Generator<FieldRow> {
  for (const record of read.splice(0)) {
    const row = reader.read(record)
    if (row !== undefined) yield row
  }
}

const pieceBytes = 65_536

function* pieces(block: Buffer): Generator<Buffer> {
  for (let at = 0; at < block.length; at += pieceBytes) yield block.subarray(at, at + pieceBytes)
}

/** The engine's reader of a regular block that lies in `path`: one text for each declared column. */
export function blockSql(path: string, schema: TableSchema, reader: RowReader, delimiter: Delimiter, recordBytesMax: number): string {
  const inFile = reader.order.map((_, place) => `${quotedText(`field.${place}`)}: 'VARCHAR'`)
  const texts = schema.columns.map((column, index) => `${quotedIdentifier(`field.${reader.order[index] ?? 0}`)} AS ${quotedIdentifier(column.name)}`)
  const options = [
    'auto_detect = false',
    'header = false',
    `delim = '${delimiter}'`,
    `quote = '"'`,
    `escape = '"'`,
    `columns = {${inFile.join(', ')}}`,
    'null_padding = false',
    'strict_mode = true',
    `max_line_size = ${recordBytesMax}`,
  ]
  return `SELECT ${texts.join(', ')} FROM read_csv(${quotedText(path)}, ${options.join(', ')})`
}

function asIngestError(error: unknown, rows: number): unknown {
  if (!(error instanceof CsvError)) return error
  const [place, row] = rows < 0 ? ['表头', 0] : [`第 ${rows + 1} 行（不计表头）`, rows + 1]
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new IngestError('line-too-long', `${place}的记录过长，可能缺少右引号或者换行符。`, { row }, { cause: error })
  }
  const clause = error.code === 'CSV_QUOTE_NOT_CLOSED' ? '双引号没有配对，直到文件结束' : '双引号的位置不正确'
  return new IngestError('quote-malformed', `${place}的${clause}。`, { row }, { cause: error })
}

/** For each declared column, its place in the header. The order in the file is free; names must be exactly the declared ones. */
export function headerOrder(header: string[], schema: TableSchema): number[] {
  const places = new Map<string, number>()
  for (const [index, written] of header.entries()) {
    const name = written.trim()
    const earlier = places.get(name)
    if (earlier !== undefined) {
      throw new IngestError('header-duplicated', `表头“${name}”在第 ${earlier + 1} 列和第 ${index + 1} 列重复出现。`, { row: 0, column: name })
    }
    places.set(name, index)
  }
  const order = schema.columns.map((column) => {
    const place = places.get(headerOf(column))
    if (place === undefined) {
      throw new IngestError('header-unexpected', `表头缺少登记的列“${headerOf(column)}”（${column.title}）。`, { row: 0, column: headerOf(column) })
    }
    return place
  })
  if (header.length !== order.length) {
    const declared = new Set(schema.columns.map(headerOf))
    const surplus = [...places.keys()].find((name) => !declared.has(name)) ?? ''
    throw new IngestError('header-unexpected', `表头多出未登记的列“${surplus}”。`, { row: 0, column: surplus })
  }
  return order
}
