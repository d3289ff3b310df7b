// @ts-check
// The tables of a job as they lie loaded: as they are, and as the further runs see them. All of it is made when a table is
// loaded, but for the views of halves: so a further run costs its statement and nothing more.
import { listOf, literal, LOADED, quoted, WHOLE_TABLES } from './job-engine.mjs'

/**
 * @typedef {import('./job-engine.mjs').JobEngine} JobEngine
 * @typedef {{ kind: string, tables: { table: string, key: string[] }[] }} EntityLinks whom the rows of which tables belong to
 * @typedef {{ table: string, source: string, shown: string[] | null }} TableToLoad `source` is the text of a query
 * @typedef {{ kind: string, key: string[], keyTypes: string[], donors: number }} Owners whose rows a table holds: the kind, the columns that name them, how many donors were drawn
 * @typedef {{ table: string, shown: readonly string[], owners: readonly Owners[] }} LoadedTable
 * @typedef {{ kind: string, bit: number, side: number }} Side of a bit that the entities of a kind have
 */

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
  const rows = Number(created.value(0, 0))
  const own = owning.length === 0 ? '*' : `* EXCLUDE (${owning.map(({ kind }) => quoted(maskColumn(kind))).join(', ')})`
  await engine.tenant.run(`CREATE VIEW ${WHOLE_TABLES}.${table} AS SELECT ${own} FROM ${LOADED}.${table}`)
  const described = await engine.tenant.stream(`SELECT * FROM ${WHOLE_TABLES}.${table} LIMIT 0`)
  const types = new Map(described.columnNames().map((name, place) => [name.toLowerCase(), String(described.columnTypes()[place])]))
  const shown = input.shown ?? described.columnNames()
  await engine.tenant.run(`CREATE VIEW main.${table} AS SELECT ${listOf(shown)} FROM ${WHOLE_TABLES}.${table}`)
  const owners = []
  for (const { kind, key } of owning) {
    const donors = await drawDonors(engine, { table: input.table, shown, kind, key, rows, seed })
    owners.push({ kind, key, keyTypes: key.map((name) => types.get(name.toLowerCase()) ?? ''), donors })
  }
  const loaded = { table: input.table, shown, owners }
  for (const { kind } of probes?.links ?? []) await showReplaced(engine, loaded, kind)
  return loaded
}

/**
 * Shows a table with half of the entities of a kind replaced, in the database of its constant-number run. A view: a copy
 * would save the run a join, but making it costs a job more than that and takes the table's memory again.
 * @param {JobEngine} engine @param {LoadedTable} table @param {string} kind
 */
async function showReplaced(engine, table, kind) {
  const owners = table.owners.find((one) => one.kind === kind)
  const query = owners === undefined ? wholeSql(table) : constantSql(table, owners)
  // Where nobody is left whose values could be taken, the table is missing there and the run tells of it.
  if (query !== null) await showIn(await engine.probing(constantDatabase(kind)), table, query)
}

/** Shows a table with one half of the entities of a kind only. @param {JobEngine} engine @param {LoadedTable} table @param {Side} half */
export async function showHalf(engine, table, half) {
  const owned = table.owners.some((one) => one.kind === half.kind)
  await showIn(await engine.probing(HALF_DATABASE), table, owned ? halfSql(table, half) : wholeSql(table))
}

/** @param {import('@duckdb/node-api').DuckDBConnection} through @param {LoadedTable} table @param {string} query */
async function showIn(through, table, query) {
  await through.run(`CREATE OR REPLACE VIEW main.${quoted(table.table)} AS ${query}`)
}

/** The database of the runs on halves. */
export const HALF_DATABASE = 'probe_half'
/** The database of a kind's constant-number run. @param {string} kind */
export const constantDatabase = (kind) => `probe_constant_${kind}`

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

/** unit: factor; source: a prime beyond the donors' number, so that neighbours get donors far apart */
const STRIDE = 7919

/** @param {LoadedTable} table */
const loaded = (table) => `memory.${LOADED}.${quoted(table.table)}`
/** @param {LoadedTable} table */
const wholeSql = (table) => `SELECT ${listOf(table.shown)} FROM ${loaded(table)}`

/** Rows on one side of a bit; rows that name nobody belong to nobody and stay. @param {Side} of @param {string} row */
const onSide = ({ kind, bit, side }, row) => `(${row}${quoted(maskColumn(kind))} IS NULL OR (${row}${quoted(maskColumn(kind))} >> ${bit}) & 1 = ${side})`

/** @param {LoadedTable} table @param {Side} run */
const halfSql = (table, run) => `${wholeSql(table)} WHERE ${onSide(run, '')}`

/**
 * The table with the entities of one side replaced: each of their rows stays a row, under a key that no entity has, with
 * the values of a donor. So every table has as many rows and as many entities as before, and nothing of those who were
 * replaced. Null where nobody is left whose values could be taken.
 * @param {LoadedTable} table @param {Owners} owners
 */
function constantSql(table, owners) {
  if (owners.donors === 0) return null
  const kept = { kind: owners.kind, bit: REPLACED_BIT, side: 1 }
  const replaced = table.shown.map((name) => {
    const place = owners.key.findIndex((one) => one.toLowerCase() === name.toLowerCase())
    return place < 0 ? `p.${quoted(name)}` : `${strangersKey(`t.${quoted(name)}`, owners.keyTypes[place] ?? '')} AS ${quoted(name)}`
  })
  const strangers = `SELECT ${replaced.length === 0 ? 'NULL AS "-"' : replaced.join(', ')} FROM ${loaded(table)} AS t JOIN memory.${donorsTable(owners.kind, table.table)} AS p ON p.__donor = (t.rowid * ${STRIDE}) % ${owners.donors} WHERE NOT ${onSide(kept, 't.')}`
  return `${wholeSql(table)} WHERE ${onSide(kept, '')} UNION ALL ${strangers}`
}

/** A key that nobody has, the same one in every table. @param {string} key @param {string} type */
function strangersKey(key, type) {
  if (type === 'VARCHAR') return `'~' || ${key}`
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DOUBLE|FLOAT|DECIMAL.*)$/.test(type)) return `CAST(-1 - ${key} AS ${type})`
  return `CAST(NULL AS ${type})`
}
