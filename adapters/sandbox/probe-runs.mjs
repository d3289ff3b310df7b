// @ts-check
// Further runs of a job's statement over the tables that lie loaded: on the same input, on random halves of the entities,
// and with half of the entities replaced so that every count stays what it was. Only counts of rows come out of here.
import { codeOf, donorsTable, listOf, LOADED, maskColumn, quoted, REPLACED_BIT, runStatement } from './job-engine.mjs'
import { rowsTakenApart } from './nested-values.mjs'

/**
 * @typedef {import('./job-engine.mjs').JobEngine} JobEngine
 * @typedef {import('./job-engine.mjs').EntityLinks} EntityLinks
 * @typedef {import('./job-engine.mjs').LoadedTable} ProbedTable
 * @typedef {{ kind: 'repeat' } | { kind: 'constant-number' | 'half', entity: number, bit: number, side: number }} ProbeRun
 * @typedef {{ kind: string, bit: number, side: number }} Side of a bit that the entities of a kind have
 * @typedef {{ sql: string, links: EntityLinks[], tables: ProbedTable[], limits: { maxRows: number, maxCellBytes: number } }} Probing
 */

/** unit: factor; source: a prime beyond the donors' number, so that neighbours get donors far apart */
const STRIDE = 7919
/** unit: significant digits; source: sums of doubles in several threads differ beyond the fifteenth, margin of three */
const COMPARED_DIGITS = 12

/** The rows of a result as far as runs are compared, and in which runs each row and each value came back. */
export class SurvivingRows {
  constructor() {
    /** @type {{ name: string, type: string, kind: string }[]} */
    this.columns = []
    /** @type {Map<string, { count: number, seen: number, left: number }>} */
    this.rows = new Map()
    /** @type {Map<string | number | boolean, number>[]} */
    this.values = []
    this.total = 0
    this.bytes = 0
  }

  /** @param {{ name: string, type: string, kind: string }[]} columns */
  open(columns) {
    this.columns = columns
    this.values = columns.map(() => new Map())
  }

  /** @param {any[][]} rows */
  add(rows) {
    for (const row of rowsTakenApart(this.columns, rows)) {
      const line = this.lineOf(row)
      const known = this.rows.get(line)
      if (known === undefined) this.rows.set(line, { count: 1, seen: 0, left: 0 })
      else known.count += 1
      for (const [column, cell] of row.entries()) if (cell !== null) this.values[column]?.set(compared(cell), 0)
      this.total += 1
      this.bytes += line.length
    }
  }

  /** One further run: what of it was there before. @param {number} run */
  begin(run) {
    for (const known of this.rows.values()) known.left = known.count
    const bit = 2 ** run
    const found = { rows: 0, bytes: 0, beyond: 0 }
    return {
      /** @param {any[][]} rows */
      add: (rows) => {
        for (const row of rowsTakenApart(this.columns, rows)) {
          const line = this.lineOf(row)
          found.rows += 1
          found.bytes += line.length
          const known = this.rows.get(line)
          if (known === undefined) found.beyond += 1
          else { known.seen |= bit; known.left -= 1 }
          for (const [column, cell] of row.entries()) {
            const values = this.values[column]
            const value = cell === null ? null : compared(cell)
            const seen = value === null ? undefined : values?.get(value)
            if (value !== null && seen !== undefined) values?.set(value, seen | bit)
          }
        }
      },
      end: () => ({ rows: found.rows, bytes: found.bytes, same: found.beyond === 0 && [...this.rows.values()].every((known) => known.left === 0) }),
    }
  }

  /** How many different rows, and values of each column, came back in which runs: pairs of run bits and number. */
  patterns() {
    const count = (/** @type {Iterable<number>} */ seen) => {
      /** @type {Map<number, number>} */
      const counts = new Map()
      for (const bits of seen) counts.set(bits, (counts.get(bits) ?? 0) + 1)
      return [...counts].toSorted(([one], [other]) => one - other)
    }
    return { rows: count([...this.rows.values()].map(({ seen }) => seen)), columns: this.values.map((values) => count(values.values())) }
  }

  /** @param {any[]} row */
  lineOf(row) {
    return JSON.stringify(row.map((cell) => (cell === null ? null : compared(cell))))
  }
}

/** @param {string | number | boolean} cell */
function compared(cell) {
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toPrecision(COMPARED_DIGITS) : cell
}

/**
 * Makes the runs one after the other and compares each with the rows of the first result.
 * @param {JobEngine} engine @param {Probing} probing @param {SurvivingRows} first @param {readonly ProbeRun[]} runs @param {() => boolean} interrupted
 */
export async function makeProbeRuns(engine, probing, first, runs, interrupted) {
  const made = []
  for (const [position, run] of runs.entries()) {
    const compare = first.begin(position)
    try {
      const through = run.kind === 'repeat' ? engine.tenant : await prepare(engine, probing, run)
      await runStatement(through, probing.sql, probing.limits, { columns: () => undefined, rows: compare.add })
      made.push({ ...compare.end(), failed: null })
    } catch (error) {
      const code = codeOf(error, interrupted())
      if (code === 'interrupted') throw error
      // That a statement fails where other entities are, is itself something that the report tells.
      made.push({ rows: 0, bytes: 0, same: false, failed: code })
    }
  }
  return { runs: made, ...first.patterns() }
}

/** Puts the tables of a run under their names into its database. @param {JobEngine} engine @param {Probing} probing @param {Exclude<ProbeRun, { kind: 'repeat' }>} run */
async function prepare(engine, probing, run) {
  const database = run.kind === 'half' ? 'probe_half' : 'probe_constant'
  const through = engine.probing.get(database)
  if (through === undefined) throw new Error(`there is no database ${database}`)
  const side = { ...run, kind: probing.links[run.entity]?.kind ?? '' }
  for (const table of probing.tables) {
    const owners = table.owners.find((one) => one.kind === side.kind)
    const query = owners === undefined ? wholeSql(table) : run.kind === 'half' ? halfSql(table, side) : constantSql(table, owners, side)
    await through.run(`CREATE OR REPLACE VIEW main.${quoted(table.table)} AS ${query}`)
  }
  return through
}

/** @param {ProbedTable} table */
const loaded = (table) => `memory.${LOADED}.${quoted(table.table)}`
/** @param {ProbedTable} table */
const wholeSql = (table) => `SELECT ${listOf(table.shown)} FROM ${loaded(table)}`

/** Rows on one side of a bit; rows that name nobody belong to nobody and stay. @param {Side} of @param {string} row */
const onSide = ({ kind, bit, side }, row) => `(${row}${quoted(maskColumn(kind))} IS NULL OR (${row}${quoted(maskColumn(kind))} >> ${bit}) & 1 = ${side})`

/** @param {ProbedTable} table @param {Side} run */
const halfSql = (table, run) => `${wholeSql(table)} WHERE ${onSide(run, '')}`

/**
 * The table with the entities of one side replaced: each of their rows stays a row, under a key that no entity has, with
 * the values of a donor. So every table has as many rows and as many entities as before, and nothing of those who were
 * replaced.
 * @param {ProbedTable} table @param {import('./job-engine.mjs').Owners} owners @param {Side} run
 */
function constantSql(table, owners, run) {
  const kept = { ...run, side: 1 - run.side }
  if (owners.donors === 0 || run.bit !== REPLACED_BIT) throw new Error('nobody is left whose values could be taken')
  const replaced = table.shown.map((name) => {
    const place = owners.key.findIndex((one) => one.toLowerCase() === name.toLowerCase())
    return place < 0 ? `p.${quoted(name)}` : `${strangersKey(`t.${quoted(name)}`, owners.keyTypes[place] ?? '')} AS ${quoted(name)}`
  })
  const strangers = `SELECT ${replaced.length === 0 ? 'NULL AS "-"' : replaced.join(', ')} FROM ${loaded(table)} AS t JOIN memory.${donorsTable(run.kind, table.table)} AS p ON p.__donor = (t.rowid * ${STRIDE}) % ${owners.donors} WHERE NOT ${onSide(kept, 't.')}`
  return `${wholeSql(table)} WHERE ${onSide(kept, '')} UNION ALL ${strangers}`
}

/** A key that nobody has, the same one in every table. @param {string} key @param {string} type */
function strangersKey(key, type) {
  if (type === 'VARCHAR') return `'~' || ${key}`
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DOUBLE|FLOAT|DECIMAL.*)$/.test(type)) return `CAST(-1 - ${key} AS ${type})`
  return `CAST(NULL AS ${type})`
}
