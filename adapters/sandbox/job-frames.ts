import { createHash, type Hash } from 'node:crypto'
import { z } from 'zod'
import type { ProbeOutcome } from '#core/disclosure-control/probe-plan.ts'
import { cellKindOf, isCellOf, type ResultColumn, type Row, type TypedResult } from '#core/disclosure-control/typed-result.ts'
import { namedFailure, type JobFailureCode } from '#adapters/sandbox/job-failures.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'

/** A typed result with the digest that evidence and re-runs compare. */
export interface DigestedResult extends TypedResult {
  /** SHA-256 over the columns and the rows, one JSON line each, in hex. */
  readonly digest: string
}

export type JobNews =
  | { readonly kind: 'going-on' }
  /** The statements have answered; what follows are the platform's own. */
  | { readonly kind: 'stated' }
  /** The platform's statements have answered or have failed; the child of a job that is run again waits to be told which runs to make. */
  | { readonly kind: 'counted'; readonly results: readonly DigestedResult[]; readonly platformFailed: boolean }
  /** All runs made so far; the child waits for more of them. */
  | { readonly kind: 'probed'; readonly probes: ProbeOutcome }
  | { readonly kind: 'done'; readonly results: readonly DigestedResult[] }
  | { readonly kind: 'failed'; readonly code: JobFailureCode | 'interrupted'; readonly subject: string }

interface Growing {
  readonly columns: readonly ResultColumn[]
  readonly rows: Row[]
  readonly hash: Hash
  bytes: number
  complete: boolean
}

const MISBEHAVED: JobNews = { kind: 'failed', code: 'worker-misbehaved', subject: '' }
const GOING_ON: JobNews = { kind: 'going-on' }

/** How many answers a job has, and whether it is run again after them. */
export interface JobShape {
  readonly statements: number
  readonly platformStatements: number
  readonly probed: boolean
}

/**
 * Takes a job child's frames one by one. A tenant who had taken over the child could send anything, so each column, cell,
 * count and order is checked again here, and the limits are enforced again on what truly arrived.
 */
export function jobFrameReader(shape: JobShape, limits: JobLimits): (frame: unknown) => JobNews {
  const results: Growing[] = []
  const whole = shape.statements + shape.platformStatements
  let counted = false
  return (frame) => {
    if (typeof frame !== 'object' || frame === null) return MISBEHAVED
    if ('failed' in frame) return readFailure(frame)
    if ('stated' in frame) return results.length === shape.statements && results.every((result) => result.complete) ? { kind: 'stated' } : MISBEHAVED
    if ('counted' in frame) {
      const platformFailed = frame.counted !== true
      const kept = platformFailed ? results.slice(0, shape.statements) : results
      if (!shape.probed || counted || kept.length !== (platformFailed ? shape.statements : whole) || !kept.every((result) => result.complete)) return MISBEHAVED
      counted = true
      return { kind: 'counted', results: kept.map(finish), platformFailed }
    }
    if ('probed' in frame) {
      const probes = counted ? readProbes(frame.probed) : null
      return probes === null ? MISBEHAVED : { kind: 'probed', probes }
    }
    if (counted) return MISBEHAVED
    if ('done' in frame) {
      const complete = !shape.probed && results.length === whole && results.every((result) => result.complete)
      return complete ? { kind: 'done', results: results.map(finish) } : MISBEHAVED
    }
    if ('columns' in frame) return openResult(frame.columns, results, whole)
    const current = results.at(-1)
    if (current === undefined || current.complete) return MISBEHAVED
    if ('rows' in frame) return addRows(frame.rows, current, limits)
    if (!('rowCount' in frame) || frame.rowCount !== current.rows.length) return MISBEHAVED
    current.complete = true
    return GOING_ON
  }
}

const count = z.int().nonnegative()
const patterns = z.array(z.tuple([count, count]))
const probesSchema = z.strictObject({
  runs: z.array(z.strictObject({ rows: count, bytes: count, same: z.boolean(), failed: z.string().max(100).nullable() })),
  rows: patterns,
  columns: z.array(patterns),
})

function readProbes(value: unknown): ProbeOutcome | null {
  const read = probesSchema.safeParse(value)
  return read.success ? read.data : null
}

function readFailure(frame: object): JobNews {
  const code = 'failed' in frame ? frame.failed : ''
  const subject = 'subject' in frame && typeof frame.subject === 'string' ? frame.subject : ''
  if (code === 'interrupted') return { kind: 'failed', code, subject: '' }
  return { kind: 'failed', code: namedFailure(code) ?? 'worker-misbehaved', subject }
}

function openResult(columns: unknown, results: Growing[], statements: number): JobNews {
  const previous = results.at(-1)
  if (!Array.isArray(columns) || columns.length === 0 || results.length >= statements || previous?.complete === false) return MISBEHAVED
  const read: ResultColumn[] = []
  for (const column of columns as readonly unknown[]) { // an array of anything: each entry is tested below
    if (typeof column !== 'object' || column === null || !('name' in column) || !('type' in column) || !('kind' in column)) return MISBEHAVED
    const kind = cellKindOf(column.kind)
    if (kind === null || typeof column.name !== 'string' || typeof column.type !== 'string') return MISBEHAVED
    read.push({ name: column.name, type: column.type, kind })
  }
  const hash = createHash('sha256').update(`${JSON.stringify(read)}\n`)
  results.push({ columns: read, rows: [], hash, bytes: 0, complete: false })
  return GOING_ON
}

function addRows(rows: unknown, current: Growing, limits: JobLimits): JobNews {
  // A frame that brings nothing costs time to read and could be sent without end.
  if (!Array.isArray(rows) || rows.length === 0) return MISBEHAVED
  if (current.rows.length + rows.length > limits.maxRows) return { kind: 'failed', code: 'result-too-large', subject: `上限 ${limits.maxRows} 行` }
  for (const row of rows as readonly unknown[]) { // an array of anything: each row and cell is tested here
    if (!Array.isArray(row) || row.length !== current.columns.length) return MISBEHAVED
    if (!current.columns.every((column, position) => isCellOf(column.kind, row[position]))) return MISBEHAVED
    const long = row.findIndex((cell) => typeof cell === 'string' && Buffer.byteLength(cell) > limits.maxCellBytes)
    if (long >= 0) return { kind: 'failed', code: 'result-cell-too-large', subject: current.columns[long]?.name ?? '' }
    current.rows.push(row as Row) // every cell has just been tested
  }
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  current.bytes += Buffer.byteLength(lines)
  current.hash.update(lines)
  if (current.bytes > limits.maxBytes) return { kind: 'failed', code: 'result-too-large', subject: `上限 ${limits.maxBytes} 字节` }
  return GOING_ON
}

function finish(result: Growing): DigestedResult {
  return { columns: result.columns, rows: result.rows, digest: result.hash.digest('hex') }
}
