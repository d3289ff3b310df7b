import { describe, expect, test } from 'vitest'
import { z } from 'zod'

interface Surviving {
  open(columns: readonly { name: string; type: string; kind: string }[]): void
  add(rows: readonly (readonly unknown[])[]): void
  begin(run: number, exact: boolean): { add(rows: readonly (readonly unknown[])[]): void; end(): { same: boolean } }
}
/** The worker's own module is plain JavaScript. */
const worker: unknown = await import(new URL('./probe-runs.mjs', import.meta.url).href)
const { SurvivingRows } = z.object({ SurvivingRows: z.custom<new () => Surviving>((one) => typeof one === 'function') }).parse(worker)

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
    expect(same([['a', '1', Number.NaN]], [['a', '1', 1]])).toBe(false)
    expect(same([['a', '1', null]], [['a', '1', 0]])).toBe(false)
  })
  test('anything else may not', () => {
    expect(same([row], [['软件服务', '13', row[2]]])).toBe(false)
    expect(same([row], [['软件业', '12', row[2]]])).toBe(false)
  })
})
