/**
 * The frames of zstd (RFC 8878) in a stream: where each begins and ends, and the checksum that closes it. The library
 * decompresses and leaves the checksum unread; a file damaged where it still decompresses would pass without it.
 */

/** A piece of the stream that belongs to one frame. */
export interface FramePiece {
  /** Of the frame as the library takes it, checksum included. */
  bytes: Buffer
  /** With the last piece of a frame: the lower half of the XXH64 of its content, where the frame states one, and the length it states. */
  end?: { checksum?: number; contentBytes?: bigint }
}

/** The bytes are not those of zstd; the message is a clause. */
export class FrameWrong extends Error {}

const frameMagic = 0xfd2fb528
/** The last hexadecimal digit is free. */
const skippableMagic = 0x184d2a50
const magicBytes = 4
const checksumBytes = 4
const blockHeadBytes = 3
/** Window that a decoder need not exceed without being told to, as the reference tool has it. */
const windowBytesMax = 128 * 1024 * 1024

type Expected = 'magic' | 'descriptor' | 'header' | 'block-head' | 'block' | 'checksum' | 'skipped-length' | 'skipped'

/** Walks along the frames as the bytes arrive. */
export class ZstdFrames {
  #expected: Expected = 'magic'
  #wanted = magicBytes
  /** Bytes of what is expected that have arrived; of blocks and skipped frames only the count matters. */
  #held: Buffer = Buffer.alloc(0)
  #passed = 0
  #last = false
  #hasChecksum = false
  #descriptor = 0
  #contentBytes: bigint | undefined

  /** Whether the stream may end here: between two frames. */
  get between(): boolean {
    return this.#expected === 'magic' && this.#held.length === 0
  }

  /** The pieces that `bytes` complete or continue. Throws `FrameWrong`. */
  *push(bytes: Buffer): Generator<FramePiece> {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + this.#wanted - (this.#counts() ? this.#passed : this.#held.length))
      at += part.length
      const whole = this.#take(part)
      if (whole === undefined) {
        if (this.#expected === 'block') yield { bytes: part }
        continue
      }
      yield* this.#completed(whole, part)
    }
  }

  /** Blocks and skipped frames are counted and not kept. */
  #counts(): boolean {
    return this.#expected === 'block' || this.#expected === 'skipped'
  }

  #take(part: Buffer): Buffer | undefined {
    if (this.#counts()) {
      this.#passed += part.length
      return this.#passed < this.#wanted ? undefined : Buffer.alloc(0)
    }
    this.#held = Buffer.concat([this.#held, part])
    return this.#held.length < this.#wanted ? undefined : this.#held
  }

  *#completed(whole: Buffer, part: Buffer): Generator<FramePiece> {
    switch (this.#expected) {
      case 'magic':
        return yield* this.#magic(whole)
      case 'descriptor':
        this.#descriptor = whole.readUInt8()
        yield { bytes: whole }
        return this.#expect('header', headerBytes(this.#descriptor))
      case 'header':
        this.#header(whole)
        yield { bytes: whole }
        return this.#expect('block-head', blockHeadBytes)
      case 'block-head':
        yield { bytes: whole }
        return yield* this.#block(whole)
      case 'block':
        yield { bytes: part }
        return yield* this.#afterBlock()
      case 'checksum':
        yield { bytes: whole, end: this.#end(whole.readUInt32LE()) }
        return this.#expect('magic', magicBytes)
      case 'skipped-length':
        return whole.readUInt32LE() === 0 ? this.#expect('magic', magicBytes) : this.#expect('skipped', whole.readUInt32LE())
      case 'skipped':
        return this.#expect('magic', magicBytes)
    }
  }

  *#magic(whole: Buffer): Generator<FramePiece> {
    const magic = whole.readUInt32LE()
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) return this.#expect('skipped-length', magicBytes)
    if (magic !== frameMagic) throw new FrameWrong('压缩内容之后还有不属于 zstd 的内容')
    yield { bytes: whole }
    this.#expect('descriptor', 1)
  }

  #header(whole: Buffer): void {
    const single = isSingleSegment(this.#descriptor)
    this.#hasChecksum = (this.#descriptor & 4) !== 0
    const sized = whole.subarray(whole.length - contentSizeBytes(this.#descriptor))
    this.#contentBytes = sized.length === 0 ? undefined : littleEndian(sized) + (sized.length === 2 ? 256n : 0n)
    const windowBytes = single ? (this.#contentBytes ?? 0n) : windowOf(whole.readUInt8())
    if (windowBytes > windowBytesMax) throw new FrameWrong(`压缩窗口为 ${windowBytes} 字节，超过 ${windowBytesMax} 字节的上限`)
  }

  *#block(head: Buffer): Generator<FramePiece> {
    const value = head.readUIntLE(0, blockHeadBytes)
    this.#last = (value & 1) === 1
    const kind = (value >> 1) & 3
    if (kind === 3) throw new FrameWrong('压缩内容已损坏')
    // One byte repeated is written once.
    const bytes = kind === 1 ? 1 : value >> 3
    if (bytes > 0) return this.#expect('block', bytes)
    yield* this.#afterBlock()
  }

  *#afterBlock(): Generator<FramePiece> {
    if (!this.#last) return this.#expect('block-head', blockHeadBytes)
    if (this.#hasChecksum) return this.#expect('checksum', checksumBytes)
    yield { bytes: Buffer.alloc(0), end: this.#end(undefined) }
    this.#expect('magic', magicBytes)
  }

  #end(checksum: number | undefined): NonNullable<FramePiece['end']> {
    return { ...(checksum === undefined ? {} : { checksum }), ...(this.#contentBytes === undefined ? {} : { contentBytes: this.#contentBytes }) }
  }

  #expect(expected: Expected, wanted: number): void {
    this.#expected = expected
    this.#wanted = wanted
    this.#held = Buffer.alloc(0)
    this.#passed = 0
  }
}

function isSingleSegment(descriptor: number): boolean {
  return (descriptor & 0x20) !== 0
}

function contentSizeBytes(descriptor: number): number {
  const flag = descriptor >> 6
  return flag === 0 ? (isSingleSegment(descriptor) ? 1 : 0) : 2 ** flag
}

/** Window, dictionary and content size behind the descriptor; at least one of them is there. */
function headerBytes(descriptor: number): number {
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  return (isSingleSegment(descriptor) ? 0 : 1) + dictionary + contentSizeBytes(descriptor)
}

function windowOf(byte: number): bigint {
  const base = 1n << BigInt(10 + (byte >> 3))
  return base + (base / 8n) * BigInt(byte & 7)
}

function littleEndian(bytes: Buffer): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
