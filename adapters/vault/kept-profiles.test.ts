import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { removeVersionFiles } from '#adapters/vault/ingest/prepare-version.ts'
import { keptProfiles } from '#adapters/vault/kept-profiles.ts'
import type { ProfiledInput } from '#adapters/vault/kept-profiles.ts'
import { placeOf } from '#adapters/vault/read-version.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { firstVersion, vaultOfItsOwn } from '#tests/support/vault.ts'

let vault: Vault
let remove: () => Promise<void>
let version: VaultVersion
const hash = '0123456789abcdef'
const profile: ColumnProfile = { table: 't', column: 'a', role: 'sensitive', rareValues: 1, chance: 0, sketches: [{ form: 'raw', hashes: new Set([hash]), below: null }] }

beforeEach(async () => {
  ;({ vault, remove } = await vaultOfItsOwn('aes-256-gcm'))
  const versionId = randomUUID()
  const schema = tableSchema.parse({ name: 't', title: '表', entity: { kind: 'none' }, columns: [{ name: 'a', title: '甲', type: 'text', nullable: true }] })
  const wrappedKey = await vault.masterKey.wrap(versionId, randomBytes(32))
  version = firstVersion({ versionId, datasetId: randomUUID(), schema, wrappedKey, summary: { rows: 0, columns: [] } })
  await mkdir(join(vault.dataDirectory, 'vault', version.datasetId))
})
afterEach(() => remove())

/** Asks for the profiles; says whether they were made or kept. */
async function ask(input: Partial<ProfiledInput> = {}, asked: unknown = [5]): Promise<[readonly ColumnProfile[] | null, string[]]> {
  const made: string[] = []
  const profiles = await keptProfiles(vault, [{ version, table: 't', file: 'f1', ...input }], () => asked, async (tables) => {
    made.push(...tables)
    return [profile]
  })
  return [profiles, made]
}

const filesOf = async (): Promise<string[]> => {
  const directory = join(vault.dataDirectory, 'vault', version.datasetId)
  return (await readdir(directory)).map((name) => join(directory, name))
}

test('what was found out is kept for the same file and question, sealed, and made anew for another', async () => {
  expect(await ask()).toEqual([[profile], ['t']])
  expect(await ask()).toEqual([[profile], []])
  expect((await ask({ file: 'f2' }))[1]).toEqual(['t'])
  expect((await ask({}, [10]))[1]).toEqual(['t'])
  const files = await filesOf()
  expect(files).toHaveLength(3)
  for (const path of files) expect((await readFile(path)).includes(hash)).toBe(false)
})

test('what cannot be made is not kept; what was damaged is made again', async () => {
  expect(await keptProfiles(vault, [{ version, table: 't', file: 'f1' }], () => [5], async () => null)).toBeNull()
  expect(await filesOf()).toEqual([])
  await ask()
  const [path = ''] = await filesOf()
  const bytes = await readFile(path)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
  await writeFile(path, bytes)
  expect((await ask())[1]).toEqual(['t'])
  expect((await ask())[1]).toEqual([])
})

test('it ends with the version', async () => {
  await ask()
  await removeVersionFiles(vault, placeOf(vault, version))
  expect(await filesOf()).toEqual([])
  await expect(ask()).rejects.toMatchObject({ code: 'version-key-destroyed' })
})
