import { inflateSync } from 'node:zlib'

const WOFF_HEADER_BYTES = 44
const WOFF_ENTRY_BYTES = 20
const SFNT_HEADER_BYTES = 12
const SFNT_ENTRY_BYTES = 16
const ALIGNMENT_BYTES = 4
const WOFF_SIGNATURE = 'wOFF'

type Table = { tag: string; checksum: number; bytes: Buffer }

/**
 * Unpacks a WOFF 1.0 font (W3C Recommendation, section 4) into the sfnt that a PDF embeds a part of: read table by table
 * from its packed form, drawing a page takes a hundred times as long.
 * @throws TypeError where the bytes are no WOFF.
 */
export function sfntOf(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, WOFF_SIGNATURE.length) !== WOFF_SIGNATURE) throw new TypeError('these bytes are no WOFF font')
  const tables = tablesOf(woff).toSorted((one, other) => (one.tag < other.tag ? -1 : 1))
  const head = headOf(woff.readUInt32BE(ALIGNMENT_BYTES), tables.length)
  let offset = head.length
  const bodies = tables.map((table, index) => {
    const at = SFNT_HEADER_BYTES + index * SFNT_ENTRY_BYTES
    head.write(table.tag, at, 'latin1')
    head.writeUInt32BE(table.checksum, at + 4)
    head.writeUInt32BE(offset, at + 8)
    head.writeUInt32BE(table.bytes.length, at + 12)
    const padded = Buffer.concat([table.bytes, Buffer.alloc((ALIGNMENT_BYTES - (table.bytes.length % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES)])
    offset += padded.length
    return padded
  })
  return Buffer.concat([head, ...bodies])
}

function tablesOf(woff: Buffer): Table[] {
  return Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const at = WOFF_HEADER_BYTES + index * WOFF_ENTRY_BYTES
    const [offset, packed, whole] = [woff.readUInt32BE(at + 4), woff.readUInt32BE(at + 8), woff.readUInt32BE(at + 12)]
    const bytes = woff.subarray(offset, offset + packed)
    return { tag: woff.toString('latin1', at, at + 4), checksum: woff.readUInt32BE(at + 16), bytes: packed < whole ? inflateSync(bytes) : bytes }
  })
}

function headOf(flavour: number, tables: number): Buffer {
  const head = Buffer.alloc(SFNT_HEADER_BYTES + tables * SFNT_ENTRY_BYTES)
  const selector = Math.floor(Math.log2(tables))
  const range = SFNT_ENTRY_BYTES * 2 ** selector
  head.writeUInt32BE(flavour, 0)
  head.writeUInt16BE(tables, 4)
  head.writeUInt16BE(range, 6)
  head.writeUInt16BE(selector, 8)
  head.writeUInt16BE(SFNT_ENTRY_BYTES * tables - range, 10)
  return head
}
