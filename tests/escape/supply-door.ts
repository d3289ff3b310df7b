import { createHash, randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { readBehindWalls } from '#adapters/vault/child/behind-walls.ts'
import { frameKinds } from '#adapters/vault/child/frames.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { proposeSchema } from '#adapters/vault/schema-proposal.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import { UploadStore } from '#adapters/vault/uploads/upload-store.ts'
import type { Attempt } from '#tests/escape/attempt.ts'
import { hostileFile } from '#tests/escape/hostile-files.ts'
import type { Said } from '#tests/escape/plain-doors.ts'
import type { Scene } from '#tests/escape/scene.ts'
import { firstVersion, vaultOfItsOwn } from '#tests/support/vault.ts'

/** A file that is not refused after so long was not stopped by what it is. */
const SECONDS_MAX = 20
const schema = tableSchema.parse({ name: 't', title: '表', entity: { kind: 'none' }, columns: [{ name: 'a', title: '甲', type: 'text', nullable: true }] })

/** The way of a supplied file: uploaded under its name, looked at, taken in, and made ready for a job. */
export interface SupplyDoor {
  supply(attempt: Attempt): Promise<Said>
  close(): Promise<void>
}

export async function openSupplyDoor(scene: Scene): Promise<SupplyDoor> {
  const { folder, vault: usual, remove } = await vaultOfItsOwn('aes-256-gcm')
  const vault = { ...usual, limits: { ...defaultIngestLimits, secondsMax: SECONDS_MAX } }
  const uploads = await UploadStore.open(vault)
  const supplied = async (name: string, bytes: Buffer): Promise<string> => {
    const { id } = await uploads.begin('bureau', name, bytes.length)
    await uploads.append(id, 'bureau', { offset: 0, sha256: createHash('sha256').update(bytes).digest('hex'), source: Readable.from([bytes], { objectMode: false }) })
    const looked = await proposeSchema(vault, await uploads.read(id, 'bureau')).then(({ columns }) => JSON.stringify(columns), refusal)
    const prepared = await prepareVersion(vault, { datasetId: randomUUID(), schema, encoding: 'detect' }, await uploads.read(id, 'bureau'))
    const version = firstVersion({ ...prepared, summary: prepared.result.summary })
    const { path } = await materialise(vault, version, { columns: ['a'], filter: [] }, folder, `${prepared.versionId}.parquet`)
    return `${looked}\ntaken in: ${await rowsIn(path)}`
  }
  return {
    supply: async (attempt) => {
      const { name, bytes } = hostileFile(attempt, scene)
      try {
        return { answered: true, text: await supplied(name, bytes) }
      } catch (error) {
        return { answered: false, text: refusal(error) }
      }
    },
    close: remove,
  }
}

/** What the provider is told; an error that is no refusal would be a fault of ours. */
function refusal(error: unknown): string {
  if (error instanceof IngestError || error instanceof UploadError) return `${error.code} ${error.message}`
  throw error
}

async function rowsIn(path: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(`SELECT left(a, 1000) FROM '${path}' LIMIT 100`)).getRowsJson()
  connection.closeSync()
  instance.closeSync()
  await rm(path)
  return JSON.stringify(rows)
}

/** A reader that was taken over: it says what the attempt says to the part that holds the keys. */
export async function saidOnPipe(attempt: Attempt, folder: string): Promise<Said> {
  const speech = Buffer.concat(attempt.pipe.map(([kind, content]) => frame(kind, content)))
  const script = join(folder, 'speech.mjs')
  await writeFile(script, `process.stdin.resume(); process.stdin.once('data', () => process.stdout.write(Buffer.from('${speech.toString('hex')}', 'hex'), () => setTimeout(() => process.exit(0), 100)))`)
  const nothing = (): Promise<never> => Promise.reject(new IngestError('ingest-worker-died', 'there is no stage'))
  const room = { stage: { write: () => Promise.resolve(), finish: nothing }, part: () => Promise.resolve() }
  const command = { command: process.execPath, args: [script], inputsSeenAt: '', workSeenAt: '', filter: null }
  const request = { schema, encoding: 'detect', limits: defaultIngestLimits, suppliedOn: '2026-11-22' } as const
  try {
    const answer = await readBehindWalls({ command, secondsMax: SECONDS_MAX }, { read: 'table', request }, Readable.from([]), room)
    return { answered: true, text: `believed ${JSON.stringify(answer)}` }
  } catch (error) {
    return { answered: false, text: refusal(error) }
  }
}

function frame(kind: string | number, content: unknown): Buffer {
  const raw = typeof content === 'object' && content !== null && 'hex' in content ? Buffer.from(String(content.hex), 'hex') : null
  // A frame given in hex stands for itself, with a length that may lie.
  if (kind === 'raw') return raw ?? Buffer.alloc(0)
  const body = raw ?? Buffer.from(JSON.stringify(content))
  const head = Buffer.alloc(5)
  head.writeUInt8(typeof kind === 'number' ? kind : (Object.entries(frameKinds).find(([name]) => name === kind)?.[1] ?? 0))
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}
