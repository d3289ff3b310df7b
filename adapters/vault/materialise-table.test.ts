import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { programPath } from '#adapters/vault/child/programs.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { nameMaker } from '#adapters/vault/materialise-names.ts'
import { KEY_SEPARATOR, entityHashOf, pseudonymOf } from '#adapters/vault/materialise-protection.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import { materialiseTable } from '#adapters/vault/materialise-table.ts'
import { partFrame } from '#adapters/vault/parquet/part-container.ts'
import { placeOf } from '#adapters/vault/read-version.ts'
import { sealPurpose, sealedTablePath } from '#adapters/vault/sealed-names.ts'
import { SealedWriter } from '#adapters/vault/seal/sealed-file.ts'
import { keyBytes } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { firstVersion, vaultOfItsOwn } from '#tests/support/vault.ts'

const schema = tableSchema.parse({
  name: 'persons', title: '人员', entity: { kind: 'person', key: ['area', 'id'] },
  columns: [
    { name: 'area', title: '区划', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'id', title: '编号', type: 'integer', nullable: false, role: 'entity-key' },
    { name: 'born', title: '出生年', type: 'integer', nullable: true, role: 'quasi-identifier' },
  ],
})
const key = Buffer.alloc(keyBytes, 1)
const entityHash = { secret: 'of the platform', kind: 'person', key: ['area', 'id'] }
const protection: Protection = {
  rules: protectionRulesSchema.parse({ columns: [{ column: 'id', method: 'pseudonym' }], rows: [{ column: 'born', to: '2007' }] }),
  pseudonymKey: key,
  entityHash,
}

let folder = ''
let vault: Vault
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, vault, remove } = await vaultOfItsOwn('aes-256-gcm'))
})
afterAll(() => remove())

async function rowsOf(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(sql)).getRows()
  connection.closeSync()
  instance.closeSync()
  return rows
}

async function partOf(values: string): Promise<Buffer> {
  const path = join(folder, randomUUID())
  await rowsOf(`COPY (SELECT area, id::BIGINT AS id, born::BIGINT AS born FROM (VALUES ${values}) t(area, id, born)) TO '${path}' (FORMAT parquet)`)
  return readFile(path)
}

/** Seals parts as an ingest would have. */
async function sealed(parts: Buffer[]): Promise<VaultVersion> {
  const [versionId, datasetId, dataKey] = [randomUUID(), randomUUID(), randomBytes(keyBytes)]
  const path = sealedTablePath(placeOf(vault, { id: versionId, datasetId }))
  await mkdir(dirname(path), { recursive: true })
  const writer = await SealedWriter.create(path, vault.suite, dataKey, sealPurpose('table', versionId))
  for (const part of [...parts, Buffer.alloc(0)]) for (const bytes of partFrame(part)) await writer.write(bytes)
  await writer.finish()
  return firstVersion({ versionId, datasetId, schema, wrappedKey: await vault.masterKey.wrap(versionId, dataKey), summary: { rows: 5, columns: [] } })
}

const jobDirectory = (): Promise<string> => mkdtemp(join(folder, 'job-'))

describe('a table of several parts', () => {
  const parts = (): Promise<Buffer[]> => Promise.all([partOf(`('锦江', 1, 1987), ('锦江', 2, 2008), ('青羊', 1, 1999)`), partOf(`('金牛', 1, NULL), ('锦江', 1, 1950)`)])

  test('is one file in the order of its rows, with the names that only the keys can make', async () => {
    const version = await sealed(await parts())
    const written = await materialise(vault, version, { columns: ['area', 'id', 'born'], filter: [] }, await jobDirectory(), 'a.parquet', protection)
    const row = (area: string, id: string, born: bigint): unknown[] => [area, pseudonymOf(key, id), born, entityHashOf(entityHash, `${area}${KEY_SEPARATOR}${id}`)]
    expect(await rowsOf(`FROM '${written.path}'`)).toEqual([row('锦江', '1', 1987n), row('青羊', '1', 1999n), row('锦江', '1', 1950n)])
    expect(written).toMatchObject({ rows: 3, bytes: (await stat(written.path)).size, sha256: createHash('sha256').update(await readFile(written.path)).digest('hex') })
    const again = await materialise(vault, version, { columns: ['area', 'id', 'born'], filter: [] }, await jobDirectory(), 'a.parquet', protection)
    expect(again.sha256).toBe(written.sha256)
  })

  test('one of whose parts is no table is refused with the cause, and nothing is left', async () => {
    const [good = Buffer.alloc(0)] = await parts()
    const version = await sealed([good, Buffer.from('PAR1 but nothing else PAR1')])
    const directory = await jobDirectory()
    const outcome = materialise(vault, version, { columns: ['area'], filter: [] }, directory, 'a.parquet')
    await expect(outcome).rejects.toMatchObject({ code: 'table-content-must-be-readable', message: '准备数据表“人员”时发现所存的内容不能读取，没有保留任何内容。', cure: expect.stringContaining('核查') })
    expect(await readdir(directory)).toEqual([])
  })
})

test.each([
  ['ingest-worker-died', 'table-reader-must-not-die'],
  ['ingest-too-slow', 'table-reader-must-end-in-time'],
  ['memory-exceeded', 'table-must-fit-memory'],
  ['storage-full', 'table-must-fit-storage'],
] as const)('a reader that ends in %s leaves no file and names the cause', async (said, code) => {
  const version = await sealed([])
  const dataKey = await vault.masterKey.unwrap(version.id, version.wrappedKey ?? Buffer.alloc(0))
  const outputPath = join(await jobDirectory(), 'a.parquet')
  const request = { schema, versionId: version.id, dataKey, tablePath: sealedTablePath(placeOf(vault, version)), rows: 0, limits: defaultIngestLimits, columns: ['area'], filter: [], protection: null, outputPath }
  await expect(materialiseTable(request, () => Promise.reject(new IngestError(said, 'x')))).rejects.toMatchObject({ code })
  await expect(stat(outputPath)).rejects.toThrow('ENOENT')
  await rm(dirname(outputPath), { recursive: true })
})

test('names are made for as many texts as the table has use for, and for nothing else', () => {
  const ask = (of: string, texts: unknown): Buffer => Buffer.from(JSON.stringify({ of, texts }))
  const make = nameMaker(protection, 2, 1)
  expect(JSON.parse(make(ask('pseudonym', ['1', '2'])).toString())).toEqual([pseudonymOf(key, '1'), pseudonymOf(key, '2')])
  expect(() => make(ask('pseudonym', ['3']))).toThrow('more names of the kind pseudonym')
  expect(() => make(ask('key', ['1']))).toThrow('no question for names')
  expect(() => make(ask('entity', [1]))).toThrow('no question for names')
  expect(() => make(Buffer.from('{'))).toThrow('no question for names')
  expect(() => nameMaker({ rules: protection.rules, pseudonymKey: null }, 2, 1)(ask('pseudonym', ['1']))).toThrow('no key for names')
  expect(() => nameMaker(null, 2, 0)(ask('entity', ['1']))).toThrow('more names of the kind entity')
})

test('the process that holds the keys has nothing in it that could read a table', async () => {
  const partsOf = async (name: 'main' | 'reader'): Promise<string[]> => {
    const program = await readFile(await programPath(name), 'utf8')
    const sources = [...program.matchAll(/^\/\/ (\S+\.(?:ts|mjs|cjs|js))$/gm)].map(([, path = '']) => path)
    return [...sources, ...[...program.matchAll(/from "(@[^"]+)"/g)].map(([, library = '']) => library)]
  }
  const ofReading = /duckdb|node_modules\/(?!zod)|parse-table|write-rows|trusted-engine|workbook|decompress|delimited|json-lines/
  expect((await partsOf('main')).filter((part) => ofReading.test(part))).toEqual([])
  expect((await partsOf('main')).some((part) => part.includes('sealed-file'))).toBe(true)
  const ofReader = await partsOf('reader')
  expect(ofReader).toContain('@duckdb/node-api')
  expect(ofReader.filter((part) => /sealed-file|sealed-range|master-key/.test(part))).toEqual([])
})
