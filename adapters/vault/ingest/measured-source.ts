/** What was supplied, byte for byte, as the vault itself saw it pass; whoever parses the content is not asked. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { SourceContent } from '#adapters/vault/ingest/source-bytes.ts'

/** Digests of the file exactly as supplied, lower-case hexadecimal. */
export interface SourceDigests extends SourceContent {
  sha256: string
  sm3: string
}

/** A source whose bytes are counted and digested as they are read. */
export interface MeasuredSource {
  readonly bytes: Readable
  /** Of what was read so far; called once, at the end. */
  digests(): Omit<SourceDigests, 'compression'>
}

/** The source again, measured on its way; a break of the source passes through. */
export function measuredSource(source: Readable): MeasuredSource {
  const sha256 = createHash('sha256')
  const sm3 = createHash('sm3')
  let bytes = 0
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      const taken = Buffer.from(chunk)
      bytes += taken.length
      sha256.update(taken)
      sm3.update(taken)
      yield taken
    }
  }
  return { bytes: Readable.from(measured(), { objectMode: false }), digests: () => ({ bytes, sha256: sha256.digest('hex'), sm3: sm3.digest('hex') }) }
}
