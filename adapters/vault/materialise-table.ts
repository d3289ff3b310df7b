/** Materialisation inside the child process: sealed rows in, a Parquet file with the authorised columns and rows out. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedText } from '#core/boundary/sql-text.ts'
import type { RowFilter } from '#core/boundary/row-filter.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { keptColumns } from '#core/protection/protection-rules.ts'
import { protectedList } from '#adapters/vault/materialise-protection.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import { partsOf } from '#adapters/vault/parquet/part-container.ts'
import { withTrustedEngine } from '#adapters/vault/parquet/trusted-engine.ts'
import { filterClause, selectedColumns } from '#adapters/vault/selection.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { readSealed } from '#adapters/vault/seal/sealed-file.ts'

export interface MaterialiseRequest {
  schema: TableSchema
  versionId: string
  dataKey: Buffer
  tablePath: string
  /** Names of the authorised columns, in the order wanted. */
  columns: string[]
  filter: RowFilter
  /** Applied to every row before it is written; null where the table has no rules. */
  protection: Protection | null
  /** The file to write; it must not exist. */
  outputPath: string
  /** Private directory for the decrypted parts. */
  directory: string
}

export interface MaterialiseResult {
  rows: number
  columns: string[]
  bytes: number
  /** Digests of the Parquet file. Same version, columns, filter, rules, key and engine give the same file. */
  sha256: string
  sm3: string
}

const privateFile = 0o600

/** Writes the file. On any error it is removed; the decrypted parts are removed in either case. */
export async function materialiseTable(request: MaterialiseRequest): Promise<MaterialiseResult> {
  const { protection } = request
  const columns = selectedColumns(request.schema, keptColumns(protection?.rules ?? null, request.columns))
  const clause = filterClause(request.schema, [...request.filter, ...(protection?.rules.rows ?? [])])
  // Claimed exclusively first: the engine itself would overwrite, and follow a link that lies there.
  await (await open(request.outputPath, 'wx', privateFile)).close()
  try {
    const parts = await decryptParts(request)
    const rows = await withTrustedEngine(request.directory, async (connection) => {
      const list = protectedList(connection, columns, protection)
      // The conditions read the values as they are, also of columns that leave changed.
      const raw = `SELECT * FROM read_parquet([${parts.map(quotedText).join(', ')}]) WHERE ${clause.sql}`
      const select = `SELECT ${list} FROM (${raw}) AS raw`
      await connection.run(`COPY (${select}) TO ${quotedText(request.outputPath)} (FORMAT parquet, COMPRESSION zstd)`, clause.parameters)
      return countRows(connection, request.outputPath)
    })
    await chmod(request.outputPath, privateFile)
    return { rows, columns, ...(await digestsOf(request.outputPath)) }
  } catch (error) {
    await rm(request.outputPath, { force: true })
    throw error
  }
}

async function decryptParts(request: MaterialiseRequest): Promise<string[]> {
  const paths: string[] = []
  for await (const part of partsOf(readSealed(request.tablePath, request.dataKey, sealPurpose('table', request.versionId)))) {
    const path = join(request.directory, `part-${paths.length}.parquet`)
    await writeFile(path, part, { flag: 'wx', mode: privateFile })
    paths.push(path)
  }
  return paths
}

async function countRows(connection: DuckDBConnection, path: string): Promise<number> {
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quotedText(path)})`)
  return Number(counted.value(0, 0))
}

async function digestsOf(path: string): Promise<{ bytes: number; sha256: string; sm3: string }> {
  const sha256 = createHash('sha256')
  const sm3 = createHash('sm3')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    bytes += chunk.length
    sha256.update(chunk)
    sm3.update(chunk)
  }
  return { bytes, sha256: sha256.digest('hex'), sm3: sm3.digest('hex') }
}
