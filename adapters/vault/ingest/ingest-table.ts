/** The sealing side of an ingest: it holds the key and never looks into the content, which another part reads. */
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { DeltaChanges } from '#core/boundary/supply-mode.ts'
import type { TextEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import { IngestError, storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import { measuredSource } from '#adapters/vault/ingest/measured-source.ts'
import type { SourceDigests } from '#adapters/vault/ingest/measured-source.ts'
import type { BaseParts } from '#adapters/vault/ingest/parse-delta.ts'
import type { ParseRequest, ParseRoom, ParsedTable } from '#adapters/vault/ingest/parse-table.ts'
import { withSealedStage } from '#adapters/vault/ingest/sealed-stage.ts'
import type { NamedFormat } from '#adapters/vault/ingest/source-format.ts'
import type { ColumnContents } from '#adapters/vault/ingest/spread-sample.ts'
import { summaryOf } from '#adapters/vault/ingest/table-profile.ts'
import type { ProfileSummary } from '#adapters/vault/ingest/table-profile.ts'
import { partFrame, partsOf } from '#adapters/vault/parquet/part-container.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { FileDigests, SealedWriter, readSealed } from '#adapters/vault/seal/sealed-file.ts'
import type { SealedDigests } from '#adapters/vault/seal/sealed-file.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'

/** What the provider may state about the file beside it; each is checked, so that a file cut at a line end is noticed. */
export interface ExpectedSource {
  bytes?: number
  sha256?: string
  rows?: number
}

export interface IngestRequest extends ParseRequest {
  expected: ExpectedSource
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
  /** The version that a delta belongs to. */
  base?: SealedBase
}

export interface SealedBase {
  tablePath: string
  versionId: string
  dataKey: Buffer
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
  /** What the content of the supplied rows seems to be, where it seems to be something. */
  contents: ColumnContents[]
  /** What a delta did; absent for a file that stands for itself. */
  changes?: DeltaChanges
}

/** Reads a table in a room: `parseTable` behind walls, or itself in tests. This side must not know it, for then it could read. */
export type ParseInRoom = (request: ParseRequest, source: Readable, room: ParseRoom) => Promise<ParsedTable>

/** Ingests one table. On any error both sealed files are removed and the error is passed on. */
export async function ingestTable(request: IngestRequest, source: Readable, parse: ParseInRoom): Promise<IngestResult> {
  try {
    return await ingestSealed(request, source, parse)
  } catch (error) {
    await rm(request.tablePath, { force: true })
    await rm(request.profilePath, { force: true })
    throw storageFull(error) ?? error
  }
}

async function ingestSealed(request: IngestRequest, source: Readable, parse: ParseInRoom): Promise<IngestResult> {
  const digests = new FileDigests()
  const writer = await SealedWriter.create(request.tablePath, request.suite, request.dataKey, sealPurpose('table', request.versionId), digests)
  try {
    const measured = measuredSource(source)
    const { schema, encoding, limits, suppliedOn, delta } = request
    const seal = async (part: Buffer): Promise<void> => {
      for (const bytes of partFrame(part)) await writer.write(bytes)
    }
    const parsed = await withSealedStage(request, (stage) =>
      parse({ schema, encoding, limits, suppliedOn, ...(delta === undefined ? {} : { delta }) }, measured.bytes, {
        directory: request.directory,
        stage,
        part: seal,
        ...(request.base === undefined ? {} : { base: openedBase(request.base, seal) }),
      }),
    )
    await seal(Buffer.alloc(0))
    const supplied: SourceDigests = { ...measured.digests(), compression: parsed.content.compression }
    if (supplied.bytes !== parsed.content.bytes) throw new Error('the reader did not read the source to its end')
    const { profile, findings, contents, changes } = parsed
    refuseUnexpected(request.expected, supplied, changes?.rows ?? profile.rows)
    await writer.finish()
    return {
      source: supplied,
      format: parsed.format,
      encoding: parsed.encoding,
      encodingDetected: parsed.encodingDetected,
      summary: { ...summaryOf(profile), ...(findings.length === 0 ? {} : { quality: findings }) },
      table: digests.end(),
      profile: await sealProfile(request, profile),
      contents,
      ...(changes === undefined ? {} : { changes }),
    }
  } catch (error) {
    await writer.abandon()
    throw error
  }
}

/** The parts of the version before, opened one by one; what is kept of them never leaves this side. */
function openedBase(base: SealedBase, seal: (part: Buffer) => Promise<void>): BaseParts {
  const parts = partsOf(readSealed(base.tablePath, base.dataKey, sealPurpose('table', base.versionId)))
  let last: Buffer | undefined
  return {
    next: async () => {
      const next = await parts.next()
      last = next.done === true ? undefined : next.value
      return last
    },
    keep: async () => {
      if (last === undefined) throw new Error('there is no part to keep')
      await seal(last)
    },
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
  const digests = new FileDigests()
  const writer = await SealedWriter.create(request.profilePath, request.suite, request.dataKey, sealPurpose('profile', request.versionId), digests)
  try {
    await writer.write(Buffer.from(JSON.stringify(profile)))
    await writer.finish()
    return digests.end()
  } catch (error) {
    await writer.abandon()
    throw error
  }
}
