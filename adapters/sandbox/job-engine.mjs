// @ts-check
// The engine side of a job: settings, loaded tables, typed rows. The worker runs it behind its walls; the leak benchmark
// runs the same code over tables that stay loaded.
import duckdb from '@duckdb/node-api'

const { DuckDBInstance, DuckDBTypeId: T } = duckdb

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

/** How each engine type leaves: its kind for the reader and how one value becomes a JSON scalar. */
const asIs = (/** @type {any} */ value) => value
const asText = (/** @type {any} */ value) => value.toString()
const asDouble = (/** @type {number} */ value) => (Number.isFinite(value) ? value : String(value))
/** @type {Map<number, { kind: string, encode: (value: any) => any }>} */
const ENCODERS = new Map([
  [T.BOOLEAN, { kind: 'boolean', encode: asIs }],
  ...[T.TINYINT, T.SMALLINT, T.INTEGER, T.UTINYINT, T.USMALLINT, T.UINTEGER].map((type) => [type, { kind: 'integer', encode: asIs }]),
  ...[T.BIGINT, T.UBIGINT, T.HUGEINT, T.UHUGEINT].map((type) => [type, { kind: 'long', encode: asText }]),
  ...[T.FLOAT, T.DOUBLE].map((type) => [type, { kind: 'double', encode: asDouble }]),
  [T.DECIMAL, { kind: 'decimal', encode: asText }],
  [T.VARCHAR, { kind: 'text', encode: asIs }],
  [T.DATE, { kind: 'date', encode: asText }],
  [T.TIME, { kind: 'time', encode: asText }],
  ...[T.TIMESTAMP, T.TIMESTAMP_S, T.TIMESTAMP_MS, T.TIMESTAMP_NS, T.TIMESTAMP_TZ].map((type) => [type, { kind: 'timestamp', encode: asText }]),
  [T.SQLNULL, { kind: 'text', encode: () => null }],
])

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
const WHOLE_TABLES = 'whole_tables'
/** Databases of their own for the further runs, so that a name with or without its schema means the same table there. */
export const PROBE_DATABASES = ['probe_constant', 'probe_half']

/** @param {string} name */
export const quoted = (name) => `"${name.replaceAll('"', '""')}"`
/** @param {string} text */
export const literal = (text) => `'${text.replaceAll("'", "''")}'`

/**
 * @typedef {{ kind: string, tables: { table: string, key: string[] }[] }} EntityLinks whom the rows of which tables belong to
 * @typedef {{ table: string, source: string, shown: string[] | null }} TableToLoad `source` is the text of a query
 */

/** Starts an engine. The first statement of a process pays for the engine's own start; it is paid here. */
export async function openJobEngine() {
  const instance = await DuckDBInstance.create(':memory:')
  const tenant = await instance.connect()
  for (const setting of BEFORE_LOADING) await tenant.run(setting)
  for (const schema of [LOADED, WHOLE_TABLES]) await tenant.run(`CREATE SCHEMA ${schema}`)
  for (const database of PROBE_DATABASES) await tenant.run(`ATTACH ':memory:' AS ${database}`)
  // The platform's own statements find the whole tables under the same names.
  const platform = await instance.connect()
  await platform.run(`SET schema = '${WHOLE_TABLES}'`)
  /** @type {Map<string, duckdb.DuckDBConnection>} */
  const probing = new Map()
  for (const database of PROBE_DATABASES) {
    const connection = await instance.connect()
    await connection.run(`USE ${database}`)
    probing.set(database, connection)
  }
  const version = String((await tenant.runAndReadAll('SELECT version()')).value(0, 0))
  return {
    version, tenant, platform, probing,
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

/** Random bits of one entity: every row of the entity has the same ones, in every table that names it. */
const MASK_BITS = 6
/** The column that holds the bits for a kind. @param {string} kind */
export const maskColumn = (kind) => `__mask_${kind}`

/** The bits as an expression over the key's columns. Who does not know the seed cannot tell them. @param {string[]} key @param {string} seed */
export function maskSql(key, seed) {
  const entity = key.map((name) => `CAST(${quoted(name)} AS VARCHAR)`).join(` || '|' || `)
  return `(hash(${literal(seed)} || ${entity}) & ${2 ** MASK_BITS - 1})::UTINYINT`
}

/**
 * Loads one table and shows it under its name; answers the columns that statements see. @param {JobEngine} engine @param {TableToLoad} input
 * @param {{ seed: string, links: EntityLinks[] } | null} probes
 */
export async function loadTable(engine, input, probes) {
  const table = quoted(input.table)
  const masks = (probes?.links ?? []).flatMap(({ kind, tables }) => tables.filter((one) => one.table === input.table).map(({ key }) => ({ column: maskColumn(kind), sql: maskSql(key, probes?.seed ?? '') })))
  const columns = ['*', ...masks.map(({ column, sql }) => `${sql} AS ${quoted(column)}`)]
  await engine.tenant.run(`CREATE TABLE ${LOADED}.${table} AS SELECT ${columns.join(', ')} FROM (${input.source})`)
  const own = masks.length === 0 ? '*' : `* EXCLUDE (${masks.map(({ column }) => quoted(column)).join(', ')})`
  await engine.tenant.run(`CREATE VIEW ${WHOLE_TABLES}.${table} AS SELECT ${own} FROM ${LOADED}.${table}`)
  const shown = input.shown ?? (await engine.tenant.stream(`SELECT * FROM ${WHOLE_TABLES}.${table} LIMIT 0`)).columnNames()
  await engine.tenant.run(`CREATE VIEW main.${table} AS SELECT ${listOf(shown)} FROM ${WHOLE_TABLES}.${table}`)
  return shown
}

/** A table that shows no column can still be counted. @param {readonly string[]} shown */
export function listOf(shown) {
  return shown.length === 0 ? 'NULL AS "-"' : shown.map(quoted).join(', ')
}

/**
 * Runs one statement and hands its columns and then its rows over, every cell a scalar within the limits.
 * @param {duckdb.DuckDBConnection} through @param {string} sql @param {{ maxRows: number, maxCellBytes: number }} limits
 * @param {{ columns(columns: { name: string, type: string, kind: string }[]): Promise<void> | void, rows(rows: any[][]): Promise<void> | void }} to
 * @returns {Promise<number>} the number of rows
 */
export async function runStatement(through, sql, limits, to) {
  const result = await through.stream(sql)
  const names = result.columnNames()
  const types = result.columnTypes()
  const encoders = types.map((type, column) => {
    const encoder = ENCODERS.get(type.typeId)
    if (encoder === undefined) throw new Refused('result-type-refused', `${names[column]}（${String(type).slice(0, 60)}）`)
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
