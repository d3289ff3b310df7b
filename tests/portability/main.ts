/**
 * The portable profile on both engines: every statement of statements.sql as it stands and in both spellings, value by value.
 *
 *   npm run engines                         with chdb installed in this project: npm install --no-save chdb@3.4.0
 *   npm run engines -- --chdb /some/folder  with chdb installed there
 *   npm run engines -- --seed 7             over other rows
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clickHouseEngine } from '#adapters/engine/clickhouse-engine.ts'
import { prepareStatement, type EngineInput } from '#adapters/engine/engine.ts'
import { DEFAULT_JOB_LIMITS, type JobLimits } from '#adapters/sandbox/limits.ts'
import { openParseGate } from '#adapters/sandbox/parse.ts'
import { CHDB, findChdb, openDoor } from './clickhouse-door.ts'
import { readStatements } from './corpus.ts'
import { askReference, differenceOf, openReference } from './reference.ts'
import { SEED, TABLES } from './tables.ts'

const PARSE_MS = 60_000
const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const { values } = parseArgs({ options: { chdb: { type: 'string', default: process.cwd() }, only: { type: 'string' }, seed: { type: 'string', default: String(SEED) } } })
const chdb = findChdb(values.chdb)
if (chdb === null) {
  print(`SKIPPED: the scale-out engine is not here, so nothing was compared. It weighs 566 MB and is never installed with the project.`)
  print(`  npm install --no-save ${CHDB}    and then again: npm run engines`)
  process.exit(0)
}

const folder = await mkdtemp(join(tmpdir(), 'gongshu-engines-'))
const reference = await openReference(Number(values.seed))
const gate = openParseGate(PARSE_MS)
const door = await openDoor(chdb.open)
const scaleOut = clickHouseEngine({ url: door.url, user: 'default', password: '' })
let differ = 0
let equal = 0
try {
  print(`tables from seed ${values.seed}; engines: DuckDB ${String((await reference.runAndReadAll('SELECT version()')).getRowsJson()[0]?.[0])} and ${CHDB}`)
  const inputs: EngineInput[] = []
  for (const table of TABLES) {
    const parquetPath = join(folder, `${table.name}.parquet`)
    await reference.run(`COPY ${table.name} TO '${parquetPath}' (FORMAT parquet)`)
    inputs.push({ table: table.name, parquetPath, columns: table.columns })
  }
  for (const sql of readStatements().filter((statement) => values.only === undefined || statement.includes(values.only))) {
    const wrong = await compareOne(sql, inputs)
    if (wrong === null) equal += 1
    else {
      differ += 1
      print(`DIFFERENT: ${sql}\n  ${wrong}`)
    }
  }
  differ += await checkLimits(inputs)
  print(`${equal} statements equal in every value as they stand, respelled on the reference engine and on the scale-out engine; ${differ} different`)
} finally {
  await gate.close()
  await door.close()
  await rm(folder, { recursive: true, force: true })
}
process.exit(differ === 0 ? 0 : 1)

async function compareOne(sql: string, inputs: readonly EngineInput[]): Promise<string | null> {
  const parsed = await gate.parse(sql)
  if (!parsed.ok) return `not parsed: ${parsed.message}`
  const translation = prepareStatement(parsed.tree, TABLES)
  if (!translation.portable) return `refused: ${translation.refusal.code} ${translation.refusal.message}`
  const { statement } = translation
  const ordered = /\border by\b[^()]*$/i.test(sql)
  try {
    const asWritten = await askReference(reference, sql, statement)
    const respelled = differenceOf(asWritten, await askReference(reference, statement.sql.duckdb, statement), ordered)
    if (respelled !== null) return `respelled on the reference engine: ${respelled}\n  ${statement.sql.duckdb}`
    const answer = await scaleOut.run({ statement, inputs: inputs.filter(({ table }) => statement.sql.duckdb.includes(table)), limits: { ...DEFAULT_JOB_LIMITS, maxCellBytes: 100_000 } })
    if (!answer.ok) return `on the scale-out engine: ${answer.code} ${answer.message}\n  ${statement.sql.clickhouse}`
    const difference = differenceOf(asWritten, answer.result, ordered)
    return difference === null ? null : `on the scale-out engine: ${difference}\n  ${statement.sql.clickhouse}`
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n  ${statement.sql.duckdb}`
  }
}

/** The limits of a job, as the scale-out engine keeps them. @returns how many it did not keep */
async function checkLimits(inputs: readonly EngineInput[]): Promise<number> {
  const endless = 'select count(*) as n from visit a cross join visit b cross join visit c where a.cost + b.cost + c.cost < 0'
  const large = "select count(distinct a.cost * 1000000 + b.cost * 1000 + c.cost) as n from visit a cross join visit b cross join visit c"
  const cases: readonly (readonly [expected: string, sql: string, limits: Partial<JobLimits>])[] = [
    ['job-timeout', endless, { seconds: 1 }],
    ['job-out-of-memory', large, { memoryMb: 64 }],
    ['result-too-large', 'select id from person order by id', { maxRows: 10 }],
    ['result-cell-too-large', "select lpad('x', 100, 'y') as a from person order by id", { maxCellBytes: 50 }],
    ['job-failed', 'select sqrt(id - 50) as a from person order by id', {}],
    ['job-failed', 'select id * 9000000000000000000 as a from person order by id', {}],
  ]
  let broken = 0
  for (const [expected, sql, limits] of cases) {
    const parsed = await gate.parse(sql)
    const translation = parsed.ok ? prepareStatement(parsed.tree, TABLES) : null
    if (translation?.portable !== true) throw new Error(`not portable: ${sql}`)
    const answer = await scaleOut.run({ statement: translation.statement, inputs, limits: { ...DEFAULT_JOB_LIMITS, ...limits } })
    const ended = answer.ok ? 'succeeded' : answer.code
    if (ended !== expected) {
      broken += 1
      print(`LIMIT NOT KEPT: ${sql} ended as ${ended}, not ${expected}`)
    }
  }
  print(`${cases.length - broken} of ${cases.length} limits and errors end a statement under their name on the scale-out engine`)
  return broken
}
