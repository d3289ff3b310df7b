/** A process on a small disk: takes in a table that does not fit and writes down what was said and what was left. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'

const [full = '', disk = '', roomy = '', said = ''] = process.argv.slice(2)
const rows = 300_000

/** Rows that no compression makes small. */
function* csv(): Generator<string> {
  yield 'a,b\n'
  for (let row = 0; row < rows; row += 1) yield `${row},${randomBytes(24).toString('base64')}\n`
}

async function parquet(): Promise<Readable> {
  const path = join(roomy, 'source.parquet')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`COPY (SELECT i AS a, sha256(i::VARCHAR) AS b FROM range(${rows}) t(i)) TO '${path}' (FORMAT parquet)`)
  const { createReadStream } = await import('node:fs')
  return createReadStream(path)
}

const schema = tableSchema.parse({
  name: 'noise',
  title: '噪声',
  entity: { kind: 'none' },
  columns: [
    { name: 'a', title: '甲', type: 'integer', nullable: false },
    { name: 'b', title: '乙', type: 'text', nullable: false },
  ],
})
const onDisk = (kind: string): string => (kind === full ? disk : roomy)
const directory = join(onDisk('temporary'), `private-${full}`)
await mkdir(directory)
const freeBefore = (await statfs(disk)).bfree
const outcome: unknown = await ingestTable(
  {
    schema,
    encoding: 'detect',
    limits: defaultIngestLimits,
    expected: {},
    suppliedOn: '2026-11-22',
    suite: 'aes-256-gcm',
    versionId: 'test',
    dataKey: randomBytes(32),
    tablePath: join(onDisk('table'), 'table.sealed'),
    profilePath: join(onDisk('table'), 'profile.sealed'),
    stagePath: join(onDisk('stage'), 'stage.sealed'),
    directory,
  },
  full === 'stage' ? await parquet() : Readable.from(csv(), { objectMode: false }),
  parseTable,
).catch((error: unknown) => error)
const left = [...(await readdir(directory)), ...(await readdir(disk)).filter((name) => name.endsWith('.sealed'))]
const answer = outcome instanceof IngestError ? { code: outcome.code, cure: outcome.cure } : { code: String(outcome instanceof Error ? outcome.stack : 'taken in'), cure: '' }
await writeFile(said, JSON.stringify({ ...answer, left, freeAgain: (await statfs(disk)).bfree >= freeBefore }))
process.exit(0)
