/** What a file is, decided by its content and never by its name. */
import type { SourceEnd } from '#adapters/vault/ingest/source-bytes.ts'
import { compressionOf } from '#adapters/vault/ingest/decompress.ts'
import type { IngestErrorCode } from '#adapters/vault/ingest/ingest-error.ts'

/** `delimited`: CSV or TSV, which of the two its header decides. */
export type SourceFormat = 'delimited' | 'json-lines' | 'parquet' | 'workbook'
/** As it is kept beside a version. */
export type NamedFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet' | 'xlsx'

export type Recognised = { format: SourceFormat } | { code: IngestErrorCode; clause: string }

/** So many bytes of the content are looked at. */
const headBytes = 512
const parquetMagic = Buffer.from('PAR1')
const zipMagic = Buffer.from('PK\u0003\u0004')
const compoundMagic = Buffer.from([0xd0, 0xcf, 0x11, 0xe0])
const utf16Marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]
const utf8Mark = Buffer.from('\uFEFF')
const openingBrace = 0x7b

/** The format that the first bytes of the (decompressed) content show. */
export function recognise(head: Buffer): Recognised {
  const begins = (magic: Buffer): boolean => head.subarray(0, magic.length).equals(magic)
  if (begins(parquetMagic)) return { format: 'parquet' }
  if (begins(zipMagic)) return { format: 'workbook' }
  if (compressionOf(head) !== undefined) return { code: 'archive-nested', clause: '解压后仍是压缩文件，超过只能压缩一层的上限' }
  if (begins(compoundMagic)) return { code: 'format-unknown', clause: '是旧版 Office 文件（xls）' }
  if (utf16Marks.some(begins)) return { code: 'bytes-undecodable', clause: '是 UTF-16 编码的文本，平台只接收 UTF-8 和 GB18030' }
  const text = head.subarray(begins(utf8Mark) ? utf8Mark.length : 0).toString('latin1').trimStart()
  return { format: text.charCodeAt(0) === openingBrace ? 'json-lines' : 'delimited' }
}

/** Reads enough to recognise the content, and gives all of it back in `bytes`. */
export async function peeked(bytes: AsyncGenerator<Buffer, SourceEnd>): Promise<{ head: Buffer; bytes: AsyncGenerator<Buffer, SourceEnd> }> {
  const read: Buffer[] = []
  let length = 0
  let end: SourceEnd | undefined
  while (length < headBytes && end === undefined) {
    const next = await bytes.next()
    if (next.done === true) end = next.value
    else {
      read.push(next.value)
      length += next.value.length
    }
  }
  return { head: Buffer.concat(read).subarray(0, headBytes), bytes: again(read, end, bytes) }
}

async function* again(read: Buffer[], end: SourceEnd | undefined, rest: AsyncGenerator<Buffer, SourceEnd>): AsyncGenerator<Buffer, SourceEnd> {
  try {
    yield* read
    if (end !== undefined) return end
    return yield* rest
  } finally {
    // Closed early: nobody reads the rest, and the source must learn so.
    if (end === undefined) await rest.return({ fault: { code: 'source-interrupted', clause: '', byteOffset: 0, compressed: false } })
  }
}
