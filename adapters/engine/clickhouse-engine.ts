import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { canonicalResult } from '#core/engine/canonical-result.ts'
import { quotedName } from '#core/engine/spelled.ts'
import { CLICKHOUSE_SETTINGS, clickHouseTable } from '#core/engine/translate-statement.ts'
import type { Engine, EngineInput, EngineOutcome, EngineRequest } from '#adapters/engine/engine.ts'
import { jobFailure, type JobFailureCode } from '#adapters/sandbox/job-failures.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'

export interface ClickHouseDoor {
  /** Of the HTTP interface, for example https://clickhouse.internal:8443. */
  readonly url: string
  /** May create and drop databases whose names begin with `gongshu_job_`, and nothing else. */
  readonly user: string
  readonly password: string
}

const BYTES_PER_MB = 1024 * 1024
/** Between the engine's own limit and the end of our patience. */
const GRACE_MS = 2000
/** Error numbers of ClickHouse (src/Common/ErrorCodes.cpp) that say what a limit says. */
const FAILURES: Readonly<Record<string, JobFailureCode>> = { 159: 'job-timeout', 160: 'job-timeout', 241: 'job-out-of-memory', 396: 'result-too-large', 394: 'job-cancelled', 307: 'result-too-large' }

/** What holds for one statement, as settings of that request: it reads only, and ends at the job's limits. */
export function clickHouseLimits(limits: JobLimits): Readonly<Record<string, string>> {
  return {
    readonly: '1', max_execution_time: String(limits.seconds), timeout_overflow_mode: 'throw', max_memory_usage: String(limits.memoryMb * BYTES_PER_MB),
    max_threads: String(limits.threads), max_result_rows: String(limits.maxRows), max_result_bytes: String(limits.maxBytes * BYTES_OF_MEMORY_PER_BYTE), result_overflow_mode: 'throw',
    // Nothing half: the answer comes when it is whole, and a statement whose asker is gone is ended.
    wait_end_of_query: '1', cancel_http_readonly_queries_on_client_close: '1', max_temporary_data_on_disk_size_for_query: '0',
  }
}
/** The engine counts a result's bytes as they lie in memory; what is written out is held to the limit itself, below. */
const BYTES_OF_MEMORY_PER_BYTE = 4

/**
 * The scale-out engine over its HTTP interface. Each run loads its inputs into a database of its own, which goes with it.
 * Where it runs is the site's to isolate: it is a server of the same zone, without a way out.
 */
export function clickHouseEngine(door: ClickHouseDoor): Engine {
  return { name: 'clickhouse', run: (request) => runInDatabase(door, request) }
}

async function runInDatabase(door: ClickHouseDoor, request: EngineRequest): Promise<EngineOutcome> {
  const started = performance.now()
  const elapsed = (): number => Math.round(performance.now() - started)
  const database = `gongshu_job_${randomUUID().replaceAll('-', '')}`
  const patience = AbortSignal.timeout(request.limits.seconds * 1000 + GRACE_MS)
  const signal = request.signal === undefined ? patience : AbortSignal.any([request.signal, patience])
  const failed = (code: JobFailureCode, subject = ''): EngineOutcome => jobFailure(request.signal?.aborted === true ? 'job-cancelled' : patience.aborted ? 'job-timeout' : code, elapsed(), subject)
  try {
    await ask(door, { query: `CREATE DATABASE ${database}` }, null, signal)
    for (const input of request.inputs) await load(door, database, input, signal)
    const version = (await lines(await ask(door, { query: 'SELECT version() FORMAT TabSeparated' }, null, signal), signal)).text.trim()
    const settings = { ...CLICKHOUSE_SETTINGS, ...clickHouseLimits(request.limits), database, query_id: randomUUID() }
    const answer = await ask(door, settings, `${request.statement.sql.clickhouse} FORMAT JSONCompactEachRow`, signal)
    const read = await lines(answer, signal, request.limits)
    if (read.beyond) return failed('result-too-large', `上限 ${request.limits.maxRows} 行、${request.limits.maxBytes} 字节`)
    const rows = read.text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown) // checked by canonicalResult
    const result = rows.every((row) => Array.isArray(row)) ? canonicalResult(request.statement, rows) : null
    if (result === null || result.rows.length > request.limits.maxRows) return failed('worker-misbehaved')
    const long = result.columns.find((_, at) => result.rows.some((row) => typeof row[at] === 'string' && Buffer.byteLength(row[at]) > request.limits.maxCellBytes))
    if (long !== undefined) return failed('result-cell-too-large', long.name)
    return { ok: true, result, engineVersion: `ClickHouse ${version}`, elapsedMs: elapsed() }
  } catch (error) {
    if (error instanceof EngineRefused) return failed(FAILURES[error.number] ?? 'job-failed', `ClickHouse ${error.number}`)
    if (error instanceof SyntaxError) return failed('worker-misbehaved')
    if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError' || error instanceof TypeError)) return failed('worker-crashed')
    throw error
  } finally {
    await drop(door, database)
  }
}

/** The database goes whatever came of the run; one that cannot be dropped now is named for the operator. */
async function drop(door: ClickHouseDoor, database: string): Promise<void> {
  try {
    await ask(door, { query: `DROP DATABASE IF EXISTS ${database} SYNC` }, null, AbortSignal.timeout(DROP_MS))
  } catch (error) {
    process.emitWarning(`the database ${database} of an ended job could not be dropped: ${error instanceof Error ? error.name : 'unknown'}`, 'GongshuEngine')
  }
}
/** A server that has not answered by then is away. */
const DROP_MS = 10_000

async function load(door: ClickHouseDoor, database: string, input: EngineInput, signal: AbortSignal): Promise<void> {
  await ask(door, { database, query: clickHouseTable({ name: input.table, columns: input.columns }) }, null, signal)
  const query = `INSERT INTO ${quotedName(input.table).clickhouse} FORMAT Parquet`
  // A day beyond what the engine can hold must end the job, and not become another day.
  await ask(door, { database, query, date_time_overflow_behavior: 'throw', input_format_parquet_case_insensitive_column_matching: '0' }, createReadStream(input.parquetPath), signal)
}

/** ClickHouse's number for what went wrong; its text is not kept, because it quotes values. */
class EngineRefused extends Error {
  readonly number: string
  constructor(number: string) {
    super(`ClickHouse ${number}`)
    this.number = number
  }
}

async function ask(door: ClickHouseDoor, parameters: Readonly<Record<string, string>>, body: string | Readable | null, signal: AbortSignal): Promise<Response> {
  const url = new URL(door.url)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const stream = body instanceof Readable ? { body: Readable.toWeb(body) as ReadableStream, duplex: 'half' } : { body: body ?? '' } // the same streams under two names
  const response = await fetch(url, { method: 'POST', headers: { 'X-ClickHouse-User': door.user, 'X-ClickHouse-Key': door.password }, signal, ...stream })
  if (response.ok && response.headers.get('X-ClickHouse-Exception-Code') === null) return response
  await response.body?.cancel()
  throw new EngineRefused(response.headers.get('X-ClickHouse-Exception-Code') ?? String(response.status))
}

/** The whole answer, or as much of it as the limits allow. */
async function lines(response: Response, signal: AbortSignal, limits?: JobLimits): Promise<{ readonly text: string; readonly beyond: boolean }> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    signal.throwIfAborted()
    bytes += part.length
    if (limits !== undefined && bytes > limits.maxBytes) return { text: '', beyond: true }
    parts.push(part)
  }
  return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)), beyond: false }
}
