/** What a source holds, as its owner may see it: tables, and the columns of one. No row is read. */
import type { IncomingMessage } from 'node:http'
import { Client } from 'pg'
import { askStore, storeFound } from '#adapters/vault/sources/object-source.ts'
import type { StoredObject } from '#adapters/vault/sources/object-source.ts'
import { mysqlPort } from '#adapters/vault/sources/mysql-source.ts'
import { SocketToAddress, connectedTo } from '#adapters/vault/sources/one-address.ts'
import { unreachable } from '#adapters/vault/sources/pull-error.ts'

/** A database by its URL, at the address that its name was judged by. */
export interface ReachedDatabase {
  url: string
  address: string
}

/** A table of a source by its schema (PostgreSQL) or database (MySQL) and name. */
export interface SourceTable {
  namespace: string
  table: string
}

const connectMs = 15_000
/** More are not offered for choice; who has them names the table. */
const tablesMax = 500

const postgresTables = `SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT ${tablesMax}`
const mysqlTables = `SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') ORDER BY 1, 2 LIMIT ${tablesMax}`

/** The tables that this account may see. Throws `source-unreachable`. */
export async function databaseTables(kind: 'postgresql' | 'mysql', source: ReachedDatabase): Promise<SourceTable[]> {
  const rows = kind === 'postgresql' ? await askPostgres(source, postgresTables, []) : await askMysql(source, mysqlTables, [])
  return rows.map(([namespace = '', table = '']) => ({ namespace, table }))
}

/** The columns of one table in their order; empty where there is no such table. Throws `source-unreachable`. */
export async function databaseColumns(kind: 'postgresql' | 'mysql', source: ReachedDatabase, { namespace, table }: SourceTable): Promise<string[]> {
  const where = (one: string, other: string): string => `SELECT column_name FROM information_schema.columns WHERE table_schema = ${one} AND table_name = ${other} ORDER BY ordinal_position`
  const rows = kind === 'postgresql' ? await askPostgres(source, where('$1', '$2'), [namespace, table]) : await askMysql(source, where('?', '?'), [namespace, table])
  return rows.map(([name = '']) => name)
}

async function askPostgres({ url, address }: ReachedDatabase, text: string, values: string[]): Promise<string[][]> {
  const client = new Client({ connectionString: url, stream: () => new SocketToAddress(address), connectionTimeoutMillis: connectMs, query_timeout: connectMs, application_name: 'gongshu', options: '-c default_transaction_read_only=on' })
  // A connection that breaks tells its query as well.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<unknown[]>({ text, values, rowMode: 'array' })
    return rows.map((row) => row.map(String))
  } catch (error) {
    throw unreachable('PostgreSQL 数据库', '无法连接', error)
  } finally {
    await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
  }
}

async function askMysql({ url, address }: ReachedDatabase, sql: string, values: string[]): Promise<string[][]> {
  const { createConnection } = await import('mysql2')
  const connection = createConnection({ uri: url, stream: () => connectedTo(url, address, mysqlPort), connectTimeout: connectMs, charset: 'utf8mb4' })
  try {
    return await new Promise<string[][]>((resolve, reject) => {
      connection.on('error', reject)
      connection.query({ sql, values, rowsAsArray: true, timeout: connectMs }, (error, rows: unknown) => (error === null && Array.isArray(rows) ? resolve(rows.map((row: unknown[]) => row.map(String))) : reject(error ?? new TypeError('no rows'))))
    })
  } catch (error) {
    throw unreachable('MySQL 数据库', '无法连接', error)
  } finally {
    connection.destroy()
  }
}

/** Asks a store whether its bucket is there and may be read. Throws `source-unreachable` with the store's status. */
export async function testBucket(store: Omit<StoredObject, 'key'>): Promise<void> {
  let answer: IncomingMessage
  try {
    answer = await askStore(store, `${encodeURIComponent(store.bucket)}?list-type=2&max-keys=1`)
  } catch (error) {
    throw unreachable('对象存储', '无法连接', error)
  }
  answer.destroy()
  if (answer.statusCode !== storeFound) throw unreachable(`存储桶“${store.bucket}”`, `无法读取（存储返回 ${answer.statusCode}）`, new Error(`status ${answer.statusCode}`))
}
