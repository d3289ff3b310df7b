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

/**
 * A stream that may break before anybody reads it: who reads it later meets the error then, and until then it troubles nobody.
 * Some libraries only tell of an error and leave their stream open for ever; it ends here.
 */
export function heard<S extends Readable>(stream: S): S {
  stream.on('error', (error) => stream.destroy(error))
  return stream
}

/** Platform default: a source that says nothing for so long in the middle of its data is taken for broken. */
export const silenceMs = 120_000

/** Passes the bytes on; an error or a silence in the middle says how far they came. */
export async function* counted(what: string, bytes: AsyncIterable<Uint8Array>, patienceMs = silenceMs): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]()
  let passed = 0
  let silent = false
  try {
    for (;;) {
      const next = await within(iterator.next(), patienceMs, () => {
        silent = true
        return new Error(`silent for ${patienceMs} ms`)
      })
      if (next.done === true) return
      passed += next.value.length
      yield Buffer.from(next.value)
    }
  } catch (error) {
    throw error instanceof IngestError ? error : brokenOff(what, passed, error)
  } finally {
    // What is silent would not answer this either; its connection is ended by whoever opened it.
    if (!silent) await iterator.return?.()
  }
}

async function within<T>(coming: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms)
  })
  try {
    return await Promise.race([coming, silence])
  } finally {
    clearTimeout(timer)
  }
}
