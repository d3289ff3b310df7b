// @ts-check
// Further runs of a job's statement over the tables that lie loaded: on the same input, on random halves of the entities,
// and with half of the entities replaced so that every count stays what it was. Only counts of rows come out of here.
import { codeOf, runStatement } from './job-engine.mjs'
import { constantDatabase, HALF_DATABASE, showHalf } from './loaded-tables.mjs'
import { rowsTakenApart } from './nested-values.mjs'

/**
 * @typedef {import('./job-engine.mjs').JobEngine} JobEngine
 * @typedef {import('./loaded-tables.mjs').EntityLinks} EntityLinks
 * @typedef {import('./loaded-tables.mjs').LoadedTable} LoadedTable
 * @typedef {{ kind: 'repeat' } | { kind: 'constant-number' | 'half', entity: number, bit: number, side: number }} ProbeRun
 * @typedef {{ sql: string, plain: string | null, links: EntityLinks[], tables: LoadedTable[], limits: import('./job-engine.mjs').RowLimits }} Probing `plain`: the form in which the statement was judged, where that is another
 * @typedef {{ rows: number, bytes: number, same: boolean, failed: string | null }} MadeRun
 */

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

  /** One further run: what of it was there before. @param {number} run @param {boolean} exact whether it must give the same rows, so that those which do not fit are kept */
  begin(run, exact) {
    for (const known of this.rows.values()) known.left = known.count
    const bit = 2 ** run
    const found = { rows: 0, bytes: 0 }
    /** @type {any[][]} */
    const beyond = []
    return {
      /** @param {any[][]} rows */
      add: (rows) => {
        for (const row of rowsTakenApart(this.columns, rows)) {
          const line = this.lineOf(row)
          found.rows += 1
          found.bytes += line.length
          const known = this.rows.get(line)
          if (known !== undefined) { known.seen |= bit; known.left -= 1 }
          if (exact && (known === undefined || known.left < 0)) beyond.push(row)
          for (const [column, cell] of row.entries()) {
            const values = this.values[column]
            const value = cell === null ? null : compared(cell)
            const seen = value === null ? undefined : values?.get(value)
            if (value !== null && seen !== undefined) values?.set(value, seen | bit)
          }
        }
      },
      end: () => ({ rows: found.rows, bytes: found.bytes, same: exact && this.fits(beyond) }),
    }
  }

  /**
   * Whether the rows of a run that were not there before are those that are missing, but for numbers of doubles: their
   * sums in several threads differ in the last digits, and a difference near nought has few others.
   * @param {any[][]} beyond
   */
  fits(beyond) {
    const missing = [...this.rows].flatMap(([line, { left }]) => Array.from({ length: Math.max(0, left) }, () => JSON.parse(line)))
    if (missing.length !== beyond.length) return false
    const doubles = this.columns.flatMap(({ kind }, place) => (kind === 'double' ? [place] : []))
    const inOrder = (/** @type {any[][]} */ rows) => rows.map((row) => ({
      exact: JSON.stringify(row.map((cell, place) => (doubles.includes(place) && cell !== null ? 0 : cell === null ? null : compared(cell)))),
      numbers: doubles.map((place) => Number(row[place])),
    })).toSorted((one, other) => (one.exact === other.exact ? differenceOf(one.numbers, other.numbers) : one.exact < other.exact ? -1 : 1))
    const [here, there] = [inOrder(missing), inOrder(beyond)]
    return here.every(({ exact, numbers }, at) => exact === there[at]?.exact && numbers.every((number, place) => isNear(number, there[at]?.numbers[place] ?? Number.NaN)))
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

/** unit: share; source: a thousand times the error that sums of a million doubles gather */
const NEAR = 1e-9
/** unit: that of shares, correlations and logarithms; source: the digits compared of what such numbers are computed from, however near to nought they are themselves */
const ROUNDED = 10 ** -COMPARED_DIGITS

/** Whether two numbers are one, as far as sums of doubles can tell. @param {number} one @param {number} other */
function isNear(one, other) {
  return Object.is(one, other) || Math.abs(one - other) <= Math.max(ROUNDED, NEAR * Math.max(Math.abs(one), Math.abs(other)))
}

/** @param {number[]} one @param {number[]} other */
function differenceOf(one, other) {
  const place = one.findIndex((number, at) => !isNear(number, other[at] ?? Number.NaN))
  return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0)
}

/** @param {string | number | boolean} cell */
function compared(cell) {
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toPrecision(COMPARED_DIGITS) : cell
}

/**
 * Makes runs one after the other and compares each with the rows of the first result. Each costs one preparation and one
 * execution: over all rows for the repeat and for the constant-number run (half of them joined to donors), over half of
 * them for a half. The repeat runs the form in which the statement was judged, so that what was judged is seen to be what
 * leaves. It prepares the statement anew: a prepared one that joins by inequality ends the engine when it is run twice.
 * @param {JobEngine} engine @param {Probing} probing @param {SurvivingRows} first @param {readonly ProbeRun[]} runs @param {MadeRun[]} made those made before; the new ones are added @param {() => boolean} interrupted
 */
export async function makeProbeRuns(engine, probing, first, runs, made, interrupted) {
  for (const run of runs) {
    const compare = first.begin(made.length, run.kind === 'repeat')
    try {
      await runOnce(engine, probing, run, { columns: () => undefined, rows: compare.add })
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

/** @param {JobEngine} engine @param {Probing} probing @param {ProbeRun} run @param {import('./job-engine.mjs').Taker} to */
async function runOnce(engine, probing, run, to) {
  if (run.kind === 'repeat') return runStatement(engine.tenant, probing.plain ?? probing.sql, probing.limits, to)
  const kind = probing.links[run.entity]?.kind ?? ''
  if (run.kind === 'half') for (const table of probing.tables) await showHalf(engine, table, { ...run, kind })
  return runStatement(await engine.probing(run.kind === 'half' ? HALF_DATABASE : constantDatabase(kind)), probing.sql, probing.limits, to)
}
