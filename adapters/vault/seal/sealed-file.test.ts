import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FileDigests, SealedWriter, chunkBytes, headerBytes, readSealed, smallChunkBytes } from '#adapters/vault/seal/sealed-file.ts'
import { SealedRange } from '#adapters/vault/seal/sealed-range.ts'
import { SealBroken, suites } from '#adapters/vault/seal/suite.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-seal-'))
})
afterAll(() => rm(folder, { recursive: true }))

const key = randomBytes(32)
let files = 0

async function sealed(suite: Suite, plain: Buffer, step = 700_001): Promise<string> {
  const path = join(folder, `${(files += 1)}.sealed`)
  const noted = new FileDigests()
  const writer = await SealedWriter.create(path, suite, key, 'test a', noted)
  for (let at = 0; at < plain.length; at += step) await writer.write(plain.subarray(at, at + step))
  await writer.finish()
  const digests = noted.end()
  expect(digests.plainBytes).toBe(plain.length)
  expect(digests.sealedBytes).toBe((await readFile(path)).length)
  return path
}

async function opened(path: string, withKey = key, purpose = 'test a'): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of readSealed(path, withKey, purpose)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe.each(suites)('a file sealed with %s', (suite) => {
  const frame = chunkBytes + (suite === 'aes-256-gcm' ? 16 : 32)

  test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 3 * chunkBytes + 5])('of %i bytes opens to the same bytes', async (size) => {
    const plain = randomBytes(size)
    expect((await opened(await sealed(suite, plain))).equals(plain)).toBe(true)
  })

  test('says its suite in the fifth byte', async () => {
    expect((await readFile(await sealed(suite, Buffer.from('x'))))[4]).toBe(suite === 'aes-256-gcm' ? 1 : 2)
  })

  test('shows nothing of a text that repeats', async () => {
    const bytes = await readFile(await sealed(suite, Buffer.from('510104199001011234'.repeat(200_000))))
    expect(bytes.includes('510104')).toBe(false)
  })

  test('opens with no other key and for no other purpose', async () => {
    const path = await sealed(suite, randomBytes(100))
    await expect(opened(path, randomBytes(32))).rejects.toThrow(SealBroken)
    await expect(opened(path, key, 'test b')).rejects.toThrow(SealBroken)
  })

  const damages: [string, (bytes: Buffer) => Buffer][] = [
    ['a changed bit in the header', (bytes) => flipped(bytes, headerBytes - 1)],
    ['another suite byte', (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.from([suite === 'aes-256-gcm' ? 2 : 1]), bytes.subarray(5)])],
    ['a changed bit in the first chunk', (bytes) => flipped(bytes, headerBytes + 17)],
    ['a changed bit in the last tag', (bytes) => flipped(bytes, bytes.length - 1)],
    ['the last byte missing', (bytes) => bytes.subarray(0, -1)],
    ['the last chunk missing', (bytes) => bytes.subarray(0, headerBytes + 2 * frame)],
    ['all chunks missing', (bytes) => bytes.subarray(0, headerBytes)],
    ['half a header', (bytes) => bytes.subarray(0, headerBytes / 2)],
    ['a byte more', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
    [
      'two chunks exchanged',
      (bytes) =>
        Buffer.concat([
          bytes.subarray(0, headerBytes),
          bytes.subarray(headerBytes + frame, headerBytes + 2 * frame),
          bytes.subarray(headerBytes, headerBytes + frame),
          bytes.subarray(headerBytes + 2 * frame),
        ]),
    ],
  ]
  test.each(damages)('does not open with %s', async (_story, damage) => {
    const path = await sealed(suite, randomBytes(2 * chunkBytes + 100))
    await writeFile(path, damage(await readFile(path)))
    await expect(opened(path)).rejects.toThrow(SealBroken)
  })

  test('opens whole and in places also where its chunks are small, and not as one of large chunks', async () => {
    const plain = randomBytes(3 * smallChunkBytes + 5)
    const path = join(folder, `${(files += 1)}.sealed`)
    const writer = await SealedWriter.create(path, suite, key, 'test a', undefined, 'small')
    await writer.write(plain)
    await writer.finish()
    expect((await opened(path)).equals(plain)).toBe(true)
    const range = SealedRange.open(path, key, 'test a')
    for (const [from, to] of [[0, 1], [smallChunkBytes - 1, smallChunkBytes + 1], [7, plain.length], [plain.length - 5, plain.length]] as const) {
      expect(range.read(from, to).equals(plain.subarray(from, to))).toBe(true)
    }
    range.close()
    const bytes = await readFile(path)
    await writeFile(path, Buffer.concat([Buffer.from('GSV1'), bytes.subarray(4)]))
    await expect(opened(path)).rejects.toThrow(SealBroken)
    expect(() => SealedRange.open(path, key, 'test a')).toThrow(SealBroken)
  })

  test('is never written over an existing file', async () => {
    const path = await sealed(suite, Buffer.from('x'))
    await expect(SealedWriter.create(path, suite, key, 'test a')).rejects.toThrow('EEXIST')
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
