/** From decoded text to rows of fields that fit the declared header. */
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { headerOf } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { TextEnd } from '#adapters/vault/ingest/decode-lines.ts'
import { IngestError, faultAfterRow } from '#adapters/vault/ingest/ingest-error.ts'
import type { SourceFault } from '#adapters/vault/ingest/ingest-error.ts'

export interface CsvRow {
  /** The first row after the header is 1. */
  number: number
  /** Exactly one field for each declared column, in the order of the schema. */
  fields: string[]
}

type Lines = AsyncGenerator<string, TextEnd | { fault: SourceFault }>

/**
 * Yields each row with its fields in the order of the schema and returns how the text ended.
 * Throws `IngestError` at a fault of the source, a malformed quote, a wrong header or a ragged row.
 */
export async function* csvRows(lines: Lines, schema: TableSchema, recordCharactersMax: number): AsyncGenerator<CsvRow, TextEnd> {
  const ended: { value?: TextEnd | { fault: SourceFault } } = {}
  const parser = parse({ relax_column_count: true, max_record_size: recordCharactersMax })
  const source = Readable.from(remember(lines, ended), { objectMode: false, encoding: 'utf8' })
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  const reader = new RowReader(schema)
  try {
    for await (const record of parser) {
      // csv-parse without `columns` and `cast` gives arrays of strings, whatever its types say.
      const row = reader.read(record as string[])
      if (row !== undefined) yield row
    }
  } catch (error) {
    throw ended.value !== undefined && 'fault' in ended.value && error instanceof CsvError
      ? faultAfterRow(ended.value.fault, reader.rows)
      : asIngestError(error, reader.rows)
  } finally {
    source.destroy()
  }
  if (ended.value === undefined) throw new Error('the text ended without saying how')
  if ('fault' in ended.value) throw faultAfterRow(ended.value.fault, reader.rows)
  if (!reader.headerSeen) throw new IngestError('source-empty', '文件中没有表头。')
  return ended.value
}

async function* remember(lines: Lines, ended: { value?: TextEnd | { fault: SourceFault } }): AsyncGenerator<string> {
  ended.value = yield* lines
}

function asIngestError(error: unknown, rows: number): unknown {
  if (!(error instanceof CsvError)) return error
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new IngestError('line-too-long', `第 ${rows + 1} 行（不计表头）的记录过长，可能缺少右引号或者换行符。`, { row: rows + 1 }, { cause: error })
  }
  const clause = error.code === 'CSV_QUOTE_NOT_CLOSED' ? '双引号没有配对，直到文件结束' : '双引号的位置不正确'
  return new IngestError('quote-malformed', `第 ${rows + 1} 行（不计表头）的${clause}。`, { row: rows + 1 }, { cause: error })
}

/** Checks the header once, then each record's width, and puts the fields into the order of the schema. */
class RowReader {
  rows = 0
  headerSeen = false
  readonly #schema: TableSchema
  #order: number[] = []
  #width = 0
  /** Number of the first blank line that was passed over; blank lines are right only at the end of the file. */
  #blankAt: number | undefined

  constructor(schema: TableSchema) {
    this.#schema = schema
  }

  read(record: string[]): CsvRow | undefined {
    if (!this.headerSeen) {
      this.#order = headerOrder(record, this.#schema)
      this.#width = record.length
      this.headerSeen = true
      return undefined
    }
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

/** For each declared column, its place in the header. The order in the file is free; names must be exactly the declared ones. */
function headerOrder(header: string[], schema: TableSchema): number[] {
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
