/** The whole of an ingest inside the child process: bytes in, sealed files out, nothing in between left behind. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { decodedLines } from '#adapters/vault/ingest/decode-lines.ts'
import type { DeclaredEncoding, TextEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import type { FieldRow } from '#adapters/vault/ingest/delimited-rows.ts'
import { ingestDelimited } from '#adapters/vault/ingest/ingest-delimited.ts'
import { IngestError, storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestParquet } from '#adapters/vault/ingest/ingest-parquet.ts'
import { workbookRows } from '#adapters/vault/ingest/ingest-workbook.ts'
import { jsonRows } from '#adapters/vault/ingest/json-lines.ts'
import { QualityCheck, refuseBroken } from '#adapters/vault/ingest/quality-check.ts'
import { textBytes } from '#adapters/vault/ingest/source-bytes.ts'
import type { SourceDigests } from '#adapters/vault/ingest/source-bytes.ts'
import { peeked, recognise } from '#adapters/vault/ingest/source-format.ts'
import type { NamedFormat } from '#adapters/vault/ingest/source-format.ts'
import { withStagedSource } from '#adapters/vault/ingest/staged-source.ts'
import { TableParts } from '#adapters/vault/ingest/table-parts.ts'
import { TableProfiler, summaryOf } from '#adapters/vault/ingest/table-profile.ts'
import type { ProfileSummary } from '#adapters/vault/ingest/table-profile.ts'
import type { TextLines } from '#adapters/vault/ingest/text-blocks.ts'
import { rowTyper } from '#adapters/vault/ingest/typed-row.ts'
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
  /** ISO date of the supply, for the rule of timeliness. */
  suppliedOn: string
  suite: Suite
  versionId: string
  dataKey: Buffer
  /** Paths that do not exist yet. */
  tablePath: string
  profilePath: string
  /** Where a file that must be read out of order lies sealed meanwhile. */
  stagePath: string
  /** Private directory for the plaintext of one part at a time. */
  directory: string
}

export interface IngestResult {
  source: SourceDigests
  format: NamedFormat
  /** `utf-8` for formats that are no plain text. */
  encoding: TextEncoding
  /** True when the encoding was found by content, not declared. */
  encodingDetected: boolean
  summary: ProfileSummary
  table: SealedDigests
  profile: SealedDigests
}

const saltBytes = 16

interface SourceRead {
  digests: SourceDigests
  format: NamedFormat
  encoding: TextEncoding
  detected: boolean
}

/** Ingests one table. On any error both sealed files are removed and the error is passed on. */
export async function ingestTable(request: IngestRequest, source: Readable): Promise<IngestResult> {
  try {
    return await ingestSealed(request, source)
  } catch (error) {
    await rm(request.tablePath, { force: true })
    await rm(request.profilePath, { force: true })
    throw storageFull(error) ?? error
  }
}

async function ingestSealed(request: IngestRequest, source: Readable): Promise<IngestResult> {
  const writer = await SealedWriter.create(request.tablePath, request.suite, request.dataKey, sealPurpose('table', request.versionId))
  try {
    const { read, profile, findings } = await withTrustedEngine(request.directory, async (connection) => {
      const profiler = new TableProfiler(connection, request.schema, randomBytes(saltBytes).toString('hex'))
      const quality = new QualityCheck(connection, request.schema)
      const parts = new TableParts(connection, request.schema, request.directory, [profiler, quality], async (part) => {
        for (const bytes of partFrame(part)) await writer.write(bytes)
      })
      const whole = await readSource(request, source, parts, connection)
      await parts.finish()
      const found = await quality.findings(request.suppliedOn)
      refuseBroken(request.schema, found)
      return { read: whole, profile: await profiler.profile(), findings: found }
    })
    for (const bytes of partFrame(Buffer.alloc(0))) await writer.write(bytes)
    refuseUnexpected(request.expected, read.digests, profile.rows)
    return {
      source: read.digests,
      format: read.format,
      encoding: read.encoding,
      encodingDetected: read.detected,
      summary: { ...summaryOf(profile), ...(findings.length === 0 ? {} : { quality: findings }) },
      table: await writer.finish(),
      profile: await sealProfile(request, profile),
    }
  } catch (error) {
    await writer.abandon()
    throw error
  }
}

async function readSource(request: IngestRequest, source: Readable, parts: TableParts, connection: DuckDBConnection): Promise<SourceRead> {
  const { schema, limits, directory } = request
  const { head, bytes } = await peeked(textBytes(source, limits))
  const recognised = recognise(head)
  if ('code' in recognised) {
    await bytes.return({ fault: { code: recognised.code, clause: '', byteOffset: 0, compressed: false } })
    throw new IngestError(recognised.code, `文件${recognised.clause}。`, { row: 0, byteOffset: 0 })
  }
  const lines = (): TextLines => decodedLines(bytes, request.encoding, limits.lineBytesMax)
  switch (recognised.format) {
    case 'delimited': {
      const { end, format } = await ingestDelimited({ schema, limits, directory, parts }, lines())
      return { digests: end.digests, format, encoding: end.encoding, detected: end.detected }
    }
    case 'json-lines': {
      const end = await addRows(jsonRows(lines(), schema), schema, parts)
      return { digests: end.digests, format: 'jsonl', encoding: end.encoding, detected: end.detected }
    }
    case 'parquet': {
      const { digests } = await withStagedSource(request, bytes, (staged) => ingestParquet({ schema, limits, directory, parts, connection }, staged))
      return { digests, format: 'parquet', encoding: 'utf-8', detected: false }
    }
    case 'workbook': {
      const { digests } = await withStagedSource(request, bytes, (staged) => addRows(workbookRows(staged, schema, limits), schema, parts))
      return { digests, format: 'xlsx', encoding: 'utf-8', detected: false }
    }
  }
}

/** Types the rows one by one; gives what the rows end in. */
async function addRows<End>(rows: AsyncGenerator<FieldRow, End>, schema: TableSchema, parts: TableParts): Promise<End> {
  const typed = rowTyper(schema)
  for (;;) {
    const next = await rows.next()
    if (next.done === true) return next.value
    await parts.add(typed(next.value))
  }
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
