/**
 * Parquet parts in one stream: each as its length (8 bytes, big endian) and its bytes; a length of 0 ends the stream.
 * This is the plaintext of a sealed table and what its plaintext digests cover.
 */
import { SealBroken } from '#adapters/vault/seal/suite.ts'

const lengthBytes = 8

/** The frame around one part; an empty part gives the end mark. */
export function partFrame(part: Buffer): Buffer[] {
  const length = Buffer.alloc(lengthBytes)
  length.writeBigUInt64BE(BigInt(part.length))
  return part.length === 0 ? [length] : [length, part]
}

/** Yields the parts of a stream. Throws `SealBroken` where the stream does not end in its end mark. */
export async function* partsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let heldBytes = 0
  let wanted: number | undefined
  for await (const bytes of stream) {
    held.push(bytes)
    heldBytes += bytes.length
    while (heldBytes >= (wanted ?? lengthBytes)) {
      const all = Buffer.concat(held)
      const taken = wanted ?? lengthBytes
      held = [all.subarray(taken)]
      heldBytes -= taken
      if (wanted === undefined) {
        wanted = Number(all.readBigUInt64BE())
        if (wanted === 0) return
      } else {
        yield all.subarray(0, taken)
        wanted = undefined
      }
    }
  }
  throw new SealBroken('the table ends without its end mark')
}
