/** From the supplied bytes to the bytes within, decompressed where they are compressed, and the limits. */
import { Readable } from 'node:stream'
import { ExpansionTooLarge, PackingBroken, compressionOf, magicBytes, unpacked } from '#adapters/vault/ingest/decompress.ts'
import type { Compression } from '#adapters/vault/ingest/decompress.ts'
import type { SourceFault } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'

/** What the content came in. `bytes` are those supplied. */
export interface SourceContent {
  bytes: number
  compression: Compression | 'none'
}

/** What the text bytes end in: how they came, or the fault that cut them short. */
export type SourceEnd = { content: SourceContent } | { fault: SourceFault }

/**
 * Yields the bytes of `source`, decompressed if they begin like gzip or zstd, and returns how they ended.
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
  const compression = compressionOf(head.first)
  const supplied = Readable.from(meter.measured(head.first, head.rest, limits), { objectMode: false })
  try {
    for await (const chunk of compression === undefined ? supplied : unpacked(compression, supplied, limits)) yield Buffer.from(chunk)
  } catch (error) {
    return { fault: faultOf(error, meter, compression !== undefined) }
  }
  return { content: { bytes: meter.bytes, compression: compression ?? 'none' } }
}

type Head = { first: Buffer; rest: AsyncIterator<Buffer> } | { fault: SourceFault }

/** Reads until compressed bytes can be told from others, or the source ends. */
async function readHead(source: Readable, meter: SourceMeter): Promise<Head> {
  const rest: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  try {
    while (first.length < magicBytes) {
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

/** Counts the bytes as supplied. */
class SourceMeter {
  bytes = 0

  /** The supplied bytes, counted on their way; ends in an error above the limit or when the source breaks. */
  async *measured(first: Buffer, rest: AsyncIterator<Buffer>, limits: IngestLimits): AsyncGenerator<Buffer> {
    try {
      for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await nextChunk(rest)) {
        this.bytes += chunk.length
        if (this.bytes > limits.sourceBytesMax) throw new SourceTooLarge(String(limits.sourceBytesMax))
        yield chunk
      }
    } finally {
      await rest.return?.()
    }
  }

  interrupted(cause: unknown): SourceFault {
    return { code: 'source-interrupted', clause: '传输中断', byteOffset: this.bytes, compressed: false, cause }
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

function faultOf(error: unknown, meter: SourceMeter, compressed: boolean): SourceFault {
  if (error instanceof ExpansionTooLarge) {
    return { code: 'expansion-too-large', clause: error.message, byteOffset: error.byteOffset, compressed }
  }
  if (error instanceof SourceTooLarge) {
    return { code: 'source-too-large', clause: `超过 ${error.message} 字节的上限`, byteOffset: meter.bytes, compressed }
  }
  if (error instanceof SourceInterrupted) return meter.interrupted(error.cause)
  if (error instanceof PackingBroken) {
    return { code: error.code, clause: error.message, byteOffset: error.byteOffset ?? meter.bytes, compressed: true, cause: error.cause }
  }
  throw error
}
