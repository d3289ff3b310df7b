import { Kysely, PostgresDialect } from '#adapters/postgres/kysely.ts'
import { Pool, types, type ClientConfig, type CustomTypesConfig } from 'pg'
import { refuseUnlessDurable } from './durability.ts'
import type { EmbeddedPostgres } from './embedded/start.ts'
import { migrate } from './migrate.ts'
import { prepareEmbedded, prepareExternal, withClient, type Connections } from './prepare.ts'
import type { StorageLog } from './storage-error.ts'
import type { Tables } from './tables.ts'

/** Where the data lies: an external PostgreSQL 15+, or a database of the embedded one. */
export type DatabaseSource = { url: string } | { embedded: EmbeddedPostgres; database?: string }

/** A pool as one role, and the typed queries over it. */
export type Handle = { readonly db: Kysely<Tables>; readonly pool: Pool }

/** An open database. Nobody holds the owner's connection while the platform runs. */
export type Database = {
  /** Reads and writes what the migrations grant; no DDL. Sees rows only inside `inTransaction`. */
  readonly app: Handle
  /** Reads what the migrations grant to the auditors. */
  readonly audit: Handle
  /** How each role connects, for parts that need a connection of their own (the evidence committer). */
  readonly connections: Connections
  close(): Promise<void>
}

/** Of the server's 60 connections; the rest is for the committer, the supervisor and an administrator. */
const APP_POOL = 24
const AUDIT_POOL = 4

const DEFAULT_DATABASE = 'gongshu'

/**
 * Opens the database: makes roles and database where they are lacking, refuses a server that could lose data, migrates,
 * checks that every table is protected, and opens the pools.
 *
 * @throws StorageError naming the cause and the cure; nothing is left open.
 */
export async function openDatabase(source: DatabaseSource, log: StorageLog): Promise<Database> {
  const connections = 'url' in source ? await prepareExternal(source.url) : await prepareEmbedded(source.embedded, source.database ?? DEFAULT_DATABASE)
  const run = await migrate(connections.gongshu_owner)
  if (run.length > 0) log.info(`数据库已执行迁移：${run.join('、')}`)
  await withClient(connections.gongshu_app, refuseUnlessDurable)
  return openPools(connections, log)
}

/** Opens the pools on a database that is already migrated. */
export function openPools(connections: Connections, log: StorageLog): Database {
  const app = openHandle(connections.gongshu_app, APP_POOL, log)
  const audit = openHandle(connections.gongshu_audit, AUDIT_POOL, log)
  return {
    app,
    audit,
    connections,
    close: async () => {
      await Promise.all([closeHandle(app), closeHandle(audit)])
    },
  }
}

/**
 * One pool with typed queries. Values: int8 → number (an error beyond 2^53), date → 'YYYY-MM-DD', timestamptz → Date,
 * numeric → string, bytea → Buffer, json and jsonb → parsed.
 */
export function openHandle(connection: ClientConfig, size: number, log: StorageLog): Handle {
  const pool = new Pool({ ...connection, max: size, types: VALUES })
  // An idle connection that the server closes is replaced by the pool at the next use.
  pool.on('error', (error) => log.warn(`数据库空闲连接已断开：${error.message}`))
  return { pool, db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }) }
}

/** Closes the queries and their pool, and waits for the connections to be gone. */
export async function closeHandle(handle: Handle): Promise<void> {
  await handle.db.destroy()
  // Kysely leaves a pool alone that it has never drawn from.
  if (!handle.pool.ending) await handle.pool.end()
}

const VALUES: CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (format !== 'binary' && oid === types.builtins.INT8) return safeInteger
    if (format !== 'binary' && oid === types.builtins.DATE) return (text: string) => text
    return types.getTypeParser(oid, format)
  },
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`the integer ${text} from the database exceeds 2^53`)
  return value
}
