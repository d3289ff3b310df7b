import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, readFile, readdir, realpath, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { findInDirectory } from '#adapters/vault/proof.ts'
import { UploadStore, pieceBytesMax } from '#adapters/vault/uploads/upload-store.ts'
import type { UploadProgress } from '#adapters/vault/uploads/upload-store.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { vaultOfItsOwn } from '#tests/support/vault.ts'

const line = '公民身份号码,990001199001010017\n'
const content = Buffer.concat([Buffer.from(line.repeat(20_000)), randomBytes(500_000)])
const pieceBytes = 400_000

let folder = ''
let vault: Vault
let store: UploadStore
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, vault, remove } = await vaultOfItsOwn())
  store = await UploadStore.open(vault)
})
afterAll(() => remove())

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

function send(id: string, offset: number, bytes: Buffer = content.subarray(offset, offset + pieceBytes), sha256 = digest(bytes)): Promise<UploadProgress> {
  return store.append(id, 'bureau', { offset, sha256, source: Readable.from([bytes], { objectMode: false }) })
}

async function sendAll(id: string): Promise<void> {
  for (let { received } = await store.progress(id, 'bureau'); received < content.length; received = (await store.progress(id, 'bureau')).received) await send(id, received)
}

async function read(id: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of await store.read(id, 'bureau')) hash.update(Buffer.from(bytes))
  return hash.digest('hex')
}

describe('an upload in pieces', () => {
  test('gives back the file, shows its progress, and lies sealed meanwhile', async () => {
    const { id } = await store.begin('bureau', '就诊.csv', content.length)
    expect(await store.progress(id, 'bureau')).toMatchObject({ name: '就诊.csv', bytes: content.length, received: 0 })
    expect(await send(id, 0)).toMatchObject({ received: pieceBytes })
    await expect(store.read(id, 'bureau')).rejects.toMatchObject({ code: 'upload-must-be-complete', received: pieceBytes })
    await sendAll(id)
    expect(await read(id)).toBe(digest(content))
    expect(await findInDirectory(join(vault.dataDirectory, 'uploads'), ['990001199001010017'])).toEqual([])
  })

  test('goes on after the process was killed in the middle of a piece', async () => {
    const { id } = await store.begin('bureau', 'a.csv', content.length)
    await send(id, 0)
    // What a killed process leaves: a piece without its last chunk, not yet renamed.
    await writeFile(join(vault.dataDirectory, 'uploads', id, `${pieceBytes}.part`), randomBytes(1_000))
    store = await UploadStore.open(vault)
    expect(await store.progress(id, 'bureau')).toMatchObject({ received: pieceBytes })
    await sendAll(id)
    expect(await read(id)).toBe(digest(content))
  })

  test('keeps nothing of a piece that is broken, changed, too long or at the wrong place', async () => {
    const { id } = await store.begin('bureau', 'a.csv', content.length)
    await send(id, 0)
    function* broken(): Generator<Buffer> {
      yield content.subarray(pieceBytes, pieceBytes + 1_000)
      throw new Error('connection lost')
    }
    const source = Readable.from(broken(), { objectMode: false })
    await expect(store.append(id, 'bureau', { offset: pieceBytes, sha256: '', source })).rejects.toMatchObject({ code: 'piece-must-be-whole', received: pieceBytes })
    await expect(send(id, pieceBytes, Buffer.from('x'), digest(Buffer.from('y')))).rejects.toMatchObject({ code: 'piece-hash-must-match', received: pieceBytes })
    await expect(send(id, pieceBytes, Buffer.alloc(0))).rejects.toMatchObject({ code: 'piece-hash-must-match' })
    await expect(send(id, pieceBytes, Buffer.alloc(content.length))).rejects.toMatchObject({ code: 'piece-must-be-within-limit' })
    await expect(send(id, 0)).rejects.toMatchObject({ code: 'piece-must-begin-at-offset', received: pieceBytes })
    await expect(send(id, pieceBytes + 1)).rejects.toMatchObject({ code: 'piece-must-begin-at-offset' })
    expect((await readdir(join(vault.dataDirectory, 'uploads', id))).sort()).toEqual([`0-${pieceBytes}`, 'upload.json'])
    await sendAll(id)
    expect(await read(id)).toBe(digest(content))
  })

  test('takes one piece at a time', async () => {
    const { id } = await store.begin('bureau', 'a.csv', content.length)
    const outcomes = await Promise.allSettled([send(id, 0), send(id, 0)])
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await store.progress(id, 'bureau')).toMatchObject({ received: pieceBytes })
  })

  test('is seen by its own organisation only', async () => {
    const { id } = await store.begin('bureau', 'a.csv', 10)
    await expect(store.progress(id, 'health')).rejects.toMatchObject({ code: 'upload-must-exist' })
    await expect(store.progress('../../x', 'bureau')).rejects.toMatchObject({ code: 'upload-must-exist' })
    await expect(store.append(id, 'health', { offset: 0, sha256: '', source: Readable.from([]) })).rejects.toMatchObject({ code: 'upload-must-exist' })
  })

  test('is refused when announced too large, and takes ten gigabytes', async () => {
    await expect(store.begin('bureau', 'a.csv', defaultIngestLimits.sourceBytesMax + 1)).rejects.toMatchObject({ code: 'upload-size-must-be-within-limit' })
    await expect(store.begin('bureau', 'a.csv', 0)).rejects.toMatchObject({ code: 'upload-size-must-be-within-limit' })
    expect((await store.begin('bureau', 'a.csv', 10_000_000_000)).bytes).toBe(10_000_000_000)
    expect(pieceBytesMax).toBe(67_108_864)
  })

  test('whose pieces were exchanged on the disk does not open', async () => {
    const { id } = await store.begin('bureau', 'a.csv', content.length)
    await sendAll(id)
    const place = (offset: number): string => join(vault.dataDirectory, 'uploads', id, `${offset}-${pieceBytes}`)
    await cp(place(0), join(folder, 'kept'))
    await rename(place(pieceBytes), place(0))
    await rename(join(folder, 'kept'), place(pieceBytes))
    await expect(read(id)).rejects.toThrow('authentication failed')
  })

  test('that was given up expires with its key; one under way stays', async () => {
    const left = await store.begin('bureau', 'a.csv', content.length)
    await send(left.id, 0)
    const old = new Date('2026-11-01T00:00:00Z')
    await utimes(join(vault.dataDirectory, 'uploads', left.id, `0-${pieceBytes}`), old, old)
    const alive = await store.begin('bureau', 'b.csv', content.length)
    expect(await store.expire(new Date('2026-11-02T00:00:00Z'), new Set([left.id]))).toEqual([])
    expect(await store.expire(new Date('2026-11-02T00:00:00Z'))).toEqual([left.id])
    await expect(store.progress(left.id, 'bureau')).rejects.toMatchObject({ code: 'upload-must-exist' })
    expect(await store.progress(alive.id, 'bureau')).toMatchObject({ received: 0 })
  })

  test('whose folder another process works on is not opened; what a killed process left is taken over', async () => {
    const path = join(vault.dataDirectory, 'uploads.owner')
    const other = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'])
    await once(other, 'spawn')
    // The 22nd field of the kernel's line tells when the process began.
    const began = (await readFile(`/proc/${other.pid}/stat`, 'utf8')).split(' ')[21]
    // In a copy of the folder, the mark of the one it was copied from.
    await writeFile(path, `${other.pid}-${began} /elsewhere`)
    store = await UploadStore.open(vault)
    await writeFile(path, `${other.pid}-${began} ${await realpath(vault.dataDirectory)}`)
    await expect(UploadStore.open(vault)).rejects.toMatchObject({ code: 'upload-folder-must-have-one-owner', message: expect.stringContaining(`进程号 ${other.pid}`) })
    other.kill('SIGKILL')
    await once(other, 'exit')
    store = await UploadStore.open(vault)
    expect((await readFile(path, 'utf8')).startsWith(`${process.pid}-`)).toBe(true)
  })
})
