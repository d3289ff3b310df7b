/** The whole of an ingest inside the child process: bytes in, sealed files out, nothing in between left behind. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { headerOf } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { csvRows } from '#adapters/vault/ingest/csv-rows.ts'
import type { CsvRow } from '#adapters/vault/ingest/csv-rows.ts'
import { decodedLines } from '#adapters/vault/ingest/decode-lines.ts'
import type { DeclaredEncoding, TextEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { textBytes } from '#adapters/vault/ingest/source-bytes.ts'
import type { SourceDigests } from '#adapters/vault/ingest/source-bytes.ts'
import { TableProfiler, summaryOf } from '#adapters/vault/ingest/table-profile.ts'
import type { ProfileSummary } from '#adapters/vault/ingest/table-profile.ts'
import { fieldReader } from '#adapters/vault/ingest/typed-value.ts'
import type { FieldReader, TypedValue } from '#adapters/vault/ingest/typed-value.ts'
import { ParquetParts } from '#adapters/vault/parquet/parquet-parts.ts'
import { partFrame } from '#adapters/vault/parquet/part-container.ts'
import { withTrustedEngine } from '#adapters/vault/parquet/trusted-engine.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { SealedWriter } from '#adapters/vault/seal/sealed-file.ts'
import type { SealedDigests } from '#adapters/vault/seal/sealed-file.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'

/** What the provider may state about the file beside it; each is checked, so that a file cut at a line end is noticed. */
export interface ExpectedSource {
  bytes?: number
  sha256?: string
  rows?: number
}

export interface IngestRequest {
  schema: TableSchema
  encoding: DeclaredEncoding
  limits: IngestLimits
  expected: ExpectedSource
  suite: Suite
  versionId: string
  dataKey: Buffer
  /** Paths that do not exist yet. */
  tablePath: string
  profilePath: string
  /** Private directory for the plaintext of one part at a time. */
  directory: string
}

export interface IngestResult {
  source: SourceDigests
  encoding: TextEncoding
  /** True when the encoding was found by content, not declared. */
  encodingDetected: boolean
  summary: ProfileSummary
  table: SealedDigests
  profile: SealedDigests
}

const saltBytes = 16

/** Ingests one CSV. On any error both sealed files are removed and the error is passed on. */
export async function ingestTable(request: IngestRequest, source: Readable): Promise<IngestResult> {
  try {
    return await ingestSealed(request, source)
  } catch (error) {
    await rm(request.tablePath, { force: true })
    await rm(request.profilePath, { force: true })
    throw error
  }
}

async function ingestSealed(request: IngestRequest, source: Readable): Promise<IngestResult> {
  const profiler = new TableProfiler(request.schema, randomBytes(saltBytes).toString('hex'))
  const writer = await SealedWriter.create(request.tablePath, request.suite, request.dataKey, sealPurpose('table', request.versionId))
  try {
    const end = await withTrustedEngine(request.directory, async (connection) => {
      const parts = new ParquetParts(connection, request.schema, request.directory, async (part) => {
        for (const bytes of partFrame(part)) await writer.write(bytes)
      })
      const ended = await readRows(request, source, profiler, parts)
      await parts.finish()
      return ended
    })
    for (const bytes of partFrame(Buffer.alloc(0))) await writer.write(bytes)
    const profile = profiler.profile()
    refuseUnexpected(request.expected, end.digests, profile.rows)
    return {
      source: end.digests,
      encoding: end.encoding,
      encodingDetected: end.detected,
      summary: summaryOf(profile),
      table: await writer.finish(),
      profile: await sealProfile(request, profile),
    }
  } catch (error) {
    await writer.abandon()
    throw error
  }
}

async function readRows(
  request: IngestRequest,
  source: Readable,
  profiler: TableProfiler,
  parts: ParquetParts,
): Promise<{ digests: SourceDigests; encoding: TextEncoding; detected: boolean }> {
  const { schema, limits } = request
  const readers = schema.columns.map(fieldReader)
  const rows = csvRows(decodedLines(textBytes(source, limits), request.encoding, limits.lineBytesMax), schema, limits.lineBytesMax)
  for (;;) {
    const next = await rows.next()
    if (next.done === true) return next.value
    const row = typedRow(next.value, schema.columns, readers)
    profiler.add(row)
    await parts.add(row)
  }
}

function typedRow(row: CsvRow, columns: ColumnSchema[], readers: FieldReader[]): (TypedValue | null)[] {
  return columns.map((column, index) => {
    const text = row.fields[index] ?? ''
    const read = readers[index]?.(text)
    if (read === undefined) throw new Error('a column without its reader')
    if ('value' in read) return read.value
    const name = headerOf(column) === column.title ? `“${column.title}”` : `“${column.title}”（${headerOf(column)}）`
    throw new IngestError(read.fault.code, `第 ${row.number} 行（不计表头）${name}列应为${read.fault.expected}，实为${shown(text, column)}。`, {
      row: row.number,
      column: headerOf(column),
    })
  })
}

const shownCharactersMax = 20

/** A value that may concern an entity is never repeated in a message, because messages are logged. */
function shown(text: string, column: ColumnSchema): string {
  if (text === '') return '空'
  if (column.role !== 'ordinary') return `${text.length} 个字符的其他内容（涉及主体，不予显示）`
  return text.length > shownCharactersMax ? `“${text.slice(0, shownCharactersMax)}…”` : `“${text}”`
}

function refuseUnexpected(expected: ExpectedSource, digests: SourceDigests, rows: number): void {
  const place = { row: rows }
  if (expected.bytes !== undefined && expected.bytes !== digests.bytes) {
    throw new IngestError('source-differs', `文件应为 ${expected.bytes} 字节，实收 ${digests.bytes} 字节，最后一条完整记录为第 ${rows} 行（不计表头）。`, place)
  }
  if (expected.rows !== undefined && expected.rows !== rows) {
    throw new IngestError('source-differs', `文件应有 ${expected.rows} 行数据，实有 ${rows} 行。`, place)
  }
  if (expected.sha256 !== undefined && expected.sha256.toLowerCase() !== digests.sha256) {
    throw new IngestError('source-differs', '文件的 SHA-256 校验值与提供方所报不符。', place)
  }
}

async function sealProfile(request: IngestRequest, profile: unknown): Promise<SealedDigests> {
  const writer = await SealedWriter.create(request.profilePath, request.suite, request.dataKey, sealPurpose('profile', request.versionId))
  try {
    await writer.write(Buffer.from(JSON.stringify(profile)))
    return await writer.finish()
  } catch (error) {
    await writer.abandon()
    throw error
  }
}
