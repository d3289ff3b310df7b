import { describe, expect, test } from 'vitest'
import { FrameWrong, ZstdFrames } from '#adapters/vault/ingest/zstd-frames.ts'
import type { FramePiece } from '#adapters/vault/ingest/zstd-frames.ts'
import { Xxh64 } from '#adapters/vault/ingest/xxh64.ts'

function xxh64(...pieces: (string | Buffer)[]): string {
  const hash = new Xxh64()
  for (const piece of pieces) hash.update(Buffer.from(piece))
  return hash.digest().toString(16).padStart(16, '0')
}

test('XXH64 gives the published values', () => {
  expect([xxh64(''), xxh64('a'), xxh64('abc'), xxh64('Nobody inspects the spammish repetition')]).toEqual(['ef46db3751d8e999', 'd24ec4f1a98c6e5b', '44bc2cf5ad770999', 'fbcea83c8a378bf1'])
})

test('XXH64 is the same however the bytes arrive', () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => (index * 37) % 256))
  for (const cut of [1, 31, 32, 33, 500, 999]) expect(xxh64(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(xxh64(bytes))
})

// Made with the reference tool, version 1.5.4: printf 'a,b\n1,x\n' | zstd
const frame = Buffer.concat([Buffer.from('28b52ffd0458', 'hex'), Buffer.from('410000', 'hex'), Buffer.from('a,b\n1,x\n'), Buffer.from('6603301f', 'hex')])

function walk(bytes: Buffer, step: number): { pieces: FramePiece[]; between: boolean } {
  const frames = new ZstdFrames()
  const pieces: FramePiece[] = []
  for (let at = 0; at < bytes.length; at += step) pieces.push(...frames.push(bytes.subarray(at, at + step)))
  return { pieces, between: frames.between }
}

describe('frames', () => {
  test.each([1, 2, 5, 1_000])('are told apart in steps of %i bytes, skippable ones left out', (step) => {
    const skippable = Buffer.concat([Buffer.from('5f2a4d1803000000', 'hex'), Buffer.from('xyz')])
    const { pieces, between } = walk(Buffer.concat([frame, skippable, frame]), step)
    expect(between).toBe(true)
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(Buffer.concat([frame, frame]))).toBe(true)
    expect(pieces.flatMap(({ end }) => (end === undefined ? [] : [end]))).toEqual([{ checksum: 0x1f300366 }, { checksum: 0x1f300366 }])
    expect(xxh64('a,b\n1,x\n').slice(-8)).toBe('1f300366')
  })

  test('do not end within one, and what is no frame is refused', () => {
    expect(walk(frame.subarray(0, -1), 4).between).toBe(false)
    expect(() => walk(Buffer.concat([frame, Buffer.from('hidden')]), 64)).toThrow(FrameWrong)
  })

  test('with a window that no memory holds are refused at their head', () => {
    expect(() => walk(Buffer.from('28b52ffd00b0', 'hex'), 64)).toThrow('压缩窗口为 4294967296 字节')
    expect(() => walk(Buffer.from('28b52ffde0ffffffffff000000', 'hex'), 64)).toThrow('超过 134217728 字节的上限')
  })
})
