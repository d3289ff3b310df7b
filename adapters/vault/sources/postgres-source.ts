/** A table of a PostgreSQL database as CSV, in one statement and therefore of one moment. */
import { Readable } from 'node:stream'
import { Client, escapeIdentifier } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { headerOf } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { SocketToAddress } from '#adapters/vault/sources/one-address.ts'
import { counted, heard, unreachable } from '#adapters/vault/sources/pull-error.ts'

export interface DatabaseTable {
  /** The network address that the source's name was judged by; no other is connected to. */
  address: string
  /** Connection string with account and password; kept out of every message. */
  url: string
  /** Database schema (PostgreSQL) or database (MySQL) and table. */
  namespace: string
  table: string
}

/** Platform default: a source that does not answer for so long is taken for broken. */
const connectMs = 15_000

/**
 * Opens the table and gives its declared columns as CSV; memory does not grow with the table.
 * Throws `source-unreachable` where it cannot be opened; the stream ends in `source-interrupted` where it breaks off.
 */
export async function openPostgresTable(source: DatabaseTable, schema: TableSchema): Promise<Readable> {
  const what = `PostgreSQL 数据库表“${source.namespace}.${source.table}”`
  const client = new Client({ connectionString: source.url, stream: () => new SocketToAddress(source.address), connectionTimeoutMillis: connectMs, application_name: 'gongshu', options: '-c TimeZone=Asia/Shanghai -c DateStyle=ISO -c default_transaction_read_only=on' })
  const lost: { cause?: Error } = {}
  client.on('error', (error) => (lost.cause = error))
  try {
    await client.connect()
    // Asked beforehand, so that a missing table or column is told from a table that broke off.
    await client.query(`${selectOf(source, schema)} LIMIT 0`)
  } catch (error) {
    await closed(client)
    throw unreachable(what, '无法读取', error)
  }
  const copy = heard(client.query(copyTo(`COPY (${selectOf(source, schema)}) TO STDOUT (FORMAT csv, HEADER true, ENCODING 'UTF8')`)))
  return Readable.from(closing(counted(what, copy), client), { objectMode: false })
}

function selectOf(source: DatabaseTable, schema: TableSchema): string {
  const columns = schema.columns.map((column) => {
    const name = escapeIdentifier(headerOf(column))
    // A copy writes booleans as t and f, a cast writes them out.
    return column.type === 'boolean' ? `${name}::text AS ${name}` : name
  })
  return `SELECT ${columns.join(', ')} FROM ${escapeIdentifier(source.namespace)}.${escapeIdentifier(source.table)}`
}

async function* closing(bytes: AsyncGenerator<Buffer>, client: Client): AsyncGenerator<Buffer> {
  try {
    yield* bytes
  } finally {
    await closed(client)
  }
}

/** Ends a connection that may be broken already; then there is nothing left to end. */
async function closed(client: Client): Promise<void> {
  await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
}
