/**
 * A new version out of the one before and a delta. The delta is read first and whole, so that a fault in it is found before
 * a row of the version before is asked for; parts that it does not touch are kept as they are, byte for byte.
 */
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { columnNamed } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { QualityFinding } from '#core/boundary/quality-rule.ts'
import type { DeltaChanges } from '#core/boundary/supply-mode.ts'
import { deltaSchema } from '#adapters/vault/ingest/delta-request.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { ParseRequest, ParseRoom, ParsedTable } from '#adapters/vault/ingest/parse-table.ts'
import { QualityCheck, refuseBroken } from '#adapters/vault/ingest/quality-check.ts'
import { readRows } from '#adapters/vault/ingest/read-rows.ts'
import type { RowsRead } from '#adapters/vault/ingest/read-rows.ts'
import { SpreadSample } from '#adapters/vault/ingest/spread-sample.ts'
import { TableParts } from '#adapters/vault/ingest/table-parts.ts'
import type { PartObserver } from '#adapters/vault/ingest/table-parts.ts'
import { TableProfiler } from '#adapters/vault/ingest/table-profile.ts'
import { withEngineConnections } from '#adapters/vault/parquet/trusted-engine.ts'
import type { EngineConnections } from '#adapters/vault/parquet/trusted-engine.ts'

/** The parts of the version before, one after the other. */
export interface BaseParts {
  /** Bytes of the next part; undefined after the last. */
  next(): Promise<Buffer | undefined>
  /** The part that came last becomes a part of the new version as it is. */
  keep(): Promise<void>
}

const saltBytes = 16
const privateFile = 0o600
/** Rows of the delta that become a part at once. */
const sliceRows = 245_760
/** Place of a row in the delta file; no column can be called so, for names hold no dot. */
const place = quotedIdentifier('delta.row')

/** Reads delta and base. Throws `IngestError` naming row and column of the delta. */
export async function parseDelta(request: ParseRequest & { delta: DeltaRequest }, source: Readable, room: ParseRoom & { base: BaseParts }): Promise<ParsedTable> {
  return withEngineConnections(room.directory, async (connections) => {
    const { schema, delta } = request
    const supplied = deltaSchema(schema, delta)
    const read = await readDelta(request, supplied, source, room, connections)
    if (delta.mode !== 'append') await refuseUnusableKeys(connections.making, supplied, delta)
    const profiler = new TableProfiler(connections.looking, schema, randomBytes(saltBytes).toString('hex'))
    const quality = new QualityCheck(connections.looking, schema)
    const parts = new TableParts(connections, schema, room.directory, [profiler, quality], (bytes) => room.part(bytes))
    try {
      const { kept, changes } = await combine(request, room, connections.making, parts)
      const findings = (await quality.findings(request.suppliedOn)).map((finding) => asOfDelta(finding, kept))
      refuseBroken(schema, findings)
      return { ...read, profile: await profiler.profile(), findings, changes }
    } finally {
      await parts.settled()
    }
  })
}

async function readDelta(request: ParseRequest, supplied: TableSchema, source: Readable, room: ParseRoom, connections: EngineConnections): Promise<RowsRead & Pick<ParsedTable, 'contents'>> {
  const sample = new SpreadSample(connections.looking, supplied.columns)
  const parts = new TableParts(connections, supplied, room.directory, [new DeltaTable(connections.looking), sample], null)
  try {
    const read = await readRows({ shape: supplied, encoding: request.encoding, limits: request.limits, directory: room.directory, stage: room.stage, parts, connection: connections.making }, source)
    await parts.finish()
    return { ...read, contents: sample.contents() }
  } finally {
    await parts.settled()
  }
}

/** Gathers the blocks of the delta in the table `delta`, each row with its place in the file. */
class DeltaTable implements PartObserver {
  readonly #connection: DuckDBConnection
  #rows = 0

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  async addPart(): Promise<void> {
    const rows = `SELECT ${this.#rows} + rowid + 1 AS ${place}, * FROM part`
    await this.#connection.run(this.#rows === 0 ? `CREATE OR REPLACE TABLE delta AS ${rows}` : `INSERT INTO delta ${rows}`)
    this.#rows = await countOf(this.#connection, 'SELECT count(*) FROM delta')
  }
}

async function refuseUnusableKeys(connection: DuckDBConnection, supplied: TableSchema, { key }: DeltaRequest): Promise<void> {
  const named = key.map((name) => columnNamed(supplied, name)?.title ?? name).join('、')
  for (const name of key) {
    const row = await countOf(connection, `SELECT min(${place}) FROM delta WHERE ${quotedIdentifier(name)} IS NULL`)
    if (row > 0) throw new IngestError('value-missing', `第 ${row} 行（不计表头）的主键列“${columnNamed(supplied, name)?.title ?? name}”为空，无法确定所指的记录。`, { row, column: name })
  }
  const names = key.map(quotedIdentifier).join(', ')
  const [[second, first] = []] = await rowsOf(connection, `SELECT min(list[2]), min_by(list[1], list[2]) FROM (SELECT min(${place}, 2) AS list FROM delta GROUP BY ${names} HAVING count(*) > 1)`)
  if (typeof second !== 'bigint') return
  throw new IngestError('row-duplicated', `第 ${second} 行与第 ${String(first)} 行（不计表头）的主键（${named}）相同，无法确定以哪一行为准。`, { row: Number(second), column: key.join('、') })
}

/** Parts of the base without the rows that the delta names, then the rows of the delta. `kept` rows come before those. */
async function combine(request: ParseRequest & { delta: DeltaRequest }, room: ParseRoom & { base: BaseParts }, connection: DuckDBConnection, parts: TableParts): Promise<{ kept: number; changes: DeltaChanges }> {
  const { schema, delta } = request
  const names = schema.columns.map(({ name }) => quotedIdentifier(name)).join(', ')
  const same = delta.key.map((name) => `base.${quotedIdentifier(name)} = delta.${quotedIdentifier(name)}`).join(' AND ')
  const path = join(room.directory, 'base.parquet')
  const rows = await countOf(connection, 'SELECT count(*) FROM delta')
  await connection.run(`CREATE OR REPLACE TABLE matched (row BIGINT)`)
  let kept = 0
  let matched = 0
  for (let bytes = await room.base.next(); bytes !== undefined; bytes = await room.base.next()) {
    await writeFile(path, bytes, { flag: 'wx', mode: privateFile })
    const base = `read_parquet(${quotedText(path)}) AS base`
    if (delta.mode !== 'append') await connection.run(`INSERT INTO matched SELECT delta.${place} FROM ${base} JOIN delta ON ${same}`)
    const now = await countOf(connection, 'SELECT count(*) FROM matched')
    const untouched = now === matched
    kept += await parts.takeTyped(`SELECT ${names} FROM ${base}${untouched ? '' : ` WHERE NOT EXISTS (FROM delta WHERE ${same})`}`, untouched ? () => room.base.keep() : undefined)
    // The part that is kept is the one that came last, so the next is asked for only then.
    await parts.drained()
    matched = now
    await rm(path)
  }
  await refuseUnmatched(connection, delta)
  for (let at = 0; delta.mode !== 'delete' && at < rows; at += sliceRows) {
    await parts.takeTyped(`SELECT ${names} FROM delta WHERE ${place} > ${at} AND ${place} <= ${at + sliceRows} ORDER BY ${place}`)
  }
  await parts.finish()
  const removed = delta.mode === 'delete' ? matched : 0
  const replaced = delta.mode === 'upsert' ? matched : 0
  return { kept, changes: { rows, added: delta.mode === 'delete' ? 0 : rows - replaced, replaced, removed } }
}

/** A key that names several rows of the base, or none where rows are to be removed, says that the key is not what it was taken for. */
async function refuseUnmatched(connection: DuckDBConnection, { mode, key }: DeltaRequest): Promise<void> {
  const column = key.join('、')
  const several = await countOf(connection, 'SELECT min(row) FROM (SELECT row FROM matched GROUP BY row HAVING count(*) > 1)')
  if (several > 0) throw new IngestError('delta-key-ambiguous', `第 ${several} 行（不计表头）的主键在上一版本中对应多条记录，无法确定更新哪一条。`, { row: several, column })
  const unknown = mode === 'delete' ? await countOf(connection, `SELECT min(${place}) FROM delta WHERE ${place} NOT IN (SELECT row FROM matched)`) : 0
  if (unknown > 0) throw new IngestError('delta-key-unknown', `第 ${unknown} 行（不计表头）的主键在上一版本中没有对应的记录，无法删除。`, { row: unknown, column })
}

/** Rows are counted as in the delta file where they come from it; those of the base keep their places. */
function asOfDelta(finding: QualityFinding, kept: number): QualityFinding {
  const own = (row: number): number => (row > kept ? row - kept : row)
  return {
    ...finding,
    ...(finding.firstRow === undefined ? {} : { firstRow: own(finding.firstRow) }),
    ...(finding.failures === undefined ? {} : { failures: finding.failures.map((failure) => ({ ...failure, row: own(failure.row) })) }),
  }
}

async function countOf(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await rowsOf(connection, sql))[0]?.[0] ?? 0)
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows()
}
