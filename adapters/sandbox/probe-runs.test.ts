import { describe, expect, test } from 'vitest'
import { z } from 'zod'

interface Surviving {
  open(columns: readonly { name: string; type: string; kind: string }[]): void
  add(rows: readonly (readonly unknown[])[]): void
  begin(run: number, exact: boolean): { add(rows: readonly (readonly unknown[])[]): void; end(): { same: boolean } }
}
interface Engine {
  readonly tenant: { run(sql: string): Promise<unknown> }
  close(): void
}
type RunOnce = (through: unknown, sql: string, limits: object, to: { columns(columns: never[]): void; rows(rows: (readonly unknown[])[]): void }) => Promise<number>
type Repeat = (engine: Engine, probing: object, first: Surviving, runs: readonly object[], made: object[], interrupted: () => boolean) => Promise<unknown>
const aFunction = <F>() => z.custom<F>((one) => typeof one === 'function')
/** The worker's own modules are plain JavaScript. */
const load = async (file: string): Promise<unknown> => import(new URL(file, import.meta.url).href)
const { SurvivingRows, makeProbeRuns } = z.object({ SurvivingRows: aFunction<new () => Surviving>(), makeProbeRuns: aFunction<Repeat>() }).parse(await load('./probe-runs.mjs'))
const { openJobEngine, runStatement } = z.object({ openJobEngine: aFunction<() => Promise<Engine>>(), runStatement: aFunction<RunOnce>() }).parse(await load('./job-engine.mjs'))

/** Whether a second run gives the first one's rows. */
function same(first: readonly (readonly unknown[])[], second: readonly (readonly unknown[])[]): boolean {
  const rows = new SurvivingRows()
  rows.open([{ name: 'industry', type: 'VARCHAR', kind: 'text' }, { name: 'n', type: 'BIGINT', kind: 'long' }, { name: 'slope', type: 'DOUBLE', kind: 'double' }])
  rows.add(first)
  const run = rows.begin(0, true)
  run.add(second)
  return run.end().same
}

describe('a statement run twice gives the same rows', () => {
  const row = ['软件服务', '12', -0.01034662551565]
  test('in whatever order, each as often', () => {
    expect(same([row, ['零售', '3', 1.5]], [['零售', '3', 1.5], row])).toBe(true)
    expect(same([row, row], [row])).toBe(false)
    expect(same([row], [row, row])).toBe(false)
  })
  test('doubles may differ in their last digits, wherever the digits are cut', () => {
    expect(same([row], [['软件服务', '12', -0.010346625515649998]])).toBe(true)
    expect(same([['软件服务', '12', 5]], [['软件服务', '12', 4.999999999999999]])).toBe(true)
    expect(same([['a', '1', 1], ['a', '1', 2]], [['a', '1', 2.0000000001], ['a', '1', 1]])).toBe(true)
    expect(same([row], [['软件服务', '12', -0.0103466258]])).toBe(false)
    // A slope near nought has the rounding of what it is computed from.
    expect(same([['a', '1', -2.34e-7]], [['a', '1', -2.34000002e-7]])).toBe(true)
    expect(same([['a', '1', 1e-17]], [['a', '1', -3e-15]])).toBe(true)
    expect(same([['a', '1', -2.34e-7]], [['a', '1', -2.3402e-7]])).toBe(false)
    expect(same([['a', '1', Number.NaN]], [['a', '1', 1]])).toBe(false)
    expect(same([['a', '1', null]], [['a', '1', 0]])).toBe(false)
  })
  test('anything else may not', () => {
    expect(same([row], [['软件服务', '13', row[2]]])).toBe(false)
    expect(same([row], [['软件业', '12', row[2]]])).toBe(false)
  })
})

test('a statement that joins by inequality can be repeated: prepared once and run twice it would end the engine', async () => {
  const engine = await openJobEngine()
  await engine.tenant.run("CREATE TABLE visits AS SELECT i AS person, DATE '2024-01-01' + (i % 366)::INTEGER AS day FROM range(3000) t(i)")
  const sql = "WITH m AS (SELECT DISTINCT date_trunc('month', day) AS mo FROM visits) SELECT m.mo::DATE AS mo, count(DISTINCT v.person) AS n FROM m JOIN visits v ON v.day < m.mo + INTERVAL 1 MONTH AND v.day >= m.mo - INTERVAL 2 MONTH GROUP BY m.mo"
  const limits = { maxRows: 100, maxCellBytes: 100 }
  const first = new SurvivingRows()
  await runStatement(engine.tenant, sql, limits, { columns: (columns) => first.open(columns), rows: (rows) => first.add(rows) })
  const made: object[] = []
  await makeProbeRuns(engine, { sql, plain: null, links: [], tables: [], limits }, first, [{ kind: 'repeat' }, { kind: 'repeat' }], made, () => false)
  expect(made).toMatchObject([{ rows: 12, same: true, failed: null }, { rows: 12, same: true, failed: null }])
  engine.close()
})
