import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { measureAnonymity } from '#core/protection/anonymity-measures.ts'
import { classesOf } from '#core/protection/equivalence-class.ts'
import type { KeyCell } from '#core/protection/equivalence-class.ts'
import { prosecutorRisk } from '#core/protection/reidentification-risk.ts'
import { equalDistance, orderedDistance } from '#core/protection/sensitive-distance.ts'
import { measureBehindWalls, MeasureFailed, weighBehindWalls } from './measure-behind-walls.ts'
import type { TableMeasures } from './measure-table.ts'

let folder = ''
let path = ''
let rows: KeyCell[][] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-measure-'))
  path = join(folder, 'table.parquet')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  // Two columns to be measured: few values, and more than are counted side by side; both with missing values.
  await connection.run(`CREATE TABLE t AS SELECT (hash(i) % 7)::INTEGER AS a, CASE WHEN hash(2 * i) % 5 = 0 THEN NULL ELSE 'b' || (hash(3 * i) % 6)::VARCHAR END AS b,
    CASE WHEN hash(4 * i) % 9 = 0 THEN NULL ELSE (hash(5 * i) % 5)::INTEGER END AS few, (hash(6 * i) % 60)::INTEGER AS many FROM range(3000) AS r(i)`)
  rows = (await connection.runAndReadAll('SELECT a, b, few, many FROM t')).getRows() as KeyCell[][] // whole numbers and texts, by the statement above
  await connection.run(`COPY t TO '${path}' (FORMAT parquet)`)
})
afterAll(() => rm(folder, { recursive: true }))

const LIMITS = { seconds: 120, threads: 1, memoryMb: 256 }
const measured = (sensitive: string, distance: 'equal' | 'ordered', limits = LIMITS, file = path): Promise<TableMeasures> =>
  measureBehindWalls([file], { quasiIdentifiers: ['a', 'b'], sensitive, distance, riskThreshold: 0.015 }, limits)

describe('a table measured behind walls', () => {
  test.each([['few', 'equal', 2], ['few', 'ordered', 2], ['many', 'ordered', 3]] as const)('is as anonymous in “%s” as the pure measures say, at %s distances', async (sensitive, distance, at) => {
    const secret = rows.map((row) => row[at] ?? null)
    const order = [...new Set(secret)].toSorted((x, y) => (x === null ? -1 : y === null ? 1 : Number(x) - Number(y)))
    const table = classesOf(rows.map(([a = null, b = null]) => [a, b]), secret, order)
    const wanted = measureAnonymity(table, distance === 'equal' ? equalDistance(table.overall) : orderedDistance(table.overall))
    const found = await measured(sensitive, distance)
    for (const [name, value] of Object.entries(wanted)) expect(found.anonymity[name as keyof typeof wanted], name).toBeCloseTo(value, 12) // keys of that very object
    const risk = prosecutorRisk(table.classes.map(({ size }) => size), 0.015)
    expect(found.risk).toEqual(risk)
  })

  test('that is not there is a failure and not an answer; nor is a limit that runs out', async () => {
    await expect(measured('few', 'equal', LIMITS, join(folder, 'none.parquet'))).rejects.toThrow(MeasureFailed)
    await expect(measured('nothing', 'equal')).rejects.toThrow(MeasureFailed)
    await expect(measured('few', 'equal', { ...LIMITS, seconds: 0 })).rejects.toThrow('SIGKILL')
  })

  test('is weighed against rules: figures before and after, and a generalisation that reaches the wish', async () => {
    const quasiIdentifiers = [{ name: 'a', type: 'integer' }, { name: 'b', type: 'text' }] as const
    const found = await weighBehindWalls(path, { quasiIdentifiers, sensitive: 'few', rules: [{ column: 'b', method: 'remove' }], wish: { k: 60, l: null, t: null, suppression: 0 } }, LIMITS)
    const sizes = (of: (row: KeyCell[]) => KeyCell[]): number[] => classesOf(rows.map(of), null).classes.map(({ size }) => size)
    expect([found.rows, found.before.anonymity.k, found.after.anonymity.k]).toEqual([3000, Math.min(...sizes(([x = null, y = null]) => [x, y])), Math.min(...sizes(([x = null]) => [x]))])
    expect(found.losses.map(({ column, share }) => [column, share > 0.99])).toEqual([['a', false], ['b', true]])
    expect(found.suggestion.found && found.suggestion.steps.map(({ column }) => column)).toEqual(['a', 'b'])
  })
})
