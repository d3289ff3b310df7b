// @ts-check
// The engine side of a job: settings, loaded tables, typed rows. The worker runs it behind its walls; the leak benchmark
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
 * @typedef {{ kind: string, key: string[], keyTypes: string[], donors: number }} Owners whose rows a table holds: the kind, the columns that name them, how many donors were drawn
 * @typedef {{ table: string, shown: readonly string[], owners: readonly Owners[] }} LoadedTable
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
 * Loads one table and shows it under its name; for probes also the masks of its entities, and donors of values.
 * @param {JobEngine} engine @param {TableToLoad} input @param {{ seed: string, links: EntityLinks[] } | null} probes
 * @returns {Promise<LoadedTable>}
 */
export async function loadTable(engine, input, probes) {
  const table = quoted(input.table)
  const seed = probes?.seed ?? ''
  const owning = (probes?.links ?? []).flatMap(({ kind, tables }) => tables.filter((one) => one.table === input.table).map(({ key }) => ({ kind, key })))
  const masks = owning.map(({ kind, key }) => `, ${maskSql(key, seed)} AS ${quoted(maskColumn(kind))}`).join('')
  const created = await engine.tenant.runAndReadAll(`CREATE TABLE ${LOADED}.${table} AS SELECT *${masks} FROM (${input.source})`)
  const own = owning.length === 0 ? '*' : `* EXCLUDE (${owning.map(({ kind }) => quoted(maskColumn(kind))).join(', ')})`
  await engine.tenant.run(`CREATE VIEW ${WHOLE_TABLES}.${table} AS SELECT ${own} FROM ${LOADED}.${table}`)
  const described = await engine.tenant.stream(`SELECT * FROM ${WHOLE_TABLES}.${table} LIMIT 0`)
  const types = new Map(described.columnNames().map((name, place) => [name.toLowerCase(), String(described.columnTypes()[place])]))
  const shown = input.shown ?? described.columnNames()
  await engine.tenant.run(`CREATE VIEW main.${table} AS SELECT ${listOf(shown)} FROM ${WHOLE_TABLES}.${table}`)
  const owners = []
  for (const { kind, key } of owning) {
    const donors = await drawDonors(engine, { table: input.table, shown, kind, key, rows: Number(created.value(0, 0)), seed })
    owners.push({ kind, key, keyTypes: key.map((name) => types.get(name.toLowerCase()) ?? ''), donors })
  }
  return { table: input.table, shown, owners }
}

/** unit: rows; source: enough donors that a value drawn twice says nothing, few enough to join in no time */
const DONORS = 2048
/** The bit whose entities with 0 are replaced in a constant-number run; those with 1 give the values. */
export const REPLACED_BIT = 0

/** The table of the donors. @param {string} kind @param {string} table */
export const donorsTable = (kind, table) => `${LOADED}.${quoted(`donors of ${table} for ${kind}`)}`

/**
 * Draws rows of the entities that a constant-number run keeps, and puts each together anew from two of them.
 * @param {JobEngine} engine @param {{ table: string, shown: readonly string[], kind: string, key: string[], rows: number, seed: string }} from
 * @returns {Promise<number>} how many
 */
async function drawDonors(engine, { table, shown, kind, key, rows, seed }) {
  const named = new Set(key.map((name) => name.toLowerCase()))
  const values = shown.filter((name) => !named.has(name.toLowerCase()))
  const step = Math.max(1, Math.floor(rows / (2 * DONORS)))
  const mask = quoted(maskColumn(kind))
  const sample = `FROM ${LOADED}.${quoted(table)} AS t WHERE t.rowid % ${step} = 0 AND coalesce((t.${mask} >> ${REPLACED_BIT}) & 1 = 1, true)`
  const list = (/** @type {string[]} */ names) => names.map((name) => `, ${quoted(name)}`).join('')
  const ones = list(values.filter((_, place) => place % 2 === 0))
  const others = list(values.filter((_, place) => place % 2 === 1))
  const second = others === '' ? '' : ` JOIN (SELECT row_number() OVER (ORDER BY hash(${literal(seed)} || t.rowid), t.rowid) - 1 AS __donor${others} ${sample}) USING (__donor)`
  const drawn = await engine.tenant.runAndReadAll(`CREATE TABLE ${donorsTable(kind, table)} AS SELECT * FROM (SELECT row_number() OVER (ORDER BY t.rowid) - 1 AS __donor${ones} ${sample})${second}`)
  return Number(drawn.value(0, 0))
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
