import { describe, expect, test } from 'vitest'
import { classesOf } from '#core/protection/equivalence-class.ts'
import { individualRisk, rowFrequencies } from '#core/protection/individual-risk.ts'
import type { RiskMethod, SampleKey } from '#core/protection/individual-risk.ts'
import { expectPrinted } from './printed.ts'

/**
 * Values that sdcMicro 5.8 prints in tests/testthat/test_freqCalc.R, test_indivRisk.R, test_ldiversity.R and
 * test_calcRisks.R at cf325101; the small tables are given there, too. Numbers only; sdcMicro itself is GPL-2.
 */
const weights = [18, 45.5, 39, 17, 92, 8, 123.5, 51]
const columns = (...list: readonly (readonly (number | null)[])[]): SampleKey[] => (list[0] ?? []).map((_, row) => list.map((column) => column[row] ?? null))

const whole = columns([2, 3, 2, 2, 3, 3, 1, 2], [3, 3, 3, 3, 3, 3, 4, 3], [1, 3, 1, 2, 1, 1, 1, 1])
const twoMissing = columns([2, 3, 2, 2, 3, 3, 1, 2], [3, 3, 3, 3, 3, 3, 4, 3], [1, 3, null, 2, 1, 1, null, 1])
const threeMissing = columns([2, 3, 2, 2, 3, 3, 1, null], [3, 3, 3, 3, 3, 3, 4, 3], [1, 3, null, 2, 1, 1, null, 1])
const muchMissing = columns([2, 3, null, 2, 3, 3, 1, 2], [3, 3, null, 3, 3, 3, 4, 3], [null, null, null, null, null, null, null, null])
const oneColumn = columns([2, 3, null, 2, 1, null, 1, 2])
const wide = columns([2, 3, null], [2, 3, 3], [1, null, 3], [3, null, 3], [3, 2, 2], [3, null, null], [1, 2, null], [null, 4, 4])

describe('sdcMicro: rows and persons that share the quasi-identifiers', () => {
  test.each([
    ['a table without missing values', whole, weights, [3, 1, 3, 1, 2, 2, 1, 3], [108, 45.5, 108, 17, 100, 100, 123.5, 108], 3, 2],
    ['two missing values', twoMissing, weights, [3, 1, 4, 2, 2, 2, 1, 3], [108, 45.5, 125, 56, 100, 100, 123.5, 108], 2, 3],
    ['a column and a row missing', muchMissing, weights, [4, 4, 8, 4, 4, 4, 2, 4], [125, 184.5, 394, 125, 184.5, 184.5, 162.5, 125], 0, 1],
    ['one column with missing values', oneColumn, weights, [5, 3, 8, 5, 4, 8, 4, 5], [133, 92.5, 394, 133, 262.5, 394, 262.5, 133], 0, 0],
    ['more columns than rows', wide, [18, 45.5, 122], [1, 2, 2], [18, 167.5, 167.5], 1, 2],
  ])('%s', (_name, keys, weight, inSample, inPopulation, ones, twos) => {
    const found = rowFrequencies(keys, weight)
    expect(found.map((row) => row.inSample)).toEqual(inSample)
    expect(found.map((row) => row.inPopulation)).toEqual(inPopulation)
    expect(found.filter((row) => row.inSample === 1)).toHaveLength(ones)
    expect(found.filter((row) => row.inSample === 2)).toHaveLength(twos)
  })

  test('a table that is the population counts its own rows', () => {
    expect(rowFrequencies(whole, whole.map(() => 1)).map((row) => row.inPopulation)).toEqual([3, 1, 3, 1, 2, 2, 1, 3])
    expect(rowFrequencies(twoMissing, twoMissing.map(() => 1)).map((row) => row.inPopulation)).toEqual([3, 1, 4, 2, 2, 2, 1, 3])
  })
})

describe('sdcMicro: the risk of each row', () => {
  const cases: readonly (readonly [string, readonly SampleKey[], readonly number[], RiskMethod, readonly string[]])[] = [
    ['approximate', whole, weights, 'approximate', ['0.01369863', '0.08579129', '0.01369863', '0.17707583', '0.01877883', '0.01877883', '0.03931625', '0.01369863']],
    ['exact', whole, weights, 'series', ['0.01355297', '0.08579129', '0.01355297', '0.17707583', '0.01877883', '0.01877883', '0.03931625', '0.01355297']],
    ['approximate, with missing values', threeMissing, weights, 'approximate', ['0.013698630', '0.085791288', '0.010554090', '0.032466112', '0.009836066', '0.009836066', '0.039316254', '0.005973716']],
    ['where the table is the population', whole, whole.map(() => 1), 'series', ['0.33333', '1.00000', '0.33333', '1.00000', '0.50000', '0.50000', '1.00000', '0.33333']],
    ['where it is and values are missing', threeMissing, whole.map(() => 1), 'series', ['0.33333', '1.00000', '0.25000', '0.50000', '0.33333', '0.33333', '1.00000', '0.20000']],
  ]
  test.each(cases)('%s', (_name, keys, weight, method, printed) => {
    for (const [row, frequency] of rowFrequencies(keys, weight).entries()) expectPrinted(individualRisk(frequency, method), printed[row] ?? '')
  })

  test('exact, with missing values, doubled by the quality factor of 2', () => {
    const printed = ['0.02710594', '0.17158258', '0.02100978', '0.06493222', '0.01951378', '0.01951378', '0.07863251', '0.01192510']
    for (const [row, frequency] of rowFrequencies(threeMissing, weights).entries()) expectPrinted(2 * individualRisk(frequency, 'series'), printed[row] ?? '')
  })

  test('the table of Capobianchi, Polettini and Lucarelli', () => {
    // Frequencies and risks as sdcMicro prints them for its data set francdat.
    const rows = [2, 2, 2, 1, 1, 1, 1, 2].map((inSample, row) => ({ inSample, inPopulation: [110, 84.5, 84.5, 17, 541, 8, 5, 110][row] ?? 0 }))
    const printed = ['0.01714', '0.02204', '0.02204', '0.17708', '0.01165', '0.29706', '0.40236', '0.01714']
    for (const [row, frequency] of rows.entries()) expectPrinted(individualRisk(frequency, 'approximate'), printed[row] ?? '')
  })
})

describe('sdcMicro: diversity and the sum of risks', () => {
  const sex = ['female', 'female', 'female', 'male', 'male', 'female', 'female']
  const occupation = [null, null, null, 'teacher', 'teacher', 'nurse', 'nurse']

  test('different sensitive values of each class', () => {
    const { classes } = classesOf(sex.map((value, row) => [value, occupation[row] ?? null, row < 5 ? 'other' : 'majority']), [1, 0, 2, 1, 0, 0, 1])
    expect(classes.map(({ codes }) => codes.length)).toEqual([3, 2, 2])
  })

  test('two sensitive columns of one class', () => {
    expect(classesOf([[1], [1], [1]], ['A', 'B', 'A']).classes[0]?.codes).toHaveLength(2)
    expect(classesOf([[1], [1], [1]], ['X', 'Y', 'Z']).classes[0]?.codes).toHaveLength(3)
  })

  test.each([
    ['ten rows', [2, 1, 2, 1, 1, 2, 1, 2, 1, 1], '8', '80'],
    ['four rows with missing values', [2, 2, 4, 2], '1.75', '43.75'],
  ])('expected re-identifications of %s', (_name, frequencies, expected, percent) => {
    const sum = frequencies.reduce((total, inSample) => total + individualRisk({ inSample, inPopulation: inSample }, 'approximate'), 0)
    expectPrinted(sum, expected)
    expectPrinted((100 * sum) / frequencies.length, percent)
  })
})
