// @ts-check
// One job, one process. Loads the job's Parquet files into memory, locks the engine, runs the statements and hands their
// rows back as typed frames. Everything that a statement may try is met by three walls: the locked engine, the isolation
// around this process, and the supervisor that reads the frames and trusts none of them.
import duckdb from '@duckdb/node-api'
import { readFrames, writeFrame } from './child-frames.mjs'

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

class Refused extends Error {
  /** @param {string} code @param {string} subject */
  constructor(code, subject) {
    super(code)
    this.code = code
    this.subject = subject
  }
}

/** Tables lie here with all their columns; the main schema, which statements see, has views of what each shows. */
const WHOLE_TABLES = 'whole_tables'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
for (const setting of BEFORE_LOADING) await connection.run(setting)
await connection.run(`CREATE SCHEMA ${WHOLE_TABLES}`)
// The platform's own statements find the whole tables under the same names.
const platformConnection = await instance.connect()
await platformConnection.run(`SET schema = '${WHOLE_TABLES}'`)
// The first statement of a process pays for the engine's own start; pay before the job is timed.
const version = String((await connection.runAndReadAll('SELECT version()')).value(0, 0))
let interrupted = false

/** @param {string} name */
const quoted = (name) => `"${name.replaceAll('"', '""')}"`
/** @param {string} text */
const literal = (text) => `'${text.replaceAll("'", "''")}'`

/** The rows of an input for a probe run: a secret half of the entities, chosen by a keyed hash of their key.
 * @param {any} input */
function inputQuery(input) {
  const all = `SELECT * FROM read_parquet(${literal(input.path)})`
  if (!input.half) return all
  const { key, seed, side } = input.half
  const entity = key.map((/** @type {string} */ name) => `coalesce(CAST(${quoted(name)} AS VARCHAR), '')`).join(" || '|' || ")
  return `${all} WHERE md5_number_lower(${literal(seed)} || ${entity}) % 2 = ${side === 0 ? 0 : 1}`
}

/** @param {any} job */
async function runJob(job) {
  await connection.run(`SET threads = ${Number(job.limits.threads)}`)
  await connection.run(`SET memory_limit = '${Number(job.limits.memoryMb)}MB'`)
  for (const input of job.inputs) {
    const table = quoted(input.table)
    const shown = input.shown === null ? '*' : input.shown.map(quoted).join(', ')
    try {
      await connection.run(`CREATE TABLE ${WHOLE_TABLES}.${table} AS ${inputQuery(input)}`)
      // A table that shows no column can still be counted.
      await connection.run(`CREATE VIEW main.${table} AS SELECT ${shown === '' ? 'NULL AS "-"' : shown} FROM ${WHOLE_TABLES}.${table}`)
    } catch (error) {
      throw codeOf(error) === 'job-failed' ? new Refused('input-unreadable', input.table) : error
    }
  }
  for (const setting of BEFORE_STATEMENTS) await connection.run(setting)
  for (const [index, sql] of job.statements.entries()) await runStatement(connection, index, sql, job.limits)
  for (const [index, sql] of job.platformStatements.entries()) await runStatement(platformConnection, job.statements.length + index, sql, job.limits)
}

/** @param {duckdb.DuckDBConnection} through @param {number} index @param {string} sql @param {any} limits */
async function runStatement(through, index, sql, limits) {
  const result = await through.stream(sql)
  const names = result.columnNames()
  const types = result.columnTypes()
  const encoders = types.map((type, column) => {
    const encoder = ENCODERS.get(type.typeId)
    if (encoder === undefined) throw new Refused('result-type-refused', `${names[column]}（${String(type).slice(0, 60)}）`)
    return encoder
  })
  await writeFrame({ statement: index, columns: names.map((name, column) => ({ name, type: String(types[column]), kind: encoders[column]?.kind })) })
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
    await writeRows(index, rows)
  }
  await writeFrame({ statement: index, rowCount })
}

/** Bytes of rows in one frame, as far as they can be told before they are written. */
const ROWS_BYTES = 256 * 1024
/** Bytes of the longest row: the parent takes no frame above a megabyte. */
const ROW_BYTES = 900 * 1024

/** Hands rows over in frames that are short to read.
 * @param {number} statement @param {any[][]} rows */
async function writeRows(statement, rows) {
  let from = 0
  let bytes = 0
  for (const [position, row] of rows.entries()) {
    const length = Buffer.byteLength(JSON.stringify(row))
    if (length > ROW_BYTES) throw new Refused('result-too-large', `单行 ${ROW_BYTES} 字节`)
    if (bytes > 0 && bytes + length > ROWS_BYTES) {
      await writeFrame({ statement, rows: rows.slice(from, position) })
      from = position
      bytes = 0
    }
    bytes += length
  }
  await writeFrame({ statement, rows: rows.slice(from) })
}

/** A stable code for an engine error. Its text stays here: conversion errors quote values of rows.
 * @param {unknown} error */
function codeOf(error) {
  if (error instanceof Refused) return error.code
  const message = error instanceof Error ? error.message : ''
  if (interrupted || message.startsWith('INTERRUPT')) return 'interrupted'
  if (message.startsWith('Out of Memory') || message.includes('bad_alloc')) return 'job-out-of-memory'
  return 'job-failed'
}

/** Only what names the statement itself: the class of the error, and for errors found before a row is read the text.
 * @param {unknown} error */
function subjectOf(error) {
  if (error instanceof Refused) return error.subject
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  const kind = /^[A-Za-z ]+ Error/.exec(first)?.[0] ?? 'Error'
  return ['Binder Error', 'Catalog Error', 'Parser Error', 'Permission Error'].includes(kind) ? first.slice(0, 300) : kind
}

readFrames(async (frame) => {
  if (frame.interrupt) {
    interrupted = true
    connection.interrupt()
    platformConnection.interrupt()
    return
  }
  try {
    await runJob(frame.job)
    await writeFrame({ done: true })
  } catch (error) {
    await writeFrame({ failed: codeOf(error), subject: subjectOf(error) })
  }
})
await writeFrame({ ready: true, engineVersion: version })
