/** A sealed file read out of order: any range of its plain bytes, each chunk checked before a byte of it is given. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { chunkBytes, chunkNonce, fill, headerBytes, parseHeader, readExactly } from '#adapters/vault/seal/sealed-file.ts'
import { SealBroken, chunkSeal } from '#adapters/vault/seal/suite.ts'
import type { ChunkSeal } from '#adapters/vault/seal/suite.ts'

/** unit: bytes; source: HMAC-SM3 of the second suite */
const largestTagBytes = 32

/** Memory for one sealed chunk of any suite. */
export function newFrame(): Buffer {
  return Buffer.allocUnsafe(chunkBytes + largestTagBytes)
}

export class SealedRange {
  readonly #file: FileHandle
  readonly #header: Buffer
  readonly #seal: ChunkSeal
  readonly #chunks: number
  /** Where sealed chunks are read to; given from outside where many files are read, so that each needs no memory of its own. */
  readonly #frame: Buffer
  /** Plain bytes of the whole file. */
  readonly bytes: number
  /** The chunk opened last; neighbouring ranges share it. */
  #opened: { chunk: number; plain: Buffer } | undefined

  private constructor(file: FileHandle, header: Buffer, seal: ChunkSeal, sealedBytes: number, frame: Buffer | undefined) {
    this.#file = file
    this.#header = header
    this.#seal = seal
    this.#chunks = Math.max(1, Math.ceil((sealedBytes - headerBytes) / (chunkBytes + seal.tagBytes)))
    this.#frame = frame ?? newFrame()
    this.bytes = sealedBytes - headerBytes - this.#chunks * seal.tagBytes
  }

  /** Opens the file; throws `SealBroken` where it is no sealed file or not whole. Close it afterwards. `frame`: from newFrame, used by one open file at a time. */
  static async open(path: string, key: Buffer, purpose: string, frame?: Buffer): Promise<SealedRange> {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const header = await readExactly(file, headerBytes, 0)
      const { suite, salt } = parseHeader(header)
      const range = new SealedRange(file, header, chunkSeal(suite, key, salt, purpose), (await file.stat()).size, frame)
      // The last chunk is marked: if it opens, nothing was cut off or added.
      await range.read(Math.max(0, range.bytes - 1), range.bytes)
      return range
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The plain bytes from `from` up to `to`, exclusive. Throws `SealBroken` for a changed byte or a range outside the file. */
  async read(from: number, to: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for await (const part of this.#parts(from, to)) parts.push(part)
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
  }

  /** The same, copied into `target`, which they fill. */
  async readInto(target: Uint8Array, from: number): Promise<void> {
    let at = 0
    for await (const part of this.#parts(from, from + target.length)) {
      target.set(part, at)
      at += part.length
    }
  }

  async *#parts(from: number, to: number): AsyncGenerator<Buffer> {
    if (from < 0 || to < from || to > this.bytes) throw new SealBroken('a range outside the sealed file')
    for (let at = from; at < to; ) {
      const chunk = Math.floor(at / chunkBytes)
      const part = (await this.#open(chunk)).subarray(at - chunk * chunkBytes, to - chunk * chunkBytes)
      yield part
      at += part.length
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #open(chunk: number): Promise<Buffer> {
    if (this.#opened?.chunk === chunk) return this.#opened.plain
    const frameBytes = chunkBytes + this.#seal.tagBytes
    const filled = await fill(this.#file, this.#frame.subarray(0, frameBytes), headerBytes + chunk * frameBytes)
    const plain = this.#seal.open(chunkNonce(this.#header, chunk, chunk === this.#chunks - 1), this.#header, this.#frame.subarray(0, filled))
    this.#opened = { chunk, plain }
    return plain
  }
}
