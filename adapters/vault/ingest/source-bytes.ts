/** From the supplied bytes to bytes of text: digests of what was supplied, gzip where it is gzip, and the limits. */
import { createHash } from 'node:crypto'
import { Readable, Transform, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Gunzip } from 'node:zlib'
import type { SourceFault } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'

const gzipMagic = Buffer.from([0x1f, 0x8b])

/** Digests of the file exactly as supplied, lower-case hexadecimal. */
export interface SourceDigests {
  bytes: number
  sha256: string
  sm3: string
  compression: 'gzip' | 'none'
}

/** What the text bytes end in: the digests, or the fault that cut them short. */
export type SourceEnd = { digests: SourceDigests } | { fault: SourceFault }

/**
 * Yields the text bytes of `source`, decompressed if they begin with the gzip magic, and returns how they ended.
 * Never throws for a fault of the source: what came before the fault is yielded first, so that the last whole row is known.
 * Memory is bounded by the stream buffers.
 */
export async function* textBytes(source: Readable, limits: IngestLimits): AsyncGenerator<Buffer, SourceEnd> {
  const meter = new SourceMeter()
  const head = await readHead(source, meter)
  if ('fault' in head) return head
  if (head.first.length === 0) {
    return { fault: { code: 'source-empty', clause: '没有任何内容', byteOffset: 0, compressed: false } }
  }
  const compressed = head.first.subarray(0, gzipMagic.length).equals(gzipMagic)
  const supplied = Readable.from(meter.measured(head.first, head.rest, limits), { objectMode: false })
  const end = compressed ? yield* gunzipped(supplied, meter, limits) : yield* plain(supplied, meter)
  if (end !== undefined) return { fault: end }
  return { digests: meter.digests(compressed ? 'gzip' : 'none') }
}

type Head = { first: Buffer; rest: AsyncIterator<Buffer> } | { fault: SourceFault }

/** Reads until the gzip magic can be told from text, or the source ends. */
async function readHead(source: Readable, meter: SourceMeter): Promise<Head> {
  const rest: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  try {
    while (first.length < gzipMagic.length) {
      const next = await rest.next()
      if (next.done === true) break
      first = Buffer.concat([first, next.value])
    }
  } catch (error) {
    return { fault: meter.interrupted(error) }
  }
  return { first, rest }
}

class SourceTooLarge extends Error {}
class SourceInterrupted extends Error {}

/** Counts and digests the bytes as supplied. */
class SourceMeter {
  bytes = 0
  readonly #sha256 = createHash('sha256')
  readonly #sm3 = createHash('sm3')

  /** The supplied bytes, counted and digested on their way; ends in an error above the limit or when the source breaks. */
  async *measured(first: Buffer, rest: AsyncIterator<Buffer>, limits: IngestLimits): AsyncGenerator<Buffer> {
    try {
      for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await nextChunk(rest)) {
        this.bytes += chunk.length
        if (this.bytes > limits.sourceBytesMax) throw new SourceTooLarge(String(limits.sourceBytesMax))
        this.#sha256.update(chunk)
        this.#sm3.update(chunk)
        yield chunk
      }
    } finally {
      await rest.return?.()
    }
  }

  interrupted(cause: unknown): SourceFault {
    return { code: 'source-interrupted', clause: '传输中断', byteOffset: this.bytes, compressed: false, cause }
  }

  digests(compression: SourceDigests['compression']): SourceDigests {
    return { bytes: this.bytes, sha256: this.#sha256.digest('hex'), sm3: this.#sm3.digest('hex'), compression }
  }
}

async function nextChunk(rest: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  try {
    const next = await rest.next()
    return next.done === true ? undefined : next.value
  } catch (error) {
    throw new SourceInterrupted('source interrupted', { cause: error })
  }
}

async function* plain(supplied: Readable, meter: SourceMeter): AsyncGenerator<Buffer, SourceFault | undefined> {
  try {
    for await (const chunk of supplied) yield Buffer.from(chunk)
    return undefined
  } catch (error) {
    return faultOf(error, meter, meter.bytes, false)
  }
}

async function* gunzipped(
  supplied: Readable,
  meter: SourceMeter,
  limits: IngestLimits,
): AsyncGenerator<Buffer, SourceFault | undefined> {
  const gunzip = createGunzip()
  const guard = expansionGuard(gunzip, limits)
  // The iteration below sees every error; the callback is there because pipeline demands one.
  pipeline(supplied, gunzip, guard, () => undefined)
  try {
    for await (const chunk of guard) yield Buffer.from(chunk)
  } catch (error) {
    return faultOf(error, meter, gunzip.bytesWritten, true)
  }
  // zlib stops silently at bytes that follow the last member and are no further member.
  if (gunzip.bytesWritten < meter.bytes) {
    return { code: 'gzip-trailing-bytes', clause: '压缩内容已结束，其后还有多余内容', byteOffset: gunzip.bytesWritten, compressed: true }
  }
  return undefined
}

class ExpansionTooLarge extends Error {
  readonly byteOffset: number
  constructor(message: string, byteOffset: number) {
    super(message)
    this.byteOffset = byteOffset
  }
}

/** Passes decompressed bytes on until they exceed the absolute limit or the ratio to the compressed bytes consumed. */
function expansionGuard(gunzip: Gunzip, limits: IngestLimits): Transform {
  let text = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      text += chunk.length
      const consumed = Math.max(1, gunzip.bytesWritten)
      if (text > limits.textBytesMax) {
        done(new ExpansionTooLarge(`解压后超过 ${limits.textBytesMax} 字节的上限`, consumed))
      } else if (text > limits.ratioFromBytes && text / consumed > limits.ratioMax) {
        done(new ExpansionTooLarge(`解压后已达压缩前的 ${Math.floor(text / consumed)} 倍，超过 ${limits.ratioMax} 倍的上限，疑为压缩炸弹`, consumed))
      } else {
        done(null, chunk)
      }
    },
  })
}

function faultOf(error: unknown, meter: SourceMeter, byteOffset: number, compressed: boolean): SourceFault {
  if (error instanceof ExpansionTooLarge) {
    return { code: 'expansion-too-large', clause: error.message, byteOffset: error.byteOffset, compressed }
  }
  if (error instanceof SourceTooLarge) {
    return { code: 'source-too-large', clause: `超过 ${error.message} 字节的上限`, byteOffset: meter.bytes, compressed }
  }
  if (error instanceof SourceInterrupted) return meter.interrupted(error.cause)
  if (errorCode(error) === 'Z_BUF_ERROR') {
    return { code: 'gzip-truncated', clause: '压缩内容不完整', byteOffset: meter.bytes, compressed: true }
  }
  if (errorCode(error).startsWith('Z_')) {
    return { code: 'gzip-corrupt', clause: '压缩内容已损坏', byteOffset, compressed: true, cause: error }
  }
  throw error
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
