import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import type { FileMasterKeyOptions } from '#adapters/vault/seal/file-master-key.ts'
import { SealBroken, suites } from '#adapters/vault/seal/suite.ts'

const version = '0b5e1f6e-1111-4222-8333-444455556666'
let folder = ''
let options: FileMasterKeyOptions
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-key-'))
  const dataDirectory = join(folder, 'data')
  await mkdir(dataDirectory)
  options = { path: masterKeyPathBeside(dataDirectory), dataDirectory, suite: 'aes-256-gcm', create: true }
})
afterEach(() => rm(folder, { recursive: true }))

describe('the master key in a file', () => {
  test('lies beside the data directory, for its user alone', async () => {
    await openFileMasterKey(options)
    expect(options.path).toBe(join(folder, 'data.master-key'))
    expect((await stat(options.path)).mode & 0o777).toBe(0o600)
    expect((await stat(`${options.path}.versions`)).mode & 0o777).toBe(0o700)
    expect(await readdir(options.dataDirectory)).toEqual([])
  })

  test('is refused inside the data directory, also through a link and by a way around', async () => {
    await symlink(options.dataDirectory, join(folder, 'link'))
    for (const path of ['data/key', 'data/deep/key', 'link/key', 'x/../data/key']) {
      await expect(openFileMasterKey({ ...options, path: join(folder, path) })).rejects.toMatchObject({ code: 'master-key-inside-data' })
    }
    await expect(openFileMasterKey({ ...options, path: join(folder, 'data-elsewhere/key') })).resolves.toBeDefined()
    await expect(openFileMasterKey({ ...options, path: join(folder, '..data-key') })).resolves.toBeDefined()
  })

  test('is refused when others can read it, when it is missing, and when it is no key', async () => {
    await expect(openFileMasterKey({ ...options, create: false })).rejects.toMatchObject({ code: 'master-key-missing' })
    await openFileMasterKey(options)
    await chmod(options.path, 0o640)
    await expect(openFileMasterKey(options)).rejects.toMatchObject({ code: 'master-key-exposed' })
    await chmod(options.path, 0o600)
    await writeFile(options.path, (await readFile(options.path, 'utf8')).slice(0, -4))
    await expect(openFileMasterKey(options)).rejects.toMatchObject({ code: 'master-key-malformed' })
  })

  test.each(suites)('wraps with %s for one version, and unwraps after a restart', async (suite) => {
    const dataKey = randomBytes(32)
    const wrapped = await (await openFileMasterKey({ ...options, suite })).wrap(version, dataKey)
    expect(wrapped.includes(dataKey)).toBe(false)
    const again = await openFileMasterKey(options)
    expect(await again.unwrap(version, wrapped)).toEqual(dataKey)
    await expect(again.wrap(version, dataKey)).rejects.toMatchObject({ code: 'version-key-exists' })
  })

  test('does not unwrap for another version, nor does another master key', async () => {
    const port = await openFileMasterKey(options)
    const wrapped = await port.wrap(version, randomBytes(32))
    const other = version.replace('0b', '0c')
    await port.wrap(other, randomBytes(32))
    await expect(port.unwrap(other, wrapped)).rejects.toThrow(SealBroken)
    await rm(options.path)
    const stranger = await openFileMasterKey(options)
    expect(stranger.id).not.toBe(port.id)
    await expect(stranger.unwrap(version, wrapped)).rejects.toThrow(SealBroken)
  })

  test('after destruction no longer unwraps, though master key and wrapped key are there; twice is fine', async () => {
    const port = await openFileMasterKey(options)
    const wrapped = await port.wrap(version, randomBytes(32))
    await port.destroy(version)
    await port.destroy(version)
    await expect(port.unwrap(version, wrapped)).rejects.toMatchObject({ code: 'version-key-destroyed' })
  })
})
