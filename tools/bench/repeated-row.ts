import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { ingestInChild } from '#adapters/vault/child/run-child.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { openPrivateTemporary, withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import { suppliedFile } from './bad-rows.ts'
import { HeldMemory } from './held-memory.ts'
import { FIELDS, kindOf, mb, seconds } from './upload-run.ts'
import { TITLES } from './supplied-rows.ts'
import type { Print } from './figure.ts'

const TYPES = ['integer', 'text', 'text', 'decimal', 'date', 'text'] as const
const PIECE_BYTES = 1_048_576
/** A catalog that has every number once, and refuses what has one twice; the demonstration's tables only report it. */
const SCHEMA = tableSchema.parse({
  name: 'fees', title: '收费登记', entity: { kind: 'none' },
  columns: FIELDS.map((name, at) => ({ name, title: TITLES[at], header: TITLES[at], type: TYPES[at], nullable: true, ...(TYPES[at] === 'decimal' ? { scale: 2 } : {}) })),
  quality: [{ dimension: 'uniqueness', columns: ['no'], refuse: true }],
})

/** A file whose last row has the number of the row before, taken in as the server does it but under a rule that refuses it. */
export async function refusedRepeatedRow(print: Print, bytes: number): Promise<void> {
  const file = suppliedFile('repeated', bytes)
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  const temporary = await openPrivateTemporary(folder)
  const memory = new HeldMemory(process.pid, kindOf)
  const since = performance.now()
  try {
    const request = { schema: SCHEMA, encoding: 'detect' as const, limits: defaultIngestLimits, expected: {}, suppliedOn: '2026-11-22', suite: 'aes-256-gcm' as const, versionId: 'bench', dataKey: randomBytes(32) }
    const paths = { tablePath: join(folder, 'table'), profilePath: join(folder, 'profile'), stagePath: join(folder, 'stage') }
    await withPrivateDirectory(temporary, (directory) => ingestInChild({ ...request, ...paths, directory }, Readable.from(piecesOf(file), { objectMode: false })))
    print(`repeated, ${mb(file.bytes)}: TAKEN IN, although two rows have one number`)
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    const left = (await readdir(folder)).filter((name) => !temporary.root.endsWith(name))
    const wanted = error.code === 'row-duplicated' && error.row === file.rows ? 'as wanted' : 'OTHER THAN WANTED'
    print(`repeated, ${mb(file.bytes)}, the last row has the number of the row before: refused after ${seconds(performance.now() - since)}; sealer ${memory.peakMb('sealer').toFixed(0)}, reader ${memory.peakMb('reader').toFixed(0)} MB`)
    print(`  refused: ${error.message} (${error.code}, row ${error.row}, column ${error.column}; the file has ${file.rows} rows) ${wanted}; left behind: ${left.length === 0 ? 'nothing' : left.join(', ')}`)
  } finally {
    memory.stop()
    await rm(temporary.root, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

function* piecesOf(file: { bytes: number; piece(from: number, to: number): Buffer }): Generator<Buffer> {
  for (let at = 0; at < file.bytes; at += PIECE_BYTES) yield file.piece(at, at + PIECE_BYTES)
}
