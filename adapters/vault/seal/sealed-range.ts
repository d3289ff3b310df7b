/**
 * A sealed file read out of order: any range of its plain bytes, each chunk checked before a byte of it is given. It reads
 * without giving others their turn: only for processes and threads of their own, or for small files.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { chunkBytes, chunkNonce, headerBytes, parseHeader } from '#adapters/vault/seal/sealed-file.ts'
import { SealBroken, chunkSeal } from '#adapters/vault/seal/suite.ts'
import type { ChunkSeal } from '#adapters/vault/seal/suite.ts'

/** unit: bytes; source: HMAC-SM3 of the second suite */
const largestTagBytes = 32

/** Memory for one chunk of any suite and size, as it lies sealed and as it was opened. */
export interface Frame {
  readonly sealed: Buffer
  readonly plain: Buffer
}

export function newFrame(): Frame {
  return { sealed: Buffer.allocUnsafe(chunkBytes + largestTagBytes), plain: Buffer.allocUnsafe(chunkBytes) }
}

export class SealedRange {
  readonly #file: number
  readonly #header: Buffer
  readonly #seal: ChunkSeal
  readonly #chunks: number
  readonly #chunkBytes: number
  /** Given from outside where many files are read, so that each needs no memory of its own. */
  readonly #frame: Frame
  /** Plain bytes of the whole file. */
  readonly bytes: number
  /** The chunk that lies open in the frame, and its length; neighbouring ranges share it. */
  #opened: { chunk: number; length: number } | undefined

  private constructor(file: number, header: Buffer, seal: ChunkSeal, { frame, bytes }: { frame: Frame | undefined; bytes: number }) {
    this.#file = file
    this.#header = header
    this.#seal = seal
    this.#chunkBytes = bytes
    const sealedBytes = fstatSync(file).size
    this.#chunks = Math.max(1, Math.ceil((sealedBytes - headerBytes) / (bytes + seal.tagBytes)))
    this.#frame = frame ?? newFrame()
    this.bytes = sealedBytes - headerBytes - this.#chunks * seal.tagBytes
  }

  /** Opens the file; throws `SealBroken` where it is no sealed file or not whole. Close it afterwards. `frame`: from newFrame, used by one open file at a time. */
  static open(path: string, key: Buffer, purpose: string, frame?: Frame): SealedRange {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const header = Buffer.alloc(headerBytes)
      const { suite, salt, bytes } = parseHeader(header.subarray(0, fill(file, header, 0)))
      const range = new SealedRange(file, header, chunkSeal(suite, key, salt, purpose), { frame, bytes })
      // The last chunk is marked: if it opens, nothing was cut off or added.
      range.read(Math.max(0, range.bytes - 1), range.bytes)
      return range
    } catch (error) {
      closeSync(file)
      throw error
    }
  }

  /** The plain bytes from `from` up to `to`, exclusive. Throws `SealBroken` for a changed byte or a range outside the file. */
  read(from: number, to: number): Buffer {
    this.#mustHold(from, to)
    const target = Buffer.allocUnsafe(to - from)
    this.readInto(target, from)
    return target
  }

  /** The same, written into `target`, which they fill; where it throws, what lies there is nothing. Chunks that lie in it whole are opened in place. */
  readInto(target: Uint8Array, from: number): void {
    const to = from + target.length
    this.#mustHold(from, to)
    for (let at = from; at < to; ) {
      const chunk = Math.floor(at / this.#chunkBytes)
      const [start, end] = [chunk * this.#chunkBytes, Math.min((chunk + 1) * this.#chunkBytes, this.bytes)]
      if (at === start && end <= to && this.#opened?.chunk !== chunk) this.#openInto(target.subarray(at - from), chunk)
      else target.set(this.#open(chunk).subarray(at - start, to - start), at - from)
      at = Math.min(end, to)
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  #mustHold(from: number, to: number): void {
    if (from < 0 || to < from || to > this.bytes) throw new SealBroken('a range outside the sealed file')
  }

  #open(chunk: number): Buffer {
    const { plain } = this.#frame
    if (this.#opened?.chunk === chunk) return plain.subarray(0, this.#opened.length)
    this.#opened = undefined
    this.#opened = { chunk, length: this.#openInto(plain, chunk) }
    return plain.subarray(0, this.#opened.length)
  }

  /** Opens a chunk into memory and answers how long it is. */
  #openInto(target: Uint8Array, chunk: number): number {
    const { sealed } = this.#frame
    const frameBytes = this.#chunkBytes + this.#seal.tagBytes
    const filled = fill(this.#file, sealed.subarray(0, frameBytes), headerBytes + chunk * frameBytes)
    this.#seal.openInto(chunkNonce(this.#header, chunk, chunk === this.#chunks - 1), this.#header, sealed.subarray(0, filled), target)
    return filled - this.#seal.tagBytes
  }
}

/** Fills a buffer from a place of a file; fewer bytes only at its end. */
function fill(file: number, buffer: Buffer, position: number): number {
  let filled = 0
  while (filled < buffer.length) {
    const bytes = readSync(file, buffer, filled, buffer.length - filled, position + filled)
    if (bytes === 0) break
    filled += bytes
  }
  return filled
}
