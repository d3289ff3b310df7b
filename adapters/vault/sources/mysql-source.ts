/** A table of a MySQL (or compatible: MariaDB, OceanBase, TiDB) database as CSV. */
import { Readable } from 'node:stream'
import type { Connection } from 'mysql2'
import { headerOf } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { connectedTo } from '#adapters/vault/sources/one-address.ts'
import type { DatabaseTable } from '#adapters/vault/sources/postgres-source.ts'
import { counted, heard, unreachable } from '#adapters/vault/sources/pull-error.ts'

const connectMs = 15_000
/** Where a URL names no port. */
export const mysqlPort = 3_306
/** Bytes of CSV that are handed on at once. */
const pieceBytes = 65_536

/**
 * Opens the table and gives its declared columns as CSV; rows are streamed, so memory does not grow with the table.
 * Throws `source-unreachable` where it cannot be opened; the stream ends in `source-interrupted` where it breaks off.
 */
export async function openMysqlTable(source: DatabaseTable, schema: TableSchema): Promise<Readable> {
  // Loaded where a table is pulled: most starts never do.
  const { createConnection, escapeId } = await import('mysql2')
  const what = `MySQL 数据库表“${source.namespace}.${source.table}”`
  const connection = createConnection({ uri: source.url, stream: () => connectedTo(source.url, source.address, mysqlPort), connectTimeout: connectMs, charset: 'utf8mb4', dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, decimalNumbers: false })
  let rows: Readable | undefined
  // The library tells a lost connection to the connection, not to the rows that were under way on it.
  connection.on('error', (error) => (rows === undefined ? connection.destroy() : rows.destroy(error)))
  const columns = schema.columns.map((column) => escapeId(headerOf(column), true)).join(', ')
  const select = `SELECT ${columns} FROM ${escapeId(source.namespace, true)}.${escapeId(source.table, true)}`
  try {
    await asked(connection, `SET time_zone = '+08:00'`)
    await asked(connection, `${select} LIMIT 0`)
  } catch (error) {
    connection.destroy()
    throw unreachable(what, '无法读取', error)
  }
  rows = heard(connection.query({ sql: select, rowsAsArray: true, typeCast: (field) => field.string() }).stream({ highWaterMark: 1_000 }))
  return Readable.from(closing(counted(what, csvOf(schema, rows)), connection), { objectMode: false })
}

async function asked(connection: Connection, sql: string): Promise<void> {
  await new Promise<void>((resolve, reject) => connection.query(sql, (error) => (error === null ? resolve() : reject(error))))
}

async function* csvOf(schema: TableSchema, rows: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let piece = `${schema.columns.map((column) => csvField(headerOf(column))).join(',')}\n`
  for await (const row of rows) {
    if (!Array.isArray(row)) throw new TypeError('a row that is no list')
    piece += `${row.map(csvField).join(',')}\n`
    if (piece.length < pieceBytes) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(piece)
}

function csvField(value: unknown): string {
  const text = typeof value === 'string' ? value : ''
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

async function* closing(bytes: AsyncGenerator<Buffer>, connection: Connection): AsyncGenerator<Buffer> {
  try {
    yield* bytes
  } finally {
    connection.destroy()
  }
}
