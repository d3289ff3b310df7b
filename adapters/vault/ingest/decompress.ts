/** gzip and zstd, recognised by their first bytes, decompressed under limits. Memory is bounded by the stream buffers. */
import { Readable, Transform, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { Xxh64 } from '#adapters/vault/ingest/xxh64.ts'
import { FrameWrong, ZstdFrames } from '#adapters/vault/ingest/zstd-frames.ts'
import type { FramePiece } from '#adapters/vault/ingest/zstd-frames.ts'

export type Compression = 'gzip' | 'zstd'

const magics: readonly (readonly [Compression, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
]
/** So many bytes tell compressed content from other. */
export const magicBytes = 4
/** A zstd block of 4 bytes can stand for 128 KiB; so many are taken at once that no step exceeds 32 MiB. */
const zstdStepBytes = 1_024

/** What the first bytes say. */
export function compressionOf(head: Buffer): Compression | undefined {
  return magics.find(([, magic]) => head.subarray(0, magic.length).equals(magic))?.[0]
}

/** The content exceeds a limit; the message is a clause that names it. */
export class ExpansionTooLarge extends Error {
  readonly byteOffset: number
  constructor(message: string, byteOffset: number) {
    super(message)
    this.byteOffset = byteOffset
  }
}

/** The compressed bytes are not whole; the message is a clause. Without offset: at the end of what was supplied. */
export class PackingBroken extends Error {
  readonly code: 'gzip-truncated' | 'gzip-corrupt' | 'gzip-trailing-bytes' | 'zstd-corrupt' | 'zstd-truncated'
  readonly byteOffset: number | undefined
  constructor(code: PackingBroken['code'], message: string, byteOffset?: number, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.byteOffset = byteOffset
  }
}

/** Yields the content. Throws `ExpansionTooLarge`, `PackingBroken`, or what `supplied` itself ends in. */
export function unpacked(compression: Compression, supplied: Readable, limits: IngestLimits): AsyncGenerator<Buffer> {
  return compression === 'gzip' ? gunzipped(supplied, limits) : unzstd(supplied, limits)
}

async function* gunzipped(supplied: Readable, limits: IngestLimits): AsyncGenerator<Buffer> {
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const gunzip = createGunzip()
  const guard = new ExpansionGuard(limits)
  const guarded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(guard.excess(chunk.length, gunzip.bytesWritten) ?? null, chunk)
    },
  })
  // The iteration below sees every error; the callback is there because pipeline demands one.
  pipeline(supplied, counted, gunzip, guarded, () => undefined)
  try {
    for await (const chunk of guarded) yield Buffer.from(chunk)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'Z_BUF_ERROR') throw new PackingBroken('gzip-truncated', '压缩内容不完整')
    if (code.startsWith('Z_')) throw new PackingBroken('gzip-corrupt', '压缩内容已损坏', gunzip.bytesWritten, { cause: error })
    throw error
  }
  // zlib stops silently at bytes that follow the last member and are no further member.
  if (gunzip.bytesWritten < bytes) {
    throw new PackingBroken('gzip-trailing-bytes', '压缩内容已结束，其后还有多余内容', gunzip.bytesWritten)
  }
}

async function* unzstd(supplied: Readable, limits: IngestLimits): AsyncGenerator<Buffer> {
  const guard = new ExpansionGuard(limits)
  const frames = new ZstdFrames()
  let frame = new FrameContent()
  let consumed = 0
  for await (const chunk of supplied) {
    const bytes = Buffer.from(chunk)
    for (let at = 0; at < bytes.length; at += zstdStepBytes) {
      const part = bytes.subarray(at, at + zstdStepBytes)
      consumed += part.length
      for (const { bytes: piece, end } of piecesOf(frames, part, consumed)) {
        const content = corruptAs(consumed, () => (end === undefined ? frame.take(piece) : frame.finish(piece, end)))
        const excess = content.reduce<ExpansionTooLarge | undefined>((found, { length }) => found ?? guard.excess(length, consumed), undefined)
        if (excess !== undefined) throw excess
        yield* content
        if (end !== undefined) frame = new FrameContent()
      }
    }
  }
  if (!frames.between) throw new PackingBroken('zstd-truncated', '压缩内容不完整')
}

function piecesOf(frames: ZstdFrames, part: Buffer, consumed: number): FramePiece[] {
  return corruptAs(consumed, () => [...frames.push(part)])
}

/** What is wrong with a frame is told with its place. */
function corruptAs<T>(consumed: number, task: () => T): T {
  try {
    return task()
  } catch (error) {
    throw new PackingBroken('zstd-corrupt', error instanceof FrameWrong ? error.message : '压缩内容已损坏', consumed, { cause: error })
  }
}

/** The content of one frame, checked against what closes the frame. */
class FrameContent {
  readonly #hash = new Xxh64()
  #bytes = 0n
  #ready: Buffer[] = []
  readonly #decompress = new Decompress((chunk) => {
    // The library uses its buffer again for the next block.
    if (chunk.length > 0) this.#ready.push(Buffer.from(chunk))
  })

  take(piece: Buffer): Buffer[] {
    this.#decompress.push(Uint8Array.from(piece), false)
    return this.#taken()
  }

  /** Throws `FrameWrong` where the content is not what the frame says it is. */
  finish(piece: Buffer, end: NonNullable<FramePiece['end']>): Buffer[] {
    this.#decompress.push(Uint8Array.from(piece), true)
    const content = this.#taken()
    if (end.contentBytes !== undefined && end.contentBytes !== this.#bytes) throw new FrameWrong(`压缩内容解压后为 ${this.#bytes} 字节，与所写的 ${end.contentBytes} 字节不符`)
    if (end.checksum !== undefined && BigInt(end.checksum) !== (this.#hash.digest() & 0xffffffffn)) throw new FrameWrong('压缩内容的校验值不符，内容已损坏')
    return content
  }

  #taken(): Buffer[] {
    const content = this.#ready
    this.#ready = []
    for (const bytes of content) {
      this.#hash.update(bytes)
      this.#bytes += BigInt(bytes.length)
    }
    return content
  }
}

/** Watches the content against the absolute limit and the ratio to the compressed bytes consumed. */
class ExpansionGuard {
  readonly #limits: IngestLimits
  #content = 0

  constructor(limits: IngestLimits) {
    this.#limits = limits
  }

  excess(bytes: number, compressedBytes: number): ExpansionTooLarge | undefined {
    const { textBytesMax, ratioFromBytes, ratioMax } = this.#limits
    this.#content += bytes
    const consumed = Math.max(1, compressedBytes)
    if (this.#content > textBytesMax) return new ExpansionTooLarge(`解压后超过 ${textBytesMax} 字节的上限`, consumed)
    if (this.#content <= ratioFromBytes || this.#content / consumed <= ratioMax) return undefined
    return new ExpansionTooLarge(`解压后已达压缩前的 ${Math.floor(this.#content / consumed)} 倍，超过 ${ratioMax} 倍的上限，疑为压缩炸弹`, consumed)
  }
}
