/**
 * A sealed file: a header, then chunks each sealed on its own, the last one marked. Chunks have 1 MiB, or 64 KiB in a file
 * of which few places are read.
 *
 * header  magic (4: "GSV1" for large chunks, "GSV2" for small ones) | suite (1) | salt (16) | nonce prefix (7)
 * chunk i ciphertext (as long as a chunk, the last 0 to that) | tag; nonce = prefix | i (4, big endian) | 1 if last else 0
 *
 * The header is authenticated with every chunk, so nothing can be cut, reordered, exchanged between files or downgraded.
 */
import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { SealBroken, chunkSeal, nonceBytes, suiteBytes, suites } from '#adapters/vault/seal/suite.ts'
import type { ChunkSeal, Suite } from '#adapters/vault/seal/suite.ts'

/** By the size of their chunks, how files begin. Never reassign one. */
const magics: Readonly<Record<ChunkSize, string>> = { large: 'GSV1', small: 'GSV2' }
const magicBytes = 4
const saltBytes = 16
const counterBytes = 4
const prefixBytes = nonceBytes - counterBytes - 1
export const headerBytes = magicBytes + 1 + saltBytes + prefixBytes
/** Plain bytes of a large chunk that is not the last. */
export const chunkBytes = 1024 * 1024
/** unit: bytes; source: measured: of a place little more than itself is opened, and a cipher for each costs little beside it */
export const smallChunkBytes = 64 * 1024

export const chunkSizes = ['large', 'small'] as const
export type ChunkSize = (typeof chunkSizes)[number]
const bytesOf: Readonly<Record<ChunkSize, number>> = { large: chunkBytes, small: smallChunkBytes }

/** Owner may read and write, nobody else may do anything. */
const privateMode = 0o600

/** Digests in lower-case hexadecimal, and lengths in bytes. */
export interface SealedDigests {
  plainBytes: number
  plainSha256: string
  plainSm3: string
  sealedBytes: number
  sealedSha256: string
  sealedSm3: string
}

/** SHA-256 and SM3 over the same bytes. */
class DoubleDigest {
  #bytes = 0
  readonly #sha256 = createHash('sha256')
  readonly #sm3 = createHash('sm3')

  update(bytes: Buffer): void {
    this.#bytes += bytes.length
    this.#sha256.update(bytes)
    this.#sm3.update(bytes)
  }

  end(): { bytes: number; sha256: string; sm3: string } {
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), sm3: this.#sm3.digest('hex') }
  }
}

/** Digests a sealed file on its way to the disk, before and after sealing. It costs more than the sealing itself: only for a file that is vouched for. */
export class FileDigests {
  readonly plain = new DoubleDigest()
  readonly sealed = new DoubleDigest()

  /** Of the whole file; called once, after the writer's `finish`. */
  end(): SealedDigests {
    const [plain, sealed] = [this.plain.end(), this.sealed.end()]
    return { plainBytes: plain.bytes, plainSha256: plain.sha256, plainSm3: plain.sm3, sealedBytes: sealed.bytes, sealedSha256: sealed.sha256, sealedSm3: sealed.sm3 }
  }
}

/** Writes one sealed file. The file must not exist; it is whole only after `finish`. */
export class SealedWriter {
  readonly #file: FileHandle
  #closed = false
  readonly #seal: ChunkSeal
  readonly #header: Buffer
  readonly #digests: FileDigests | undefined
  readonly #chunkBytes: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #chunk = 0

  private constructor(file: FileHandle, seal: ChunkSeal, header: Buffer, { digests, chunks }: { digests: FileDigests | undefined; chunks: ChunkSize }) {
    this.#file = file
    this.#seal = seal
    this.#header = header
    this.#digests = digests
    this.#chunkBytes = bytesOf[chunks]
  }

  /** `purpose` binds the file to what it is and whose; the reader must name the same. `digests` sees all that is written. */
  static async create(path: string, suite: Suite, key: Buffer, purpose: string, digests?: FileDigests, chunks: ChunkSize = 'large'): Promise<SealedWriter> {
    const salt = randomBytes(saltBytes)
    const header = Buffer.concat([Buffer.from(magics[chunks]), Buffer.from([suiteBytes[suite]]), salt, randomBytes(prefixBytes)])
    const file = await open(path, 'wx', privateMode)
    const writer = new SealedWriter(file, chunkSeal(suite, key, salt, purpose), header, { digests, chunks })
    await writer.#put(header)
    return writer
  }

  async write(plain: Buffer): Promise<void> {
    this.#digests?.plain.update(plain)
    this.#pending.push(plain)
    this.#pendingBytes += plain.length
    // Strictly more than a chunk: the last chunk must still be at hand when `finish` marks it.
    if (this.#pendingBytes <= this.#chunkBytes) return
    let rest = Buffer.concat(this.#pending)
    while (rest.length > this.#chunkBytes) {
      await this.#putChunk(rest.subarray(0, this.#chunkBytes), false)
      rest = rest.subarray(this.#chunkBytes)
    }
    this.#pending = [Buffer.from(rest)]
    this.#pendingBytes = rest.length
  }

  /** Writes the marked last chunk, makes the file durable and closes it. */
  async finish(): Promise<void> {
    await this.#putChunk(Buffer.concat(this.#pending), true)
    await this.#file.sync()
    await this.abandon()
  }

  /** Closes the file if it is open; unless it was finished, the caller removes it. */
  async abandon(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#file.close()
  }

  async #putChunk(plain: Buffer, last: boolean): Promise<void> {
    await this.#put(this.#seal.seal(chunkNonce(this.#header, this.#chunk, last), this.#header, plain))
    this.#chunk += 1
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#digests?.sealed.update(bytes)
    await this.#file.writeFile(bytes)
  }
}

/**
 * Yields the plain chunks of a sealed file, each only after its tag was checked.
 * Throws `SealBroken` for a wrong key, a changed byte, a cut or lengthened file, or one sealed for another purpose.
 */
export async function* readSealed(path: string, key: Buffer, purpose: string): AsyncGenerator<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const header = await readExactly(file, headerBytes)
    const { suite, salt, bytes } = parseHeader(header)
    const seal = chunkSeal(suite, key, salt, purpose)
    const frameBytes = bytes + seal.tagBytes
    let frame = await readExactly(file, frameBytes)
    for (let chunk = 0; ; chunk += 1) {
      const next = frame.length < frameBytes ? Buffer.alloc(0) : await readExactly(file, frameBytes)
      const last = next.length === 0
      yield seal.open(chunkNonce(header, chunk, last), header, frame)
      if (last) return
      frame = next
    }
  } finally {
    await file.close()
  }
}

/** Suite and salt of a sealed file's header, and the plain bytes of its chunks. Throws `SealBroken` where it is none. */
export function parseHeader(header: Buffer): { suite: Suite; salt: Buffer; bytes: number } {
  const suite = suites.find((candidate) => suiteBytes[candidate] === header[magicBytes])
  const begins = header.toString('latin1', 0, magicBytes)
  const chunks = chunkSizes.find((candidate) => magics[candidate] === begins)
  if (header.length < headerBytes || chunks === undefined || suite === undefined) throw new SealBroken('not a sealed file')
  const saltFrom = magicBytes + 1
  return { suite, salt: header.subarray(saltFrom, saltFrom + saltBytes), bytes: bytesOf[chunks] }
}

/** The nonce of one chunk. */
export function chunkNonce(header: Buffer, chunk: number, last: boolean): Buffer {
  const tail = Buffer.alloc(counterBytes + 1)
  tail.writeUInt32BE(chunk)
  tail[counterBytes] = last ? 1 : 0
  return Buffer.concat([header.subarray(headerBytes - prefixBytes), tail])
}

/** Up to `bytes` bytes from `position` (null: the current one); fewer only at the end of the file. */
export async function readExactly(file: FileHandle, bytes: number, position: number | null = null): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes)
  return buffer.subarray(0, await fill(file, buffer, position))
}

/** Fills a buffer as `readExactly` does; answers how far. */
export async function fill(file: FileHandle, buffer: Buffer, position: number | null): Promise<number> {
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position === null ? null : position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}
