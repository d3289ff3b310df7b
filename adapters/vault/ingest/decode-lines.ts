/** From bytes of text to UTF-8, in whole lines, with the exact byte of anything that is no text. */
import { isAscii, isUtf8 } from 'node:buffer'
import type { SourceFault } from '#adapters/vault/ingest/ingest-error.ts'
import type { SourceEnd } from '#adapters/vault/ingest/source-bytes.ts'

export type TextEncoding = 'utf-8' | 'gb18030'
/** `detect`: the first line with a byte above 0x7F decides, UTF-8 before GB18030. */
export type DeclaredEncoding = TextEncoding | 'detect'

const newline = 0x0a
const byteOrderMark = Buffer.from('\uFEFF')
const asciiMax = 0x7f

/** How the text ended: with the encoding used and what the source came in, or in a fault. */
export type TextEnd = Exclude<SourceEnd, { fault: SourceFault }> & { encoding: TextEncoding; detected: boolean }

/**
 * Yields UTF-8 that ends at line ends, without a byte order mark. Cutting at 0x0A is safe: in UTF-8 and GB18030 it is never part of another character.
 * What is good before a fault is yielded before the fault is returned. `decided` hears the encoding as soon as content shows it.
 */
export async function* decodedLines(
  bytes: AsyncGenerator<Buffer, SourceEnd>,
  declared: DeclaredEncoding,
  lineBytesMax: number,
  decided: (encoding: TextEncoding) => void = () => undefined,
): AsyncGenerator<Buffer, TextEnd | { fault: SourceFault }> {
  const decoder = new LineDecoder(declared, decided)
  let carry: Buffer = Buffer.alloc(0)
  try {
    for (;;) {
      const next = await bytes.next()
      if (next.done === true) {
        if ('fault' in next.value) return next.value
        const last = decoder.decode(carry)
        yield last.text
        return last.fault === undefined ? { ...next.value, ...decoder.outcome() } : { fault: last.fault }
      }
      carry = carry.length === 0 ? next.value : Buffer.concat([carry, next.value])
      const end = carry.lastIndexOf(newline) + 1
      const decoded = decoder.decode(carry.subarray(0, end))
      yield decoded.text
      if (decoded.fault !== undefined) return { fault: decoded.fault }
      carry = carry.subarray(end)
      if (carry.length > lineBytesMax) return { fault: lineTooLong(decoder.offset, lineBytesMax) }
    }
  } finally {
    await bytes.return({ fault: lineTooLong(decoder.offset, lineBytesMax) })
  }
}

function lineTooLong(byteOffset: number, lineBytesMax: number): SourceFault {
  return { code: 'line-too-long', clause: `起的一行超过 ${lineBytesMax} 字节仍未换行`, byteOffset, compressed: false }
}

interface Decoded {
  text: Buffer
  fault?: SourceFault
}

const nothing = Buffer.alloc(0)

class LineDecoder {
  /** Bytes of text decoded so far. */
  offset = 0
  #encoding: TextEncoding | undefined
  readonly #detected: boolean
  readonly #decided: (encoding: TextEncoding) => void

  constructor(declared: DeclaredEncoding, decided: (encoding: TextEncoding) => void) {
    this.#decided = decided
    this.#detected = declared === 'detect'
    this.#encoding = declared === 'detect' ? undefined : declared
  }

  /** A file of ASCII alone is reported as UTF-8. */
  outcome(): { encoding: TextEncoding; detected: boolean } {
    return { encoding: this.#encoding ?? 'utf-8', detected: this.#detected }
  }

  /** Decodes whole lines; on a bad byte gives the lines before the bad one and the fault with its offset. */
  decode(block: Buffer): Decoded {
    if (block.length === 0) return { text: nothing }
    if (this.#encoding === undefined) {
      this.#encoding = detectEncoding(block)
      if (this.#encoding !== undefined) this.#decided(this.#encoding)
    }
    const whole = this.#inUtf8(block)
    if (whole === undefined || whole.includes(0)) return this.#upToBadLine(block)
    const text = this.#withoutMark(whole)
    this.offset += block.length
    return { text }
  }

  #inUtf8(block: Buffer): Buffer | undefined {
    if (this.#encoding !== 'gb18030') return isUtf8(block) ? block : undefined
    const text = decodeFatal(block, 'gb18030')
    return text === undefined ? undefined : Buffer.from(text)
  }

  #withoutMark(text: Buffer): Buffer {
    const marked = this.offset === 0 && text.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    return marked ? text.subarray(byteOrderMark.length) : text
  }

  #upToBadLine(block: Buffer): Decoded {
    const good: Buffer[] = []
    for (let at = 0; at < block.length; ) {
      const found = block.indexOf(newline, at)
      const end = found === -1 ? block.length : found + 1
      const line = block.subarray(at, end)
      const decoded = this.#inUtf8(line)
      const control = line.indexOf(0)
      if (decoded === undefined || control !== -1) {
        return { text: Buffer.concat(good), fault: badLine(line, this.offset, this.#encoding ?? 'utf-8', decoded === undefined ? undefined : control) }
      }
      good.push(this.#withoutMark(decoded))
      this.offset += line.length
      at = end
    }
    return { text: Buffer.concat(good) }
  }
}

function badLine(line: Buffer, lineOffset: number, encoding: TextEncoding, control: number | undefined): SourceFault {
  if (control !== undefined) {
    return { code: 'control-character', clause: '出现空字符（0x00）', byteOffset: lineOffset + control, compressed: false }
  }
  const bad = firstBadByte(line, encoding)
  const hex = (line[bad] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  const name = encoding === 'utf-8' ? 'UTF-8' : 'GB18030'
  return {
    code: 'bytes-undecodable',
    clause: `（0x${hex}）无法按 ${name} 编码解码`,
    byteOffset: lineOffset + bad,
    compressed: false,
  }
}

/** The first byte of the first character that cannot be decoded. */
function firstBadByte(line: Buffer, encoding: TextEncoding): number {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  let whole = 0
  for (let index = 0; index < line.length; index += 1) {
    try {
      if (decoder.decode(line.subarray(index, index + 1), { stream: true }) !== '') whole = index + 1
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return whole
    }
  }
  return whole
}

function decodeFatal(bytes: Buffer, encoding: TextEncoding, mayBeCut = false): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: mayBeCut })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Decides by the first line beyond ASCII; undefined while there is none. */
function detectEncoding(block: Buffer): TextEncoding | undefined {
  if (isAscii(block)) return undefined
  const high = block.findIndex((byte) => byte > asciiMax)
  const from = block.lastIndexOf(newline, high) + 1
  const found = block.indexOf(newline, high)
  const line = block.subarray(from, found === -1 ? block.length : found)
  // A last line without its end may have been cut within a character; that is UTF-8 to be refused, not GB18030 by chance.
  if (decodeFatal(line, 'utf-8', found === -1) !== undefined) return 'utf-8'
  return decodeFatal(line, 'gb18030') === undefined ? 'utf-8' : 'gb18030'
}
