// @ts-check
// The engine side of a job: settings, connections, typed rows. The worker runs it behind its walls; the leak benchmark
// runs the same code over tables that stay loaded.
import duckdb from '@duckdb/node-api'
import { encoderOf } from './nested-values.mjs'

const { DuckDBInstance } = duckdb

// Wall time of all tables is Beijing time; a legal day ends at 24:00 there.
const TIME_ZONE = 'Asia/Shanghai'
const BEFORE_LOADING = [
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET allow_community_extensions = false',
  'SET allow_persistent_secrets = false',
  "SET secret_directory = '/nonexistent'",
  "SET temp_directory = ''",
  `SET TimeZone = '${TIME_ZONE}'`,
]
// In this order: after the first the second cannot widen anything, after the third nothing can be set at all.
const BEFORE_STATEMENTS = [
  'SET enable_external_access = false',
  "SET disabled_filesystems = 'LocalFileSystem'",
  'SET lock_configuration = true',
]

/** What a job may not do, with a stable code and what it is about; never with a value of a row. */
export class Refused extends Error {
  /** @param {string} code @param {string} subject */
  constructor(code, subject) {
    super(code)
    this.code = code
    this.subject = subject
  }
}

/** Tables as they were loaded, with a mask of random bits for each kind of entity; nobody's statements see them. */
export const LOADED = 'loaded_tables'
/** The same tables with all their own columns, for the platform's statements; the main schema shows what each table shows. */
export const WHOLE_TABLES = 'whole_tables'

/** @param {string} name */
export const quoted = (name) => `"${name.replaceAll('"', '""')}"`
/** @param {string} text */
export const literal = (text) => `'${text.replaceAll("'", "''")}'`

/** Starts an engine. The first statement of a process pays for the engine's own start; it is paid here. */
export async function openJobEngine() {
  const instance = await DuckDBInstance.create(':memory:')
  const tenant = await instance.connect()
  for (const setting of BEFORE_LOADING) await tenant.run(setting)
  for (const schema of [LOADED, WHOLE_TABLES]) await tenant.run(`CREATE SCHEMA ${schema}`)
  // The platform's own statements find the whole tables under the same names.
  const platform = await instance.connect()
  await platform.run(`SET schema = '${WHOLE_TABLES}'`)
  /** @type {Map<string, duckdb.DuckDBConnection>} */
  const probing = new Map()
  const version = String((await tenant.runAndReadAll('SELECT version()')).value(0, 0))
  return {
    version, tenant, platform,
    /** The connection to a database of its own for further runs, made when first asked for: with or without its schema a name means the same table there. @param {string} database */
    probing: async (database) => {
      const open = probing.get(database)
      if (open !== undefined) return open
      await tenant.run(`ATTACH ':memory:' AS ${quoted(database)}`)
      const connection = await instance.connect()
      await connection.run(`USE ${quoted(database)}`)
      probing.set(database, connection)
      return connection
    },
    interrupt: () => { for (const connection of [tenant, platform, ...probing.values()]) connection.interrupt() },
    /** @param {{ threads: number, memoryMb: number }} limits */
    limit: async (limits) => {
      await tenant.run(`SET threads = ${Number(limits.threads)}`)
      await tenant.run(`SET memory_limit = '${Number(limits.memoryMb)}MB'`)
    },
    lock: async () => { for (const setting of BEFORE_STATEMENTS) await tenant.run(setting) },
    close: () => { for (const connection of [tenant, platform, ...probing.values()]) connection.closeSync(); instance.closeSync() },
  }
}
/** @typedef {Awaited<ReturnType<typeof openJobEngine>>} JobEngine */

/** A table that shows no column can still be counted. @param {readonly string[]} shown */
export function listOf(shown) {
  return shown.length === 0 ? 'NULL AS "-"' : shown.map(quoted).join(', ')
}

/**
 * @typedef {{ columns(columns: { name: string, type: string, kind: string }[]): Promise<void> | void, rows(rows: any[][]): Promise<void> | void }} Taker
 * @typedef {{ maxRows: number, maxCellBytes: number }} RowLimits
 */

/**
 * Prepares, runs and forgets one statement, and hands its columns and then its rows over, every cell a scalar within the limits.
 * @param {duckdb.DuckDBConnection} through @param {string} sql @param {RowLimits} limits @param {Taker} to
 * @returns {Promise<number>} the number of rows
 */
export async function runStatement(through, sql, limits, to) {
  const prepared = await through.prepare(sql)
  try {
    return await handOver(await prepared.stream(), limits, to)
  } finally {
    prepared.destroySync()
  }
}

/** @param {duckdb.DuckDBResult} result @param {RowLimits} limits @param {Taker} to @returns {Promise<number>} the number of rows */
async function handOver(result, limits, to) {
  const names = result.columnNames()
  const types = result.columnTypes()
  const encoders = types.map((type, column) => {
    const encoder = encoderOf(type)
    if (encoder === null) throw new Refused('result-type-refused', `${names[column]}（${String(type).slice(0, 60)}）`)
    return encoder
  })
  await to.columns(names.map((name, column) => ({ name, type: String(types[column]), kind: encoders[column]?.kind ?? 'text' })))
  let rowCount = 0
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    rowCount += chunk.rowCount
    if (rowCount > limits.maxRows) throw new Refused('result-too-large', `${limits.maxRows} 行`)
    const rows = chunk.getRows()
    for (const row of rows) {
      for (const [column, encoder] of encoders.entries()) {
        const value = row[column]
        if (value === null || value === undefined) { row[column] = null; continue }
        const encoded = encoder.encode(value)
        if (typeof encoded === 'string' && Buffer.byteLength(encoded) > limits.maxCellBytes) throw new Refused('result-cell-too-large', String(names[column]))
        row[column] = encoded
      }
    }
    await to.rows(rows)
  }
  return rowCount
}

/** A stable code for an engine error. Its text stays here: conversion errors quote values of rows. @param {unknown} error @param {boolean} interrupted */
export function codeOf(error, interrupted) {
  if (error instanceof Refused) return error.code
  const message = error instanceof Error ? error.message : ''
  if (interrupted || message.startsWith('INTERRUPT')) return 'interrupted'
  if (message.startsWith('Out of Memory') || message.includes('bad_alloc')) return 'job-out-of-memory'
  return 'job-failed'
}

/** Only what names the statement itself: the class of the error, and for errors found before a row is read the text. @param {unknown} error */
export function subjectOf(error) {
  if (error instanceof Refused) return error.subject
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  const kind = /^[A-Za-z ]+ Error/.exec(first)?.[0] ?? 'Error'
  return ['Binder Error', 'Catalog Error', 'Parser Error', 'Permission Error'].includes(kind) ? first.slice(0, 300) : kind
}
