// @ts-check
// What a loaded engine does for one job: its statements, the platform's own, and then the further runs it is told to make.
import { writeFrame } from './child-frames.mjs'
import { codeOf, Refused, runStatement, subjectOf } from './job-engine.mjs'
import { makeProbeRuns, SurvivingRows } from './probe-runs.mjs'

/**
 * @typedef {import('./job-engine.mjs').JobEngine} JobEngine
 * @typedef {import('./loaded-tables.mjs').EntityLinks} EntityLinks
 * @typedef {{ statements: string[], platformStatements: string[], limits: any, probes: { seed: string, plain: string | null, links: EntityLinks[], tables: string[] } | null }} Job `tables`: those that the statement reads
 * @typedef {import('./loaded-tables.mjs').LoadedTable} LoadedTable
 */

/**
 * Serves jobs over what the engine has loaded, one at a time. The further runs come when asked for, as often as the
 * caller has more of them to ask.
 * @param {JobEngine} engine @param {() => object} beside what the end of the statements, of the platform's own and of each round of further runs tells beside itself
 */
export function jobService(engine, beside = () => ({})) {
  let interrupted = false
  /** What further runs are compared with, and those made so far; null until a job that is to be run again has been run. */
  /** @type {{ probing: import('./probe-runs.mjs').Probing, first: SurvivingRows, made: import('./probe-runs.mjs').MadeRun[] } | null} */
  let waiting = null
  const isInterrupted = () => interrupted
  return {
    interrupt: () => { interrupted = true; engine.interrupt() },
    isInterrupted,
    begin: () => { interrupted = false; waiting = null },
    /** @param {Job} job @param {readonly LoadedTable[]} tables */
    run: async (job, tables) => {
      const { probes, limits } = job
      const [sql = '', ...others] = job.statements
      if (probes === null) {
        for (const [index, statement] of job.statements.entries()) await answer(engine.tenant, index, statement, limits)
      } else {
        const first = new SurvivingRows()
        waiting = { probing: { sql, plain: probes.plain, links: probes.links, tables: tables.filter(({ table }) => probes.tables.includes(table)), limits }, first, made: [] }
        await writeFrame({ statement: 0, rowCount: await runStatement(engine.tenant, sql, limits, taking(0, first)) })
        for (const [index, statement] of others.entries()) await answer(engine.tenant, 1 + index, statement, limits)
      }
      // The time of the statements ends here; what follows is the platform's own.
      await writeFrame({ stated: true, ...beside() })
      const counted = await answerPlatform(engine, job, isInterrupted)
      return writeFrame(probes === null ? { done: true } : { counted, ...beside() })
    },
    /** @param {readonly import('./probe-runs.mjs').ProbeRun[]} runs */
    probe: async (runs) => {
      if (waiting === null) throw new Refused('worker-misbehaved', '')
      const { probing, first, made } = waiting
      const probed = await makeProbeRuns(engine, probing, first, runs, made, isInterrupted)
      await writeFrame({ probed, ...beside() })
    },
    /** Tells of an error without a value of a row. @param {unknown} error */
    fail: (error) => writeFrame({ failed: codeOf(error, interrupted), subject: subjectOf(error) }),
  }
}

/** The platform's statements; where the job goes on without them, false says that they failed. @param {JobEngine} engine @param {Job} job @param {() => boolean} isInterrupted */
async function answerPlatform(engine, job, isInterrupted) {
  for (const [index, sql] of job.platformStatements.entries()) {
    try {
      await answer(engine.platform, job.statements.length + index, sql, job.limits)
    } catch (error) {
      if (job.probes === null || codeOf(error, isInterrupted()) === 'interrupted') throw error
      return false
    }
  }
  return true
}

/** @param {import('@duckdb/node-api').DuckDBConnection} through @param {number} index @param {string} sql @param {any} limits */
async function answer(through, index, sql, limits) {
  await writeFrame({ statement: index, rowCount: await runStatement(through, sql, limits, taking(index, null)) })
}

/** Hands a statement's columns and rows over, and keeps those that further runs are compared with. @param {number} index @param {SurvivingRows | null} kept @returns {import('./job-engine.mjs').Taker} */
function taking(index, kept) {
  return {
    columns: async (columns) => { kept?.open(columns); await writeFrame({ statement: index, columns }) },
    rows: async (rows) => { kept?.add(rows); await writeRows(index, rows) },
  }
}

/** Bytes of rows in one frame, as far as they can be told before they are written. */
const ROWS_BYTES = 256 * 1024
/** Bytes of the longest row: the parent takes no frame above a megabyte. */
const ROW_BYTES = 900 * 1024

/** Hands rows over in frames that are short to read. @param {number} statement @param {any[][]} rows */
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
