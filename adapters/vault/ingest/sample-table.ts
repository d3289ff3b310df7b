/** The first rows of a supplied file of any format, and what they propose. Runs behind the walls, like all that reads content. */
import type { Readable } from 'node:stream'
import type { DeclaredEncoding, TextEnd, TextEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import type { FieldRow } from '#adapters/vault/ingest/delimited-rows.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { jsonLines } from '#adapters/vault/ingest/json-lines.ts'
import { proposeColumns } from '#adapters/vault/ingest/propose-columns.ts'
import type { ColumnProposal } from '#adapters/vault/ingest/propose-columns.ts'
import type { ParseRoom } from '#adapters/vault/ingest/parse-table.ts'
import { readRows } from '#adapters/vault/ingest/read-rows.ts'
import type { ContentSeen } from '#adapters/vault/ingest/read-rows.ts'
import type { NamedFormat } from '#adapters/vault/ingest/source-format.ts'
import type { RowTaker } from '#adapters/vault/ingest/table-parts.ts'
import type { TextLines } from '#adapters/vault/ingest/text-blocks.ts'
import type { TypedValue } from '#adapters/vault/ingest/typed-value.ts'
import { withTrustedEngine } from '#adapters/vault/parquet/trusted-engine.ts'

export interface ProposeRequest {
  encoding: DeclaredEncoding
  limits: IngestLimits
}

export interface SchemaProposal {
  format: NamedFormat
  encoding: TextEncoding
  encodingDetected: boolean
  /** Rows looked at, and whether they are all there are. */
  rows: number
  whole: boolean
  columns: ColumnProposal[]
  /** What a person should look at before confirming, as sentences. */
  warnings: string[]
}

/** unit: rows; source: platform default, a share is then known to about one part in a hundred */
const SAMPLE_ROWS = 10_000
/** unit: bytes of text that are read for a sample; source: platform default, so that a proposal takes a second at most */
const SAMPLE_BYTES = 4 * 1024 * 1024

/** The sample is complete; nothing is wrong. */
class SampleFull extends Error {}

/** Reads the sample and proposes. Throws `IngestError` where the file cannot be read as a table. */
export async function proposeSchemaOf(request: ProposeRequest, source: Readable, room: Omit<ParseRoom, 'part'>): Promise<SchemaProposal> {
  const limits = { ...request.limits, blockBytes: Math.min(SAMPLE_BYTES, request.limits.blockBytes) }
  const sample = new Sample()
  await withTrustedEngine(room.directory, async (connection) => {
    const { directory, stage } = room
    try {
      const read = await readRows(
        { shape: { asHeaded: true }, encoding: request.encoding, limits, directory, stage, parts: sample, connection, jsonRows: (lines) => sample.jsonRows(lines), learn: (seen) => sample.learn(seen) },
        source,
      )
      sample.learn(read)
      sample.whole = true
    } catch (error) {
      if (!(error instanceof SampleFull)) throw error
      source.destroy()
    }
  })
  return sample.proposal(request.encoding)
}

class Sample implements RowTaker {
  whole = false
  readonly #rows: string[][] = []
  /** ASCII alone is reported as UTF-8, as everywhere. */
  readonly #seen: Partial<ContentSeen> & { encoding: TextEncoding } = { encoding: 'utf-8' }

  learn({ format, encoding, header }: Partial<ContentSeen>): void {
    if (format !== undefined) this.#seen.format = format
    if (encoding !== undefined) this.#seen.encoding = encoding
    if (header !== undefined) this.#seen.header = header
  }

  async add(row: (TypedValue | null)[]): Promise<void> {
    this.#rows.push(row.map((value) => (value === null ? '' : String(value))))
    if (this.#rows.length >= SAMPLE_ROWS) throw new SampleFull()
  }

  /** Blocks are left to the exact reader, which gives texts row by row. */
  async take(): Promise<undefined> {
    return undefined
  }

  async flush(): Promise<void> {
    // Nothing waits.
  }

  /** JSON lines without a declared schema: every name that occurs is a column, in the order of its first occurrence. */
  async *jsonRows(lines: TextLines): AsyncGenerator<FieldRow, TextEnd> {
    const names = new Map<string, number>()
    const end = yield* jsonLines(lines, (members, number) => {
      for (const name of members.keys()) if (!names.has(name)) names.set(name, names.size)
      const header = [...names.keys()]
      this.learn({ header })
      return { number, fields: header.map((name) => members.get(name) ?? '') }
    })
    return end
  }

  proposal(declared: DeclaredEncoding): SchemaProposal {
    const { format, encoding, header = [] } = this.#seen
    if (format === undefined || header.length === 0) throw new IngestError('source-empty', '文件中没有表头。', { row: 0 })
    const columns = proposeColumns(header.map((name, place) => ({ header: name.trim(), texts: this.#rows.map((row) => row[place] ?? '') })))
    const encodingDetected = declared === 'detect' && (format === 'csv' || format === 'tsv' || format === 'jsonl')
    return { format, encoding, encodingDetected, rows: this.#rows.length, whole: this.whole, columns, warnings: warningsOf(format, columns, this.#rows.length) }
  }
}

function warningsOf(format: NamedFormat, columns: readonly ColumnProposal[], rows: number): string[] {
  const named = columns.filter(({ header }) => /^[+-]?\d+(?:[.\-/]\d+)*$/.test(header.trim()))
  const [first] = named
  const misfits = columns.filter(({ share }) => share < 1)
  return [
    ...(format !== 'jsonl' && first !== undefined ? [`表头中“${first.title}”等 ${named.length} 列是数字或者日期，第一行可能是数据而不是表头，请核对。`] : []),
    ...(rows === 0 ? ['文件中没有数据行，列的类型无从推断。'] : []),
    ...misfits.map(({ title, firstMisfit }) => `“${title}”列第 ${firstMisfit?.row ?? 1} 行（不计表头）的值与建议的类型不符，请更正数据或者改用文本类型。`),
  ]
}
