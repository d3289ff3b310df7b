/** What a source that is pulled from may say, as refusals with cause and cure. */
import type { Readable } from 'node:stream'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'

/** The source could not be opened. The library's words stay in `cause`: they may name hosts and accounts. */
export function unreachable(what: string, clause: string, cause: unknown): IngestError {
  return new IngestError('source-unreachable', `${what}${clause}。`, {}, { cause })
}

/** The source broke off after it was opened. */
export function brokenOff(what: string, bytes: number, cause: unknown): IngestError {
  return new IngestError('source-interrupted', `${what}在传出 ${bytes} 字节后中断，没有保留任何内容。`, { byteOffset: bytes }, { cause })
}

/** A stream that may break before anybody reads it: who reads it later meets the error then, and until then it troubles nobody. */
export function heard<S extends Readable>(stream: S): S {
  stream.on('error', () => undefined)
  return stream
}

/** Passes the bytes on; an error in the middle says how far they came. */
export async function* counted(what: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let passed = 0
  try {
    for await (const piece of bytes) {
      passed += piece.length
      yield Buffer.from(piece)
    }
  } catch (error) {
    throw error instanceof IngestError ? error : brokenOff(what, passed, error)
  }
}
