import { describe, expect, test } from 'vitest'
import { columnEntropies } from '#core/protection/column-entropy.ts'
import { distinctRows, generalisedClasses } from '#core/protection/coded-table.ts'
import type { CodedColumn } from '#core/protection/coded-table.ts'
import { classesOf } from '#core/protection/equivalence-class.ts'
import { searchGeneralisation } from '#core/protection/generalisation-search.ts'
import { minimumSize } from '#core/protection/privacy-target.ts'
import { distinguishingPower, prosecutorRisk, sampledRisk } from '#core/protection/reidentification-risk.ts'
import { adult } from './adult.ts'
import { expectPrinted } from './printed.ts'

/**
 * Values that ARX prints in src/test/org/deidentifier/arx/test at aacd487f (Apache-2.0): TestRiskMetrics.java,
 * TestRiskQuasiIdentifiers.java, TestDataStatistics.java with the seven rows of DataProvider.java.
 */
const THRESHOLD = 0.2

describe('ARX: risks of Adult with nine quasi-identifiers', () => {
  const { table } = adult(null)
  const sizes = generalisedClasses(table, table.columns.map(() => 0)).map(({ size }) => size)
  const risk = prosecutorRisk(sizes, THRESHOLD)
  const whole = sampledRisk(sizes.map((size) => ({ inTable: size, inPopulation: size })))
  test.each([
    ['average risk', '0.6465751607983555', risk.average],
    ['highest risk', '1.0', risk.highest],
    ['share of unique rows', '0.5142895033485844', risk.uniqueness],
    ['classes', '19502', risk.classes],
    ['share of rows at a risk above 0.2', '0.7781314236456468', risk.atRisk],
    ['the journalist finds as many where the table is the population', '1.0', whole.highest],
    ['so does the marketer', '0.6465751607983555', whole.average],
  ])('%s is %s', (_name, printed, value) => expectPrinted(value, printed))
})

const seven = [['34', 'male', '81667'], ['45', 'female', '81675'], ['66', 'male', '81925'], ['70', 'female', '81931'], ['34', 'female', '81931'], ['70', 'male', '81931'], ['45', 'male', '81931']]

function coded(column: number, hierarchy: readonly (readonly string[])[]): CodedColumn {
  const levels = hierarchy[0] ?? []
  return {
    name: String(column),
    codes: seven.map((row) => hierarchy.findIndex(([value]) => value === row[column])),
    generalised: levels.map((_, level) => {
      const names = [...new Set(hierarchy.map((line) => line[level]))]
      return hierarchy.map((line) => names.indexOf(line[level]))
    }),
  }
}

describe('ARX: seven rows, before and after a search for 2-anonymity', () => {
  const zips = ['81667', '81675', '81925', '81931'].map((zip) => [zip, ...[4, 3, 2, 1, 0].map((kept) => zip.slice(0, kept).padEnd(5, '*'))])
  const table = distinctRows(seven.length, [
    coded(0, [['34', '<50', '*'], ['45', '<50', '*'], ['66', '>=50', '*'], ['70', '>=50', '*']]),
    coded(1, [['male', '*'], ['female', '*']]),
    coded(2, zips),
  ], null)
  const entropy = columnEntropies(table)
  const found = searchGeneralisation(table, { target: minimumSize(2), suppressionLimit: 0, loss: entropy, leastLoss: entropy, monotone: true, mostChecks: 36 })

  test('before, each row is alone', () => {
    const risk = prosecutorRisk(generalisedClasses(table, [0, 0, 0]).map(({ size }) => size), THRESHOLD)
    expectPrinted(risk.average, '1.0')
    expectPrinted(risk.highest, '1.0')
  })
  test('after, ages are in two halves, sex is gone and two digits of the zip code are hidden', () => {
    expect(found).toMatchObject({ found: true, levels: [1, 1, 2] })
    const risk = prosecutorRisk(found.found ? found.classes.map(({ size }) => size) : [], THRESHOLD)
    expectPrinted(risk.average, '0.42857142857142855')
    expectPrinted(risk.highest, '0.5')
  })
  test('shares of the classes', () => {
    const shares = found.found ? found.classes.map(({ size }) => size / seven.length).toSorted((a, b) => a - b) : []
    for (const [at, printed] of ['0.2857142857142857', '0.2857142857142857', '0.42857142857142855'].entries()) expectPrinted(shares[at] ?? 0, printed)
  })
})

describe('ARX: how well columns tell five rows apart', () => {
  const rows = [['20', 'Female', 'CA'], ['30', 'Female', 'CA'], ['40', 'Female', 'TX'], ['20', 'Male', 'NY'], ['40', 'Male', 'CA']]
  test.each([
    [[1], '0.4', '0.6'], [[2], '0.6', '0.7'], [[0], '0.6', '0.8'], [[1, 2], '0.8', '0.9'], [[0, 1], '1.0', '1.0'], [[0, 2], '1.0', '1.0'], [[0, 1, 2], '1.0', '1.0'],
  ])('columns %j: distinction %s, separation %s', (columns, distinction, separation) => {
    const { classes } = classesOf(rows.map((row) => columns.map((column) => row[column] ?? null)), null)
    const power = distinguishingPower(classes.map(({ size }) => size))
    expectPrinted(power.distinction, distinction)
    expectPrinted(power.separation, separation)
  })
})
