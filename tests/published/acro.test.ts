import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { classesOf } from '#core/protection/equivalence-class.ts'
import { expectPrinted } from './printed.ts'

/**
 * Values that ACRO prints in test/test_tables.py and test/test_tables_syntheticdata.py at fe729ae8 (MIT), under its
 * defaults: at least 10 rows in a cell, the two largest below 90 % of a total.
 */
const file = JSON.parse(readFileSync(new URL('data/acro-charities.json', import.meta.url), 'utf8')) as { rows: [number, string, number | null][] } // our own fixture
const THRESHOLD = 10
const TWO_LARGEST = 0.9

describe('ACRO: charities by year and type of grant', () => {
  const cells = new Map<string, number[]>()
  for (const [year, type, grants] of file.rows) {
    const cell = cells.get(`${year} ${type}`) ?? []
    cells.set(`${year} ${type}`, cell)
    if (grants !== null) cell.push(grants)
  }
  const { classes } = classesOf(file.rows.map(([year, type]) => [year, type]), null)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const ofType = (type: string): number[] => file.rows.flatMap(([, own, grants]) => (own === type && grants !== null ? [grants] : []))

  test.each([
    ['cells below the threshold', '6', classes.filter(({ size }) => size < THRESHOLD).length],
    ['rows in those cells', '48', classes.filter(({ size }) => size < THRESHOLD).reduce((sum, { size }) => sum + size, 0)],
    ['rows of the first year', '153', file.rows.filter(([year]) => year === 2010).length],
    ['all rows', '918', file.rows.length],
    // Single precision there, whose last digit goes in steps of four at this size.
    ['sum over the types of the mean grant', '36293992.0', Math.fround(['G', 'N', 'R', 'R/G'].reduce((sum, type) => sum + mean(ofType(type)), 0))],
    ['cells that the two largest dominate', '1', [...cells.values()].filter((values) => dominated(values)).length],
  ])('%s: %s', (_name, printed, value) => expectPrinted(value, printed))
})

function dominated(values: readonly number[]): boolean {
  const [first = 0, second = 0] = values.toSorted((a, b) => b - a)
  return first + second > TWO_LARGEST * values.reduce((sum, value) => sum + value, 0)
}

describe('ACRO: made tables with cells of 5 and 11 rows', () => {
  const labels = ['A', 'B', 'C']
  const rows = labels.flatMap((a) => labels.flatMap((b) => labels.flatMap((c) => labels.flatMap((d) => Array.from({ length: a === 'C' && c === 'C' && d === 'C' ? 5 : 11 }, () => [a, b, c, d])))))
  test.each([
    ['one dimension', [0], rows.filter(([, b, c, d]) => b === 'C' && c === 'C' && d === 'C'), 1],
    ['two dimensions', [0, 1], rows.filter(([, , c, d]) => c === 'C' && d === 'C'), 3],
    ['three dimensions', [0, 1, 2], rows.filter(([, , , d]) => d === 'C'), 3],
    ['four dimensions', [0, 1, 2, 3], rows, 3],
  ])('%s', (_name, columns, kept, unsafe) => {
    const { classes } = classesOf(kept.map((row) => columns.map((column) => row[column] ?? null)), null)
    expect(classes.filter(({ size }) => size < THRESHOLD)).toHaveLength(unsafe)
  })
})
