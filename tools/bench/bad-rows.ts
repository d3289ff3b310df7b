import { gzipSync } from 'node:zlib'
import { SuppliedRows, TITLES, rowFaults } from './supplied-rows.ts'
import type { LastRow, SuppliedFile } from './supplied-rows.ts'

export const fileKinds = ['sound', ...rowFaults, 'gzip-cut', 'zstd-cut', 'line-without-end', 'gzip-bomb', 'gzip-in-gzip'] as const
export type FileKind = (typeof fileKinds)[number]

/** What packs without making smaller, so that any piece can be made for itself: its first bytes, and blocks with a head each. */
type Packing = { head: Buffer; blockBytes: number; blockHead(bytes: number): Buffer }
/** RFC 1952 around stored blocks of RFC 1951, none of them the last. */
const GZIP: Packing = { head: Buffer.from('1f8b0800000000000003', 'hex'), blockBytes: 65_535, blockHead: (bytes) => Buffer.from([0, bytes & 0xff, bytes >> 8, ~bytes & 0xff, (~bytes >> 8) & 0xff]) }
/** RFC 8878: a frame with a window of 2 MiB, and raw blocks, none of them the last. */
const ZSTD: Packing = {
  head: Buffer.from('28b52ffd0058', 'hex'),
  blockBytes: 131_072,
  blockHead: (bytes) => {
    const head = Buffer.alloc(3)
    head.writeUIntLE(bytes << 3, 0, head.length)
    return head
  },
}
/** So many bytes of the packed file never came. */
const CUT_BYTES = 1_000
/** Of one member of a bomb, before it is packed to a thousandth. */
const BOMB_BYTES = 1_048_576
const BOMB_NOTE = 1_000

/** A file of that kind with at least so many bytes of text. */
export function suppliedFile(kind: FileKind, bytes: number): SuppliedFile {
  switch (kind) {
    case 'gzip-cut': return cut(packed(new SuppliedRows(kind, bytes, 'sound'), GZIP))
    case 'zstd-cut': return cut(packed(new SuppliedRows(kind, bytes, 'sound'), ZSTD))
    case 'gzip-in-gzip': return packed(packed(new SuppliedRows(kind, bytes, 'sound'), GZIP), GZIP)
    case 'gzip-bomb': return bomb(bytes)
    case 'line-without-end': return withoutLineEnds(new SuppliedRows(kind, bytes, 'sound'))
    default: return new SuppliedRows(kind, bytes, kind, formatOf(kind))
  }
}

function formatOf(last: LastRow): 'csv' | 'json-lines' {
  return last === 'nested' ? 'json-lines' : 'csv'
}

function packed(content: SuppliedFile, { head, blockBytes, blockHead }: Packing): SuppliedFile {
  const each = blockHead(blockBytes).length
  const blocks = Math.ceil(content.bytes / blockBytes)
  const bytes = head.length + blocks * each + content.bytes
  const block = (at: number): Buffer => {
    const text = content.piece(at * blockBytes, (at + 1) * blockBytes)
    return Buffer.concat([blockHead(text.length), text])
  }
  return {
    rows: content.rows,
    bytes,
    piece: (from, to) => {
      const first = Math.max(0, Math.floor((from - head.length) / (each + blockBytes)))
      const end = Math.min(blocks, Math.ceil((to - head.length) / (each + blockBytes)))
      const parts = first === 0 ? [head] : []
      for (let at = first; at < end; at += 1) parts.push(block(at))
      const begins = first === 0 ? 0 : head.length + first * (each + blockBytes)
      return Buffer.concat(parts).subarray(from - begins, Math.min(to, bytes) - begins)
    },
  }
}

function cut(file: SuppliedFile): SuppliedFile {
  const bytes = file.bytes - CUT_BYTES
  return { rows: file.rows, bytes, piece: (from, to) => file.piece(from, Math.min(to, bytes)) }
}

function bomb(text: number): SuppliedFile {
  const row = `1,D1,锦江区,1.00,2024-01-01,${'a'.repeat(BOMB_NOTE)}\n`
  const member = gzipSync(Buffer.alloc(BOMB_BYTES - (BOMB_BYTES % Buffer.byteLength(row)), row))
  const all = Buffer.concat([gzipSync(`${TITLES.join(',')}\n`), ...Array.from({ length: Math.ceil(text / BOMB_BYTES) }, () => member)])
  return { rows: 0, bytes: all.length, piece: (from, to) => all.subarray(from, to) }
}

/** One line from the header's first letter to the end of the file. */
function withoutLineEnds(file: SuppliedFile): SuppliedFile {
  return { rows: 0, bytes: file.bytes, piece: (from, to) => Buffer.from(file.piece(from, to).map((byte) => (byte === 0x0a ? 0x20 : byte))) }
}
