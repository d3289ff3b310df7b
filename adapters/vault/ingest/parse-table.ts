/**
 * The reading of a supplied table, from bytes to typed parts and profile: everything that touches content which others
 * wrote. It holds no key and knows no place but its private directory, so that it can run behind walls.
 */
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { QualityFinding } from '#core/boundary/quality-rule.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { DeltaChanges } from '#core/boundary/supply-mode.ts'
import type { DeclaredEncoding, TextEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { parseDelta } from '#adapters/vault/ingest/parse-delta.ts'
import type { BaseParts } from '#adapters/vault/ingest/parse-delta.ts'
import { QualityCheck, refuseBroken } from '#adapters/vault/ingest/quality-check.ts'
import { readRows } from '#adapters/vault/ingest/read-rows.ts'
import type { SourceContent } from '#adapters/vault/ingest/source-bytes.ts'
import type { NamedFormat } from '#adapters/vault/ingest/source-format.ts'
import { SpreadSample } from '#adapters/vault/ingest/spread-sample.ts'
import type { ColumnContents } from '#adapters/vault/ingest/spread-sample.ts'
import type { Stage } from '#adapters/vault/ingest/staged-source.ts'
import { TableParts } from '#adapters/vault/ingest/table-parts.ts'
import { TableProfiler } from '#adapters/vault/ingest/table-profile.ts'
import type { SealedProfile } from '#adapters/vault/ingest/table-profile.ts'
import { withEngineConnections } from '#adapters/vault/parquet/trusted-engine.ts'

export interface ParseRequest {
  schema: TableSchema
  encoding: DeclaredEncoding
  limits: IngestLimits
  /** ISO date of the supply, for the rule of timeliness. */
  suppliedOn: string
  /** Absent: the file stands for itself. */
  delta?: DeltaRequest
}

/** What a reading may use: nothing else of the machine. */
export interface ParseRoom {
  /** Private directory for the plaintext of one part at a time. */
  directory: string
  stage: Stage
  /** Takes the bytes of each finished Parquet file, in order. */
  part(bytes: Buffer): Promise<void>
  /** The version before, for a delta. */
  base?: BaseParts
}

export interface ParsedTable {
  content: SourceContent
  format: NamedFormat
  /** `utf-8` for formats that are no plain text. */
  encoding: TextEncoding
  /** True when the encoding was found by content, not declared. */
  encodingDetected: boolean
  profile: SealedProfile
  findings: QualityFinding[]
  /** What the content of the supplied rows seems to be, where it seems to be something. */
  contents: ColumnContents[]
  /** What a delta did. */
  changes?: DeltaChanges
}

const saltBytes = 16

/** Reads one table. Throws `IngestError`, or what the engine says about a full disk. */
export async function parseTable(request: ParseRequest, source: Readable, room: ParseRoom): Promise<ParsedTable> {
  const { delta } = request
  const { base } = room
  if (delta !== undefined && base !== undefined) return parseDelta({ ...request, delta }, source, { ...room, base })
  return withEngineConnections(room.directory, async (connections) => {
    const { schema } = request
    const profiler = new TableProfiler(connections.looking, schema, randomBytes(saltBytes).toString('hex'))
    const quality = new QualityCheck(connections.looking, schema)
    const sample = new SpreadSample(connections.looking, schema.columns)
    const parts = new TableParts(connections, schema, room.directory, [profiler, quality, sample], (bytes) => room.part(bytes))
    try {
      const read = await readRows({ shape: schema, encoding: request.encoding, limits: request.limits, directory: room.directory, stage: room.stage, parts, connection: connections.making }, source)
      await parts.finish()
      const findings = await quality.findings(request.suppliedOn)
      refuseBroken(schema, findings)
      return { ...read, profile: await profiler.profile(), findings, contents: sample.contents() }
    } finally {
      await parts.settled()
    }
  })
}
