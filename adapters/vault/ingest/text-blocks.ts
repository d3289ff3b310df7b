/** From whole lines to blocks that end between two records, so that each block can be read for itself. */
import type { TextEnd } from '#adapters/vault/ingest/decode-lines.ts'
import type { SourceFault } from '#adapters/vault/ingest/ingest-error.ts'

export type TextLines = AsyncGenerator<Buffer, TextEnd | { fault: SourceFault }>

/** Some whole records, in UTF-8. */
export interface TextBlock {
  bytes: Buffer
  /** False: a quote, line end or blank line stands where only the exact reader may judge it. */
  regular: boolean
}

const quote = 0x22
const newline = 0x0a
const carriageReturn = 0x0d

/** Cuts text at record ends. Where the cuts fall depends on the text alone, not on how it arrived. */
export class TextBlocks {
  readonly #lines: TextLines
  readonly #blockBytes: number
  readonly #recordBytesMax: number
  #held: Buffer[] = []
  #heldBytes = 0
  #end: TextEnd | { fault: SourceFault } | undefined

  constructor(lines: TextLines, blockBytes: number, recordBytesMax: number) {
    this.#lines = lines
    this.#blockBytes = blockBytes
    this.#recordBytesMax = recordBytesMax
  }

  /** How the text ended; known once `block` gave undefined. */
  get end(): TextEnd | { fault: SourceFault } | undefined {
    return this.#end
  }

  /** The first record with its line end; undefined when there is none. */
  async firstRecord(): Promise<Buffer | undefined> {
    return this.#cut(0)
  }

  /** The next block of records of `width` fields; undefined at the end. `delimiter` is the byte between two fields. */
  async block(delimiter: number, width: number): Promise<TextBlock | undefined> {
    const bytes = await this.#cut(this.#blockBytes)
    return bytes === undefined ? undefined : { bytes, regular: isRegular(bytes, delimiter) && !hasSurplusEmpty(bytes, delimiter, width) }
  }

  /** Lets go of the source before its end. */
  async close(): Promise<void> {
    await this.#lines.return({ fault: { code: 'source-interrupted', clause: '', byteOffset: 0, compressed: false } })
  }

  /** Bytes up to the first record end at or behind `atLeast`; what is left at the end of the text. */
  async #cut(atLeast: number): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#heldBytes > atLeast) {
        const all = this.#held.length === 1 ? (this.#held[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#held)
        this.#held = [all]
        // A record without end is cut where it exceeds what a record may hold; the exact reader then refuses it.
        const end = recordEnd(all, atLeast) ?? (all.length > atLeast + 2 * this.#recordBytesMax ? all.length : undefined)
        if (end !== undefined || this.#end !== undefined) return this.#taken(all, end ?? all.length)
      } else if (this.#end !== undefined) {
        return this.#heldBytes === 0 ? undefined : this.#taken(Buffer.concat(this.#held), this.#heldBytes)
      }
      const next = await this.#lines.next()
      if (next.done === true) this.#end = next.value
      else if (next.value.length > 0) {
        this.#held.push(next.value)
        this.#heldBytes += next.value.length
      }
    }
  }

  #taken(all: Buffer, end: number): Buffer {
    const rest = all.subarray(end)
    this.#held = rest.length === 0 ? [] : [rest]
    this.#heldBytes = rest.length
    return all.subarray(0, end)
  }
}

/** Position behind the first line end at or behind `atLeast` that is not inside quotes. */
function recordEnd(bytes: Buffer, atLeast: number): number | undefined {
  let inside = false
  let nextQuote = bytes.indexOf(quote)
  for (let line = bytes.indexOf(newline, atLeast); line !== -1; line = bytes.indexOf(newline, line + 1)) {
    while (nextQuote !== -1 && nextQuote < line) {
      inside = !inside
      nextQuote = bytes.indexOf(quote, nextQuote + 1)
    }
    if (!inside) return line + 1
  }
  return undefined
}

/** Whether every quote opens or closes a whole field, every carriage return belongs to a line end and no line is blank. */
function isRegular(bytes: Buffer, delimiter: number): boolean {
  const endsField = (byte: number | undefined): boolean => byte === undefined || byte === delimiter || byte === newline || byte === carriageReturn
  let inside = false
  for (let at = bytes.indexOf(quote); at !== -1; at = bytes.indexOf(quote, at + 1)) {
    if (!inside) {
      if (!endsField(at === 0 ? undefined : bytes[at - 1])) return false
      inside = true
    } else if (bytes[at + 1] === quote) at += 1
    else {
      if (!endsField(bytes[at + 1])) return false
      inside = false
    }
  }
  if (inside || bytes[0] === newline || bytes.includes('\n\n') || bytes.includes('\n\r\n')) return false
  for (let at = bytes.indexOf(carriageReturn); at !== -1; at = bytes.indexOf(carriageReturn, at + 1)) {
    if (bytes[at + 1] !== newline) return false
  }
  return bytes[0] !== carriageReturn
}

/** Whether a line may end in one empty field too many, which the engine would let pass. A line with quotes is left to the exact reader. */
function hasSurplusEmpty(bytes: Buffer, delimiter: number, width: number): boolean {
  const quoted = Buffer.from([delimiter, quote, quote])
  if (bytes.at(-1) === delimiter || bytes.subarray(-quoted.length).equals(quoted)) return true
  for (const lineEnd of [newline, carriageReturn]) {
    if (bytes.includes(Buffer.concat([quoted, Buffer.from([lineEnd])]))) return true
    const ending = Buffer.from([delimiter, lineEnd])
    for (let at = bytes.indexOf(ending); at !== -1; at = bytes.indexOf(ending, at + 1)) {
      const line = bytes.subarray(at === 0 ? 0 : bytes.lastIndexOf(newline, at - 1) + 1, at + 1)
      if (line.includes(quote) || line.reduce((count, byte) => (byte === delimiter ? count + 1 : count), 0) !== width - 1) return true
    }
  }
  return false
}
