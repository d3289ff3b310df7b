import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { measureAnonymity, recursiveBound } from '#core/protection/anonymity-measures.ts'
import { classesOf } from '#core/protection/equivalence-class.ts'
import type { ClassedTable } from '#core/protection/equivalence-class.ts'
import { orderedDistance } from '#core/protection/sensitive-distance.ts'
import { expectPrinted } from './printed.ts'

/** Values of pyCANON 1.x, tests/test_anonymity.py and tests/test_reports.py at 3561f350 (Apache-2.0); its data are beside us. */
type Pupil = [number, number, number, number, number, number]
const tables = JSON.parse(readFileSync(new URL('data/pycanon-students.json', import.meta.url), 'utf8')) as Record<'raw' | 'k2' | 'k5' | 'k7', Pupil[]> // our own fixture

function pupils(name: 'raw' | 'k2' | 'k5' | 'k7'): ClassedTable {
  const scores = tables[name].map((row) => row[row.length - 1] ?? 0)
  return classesOf(tables[name].map((row) => row.slice(0, -1)), scores, [...new Set(scores)].toSorted((a, b) => a - b))
}

const measuresOf = (name: 'raw' | 'k2' | 'k5' | 'k7') => {
  const table = pupils(name)
  return measureAnonymity(table, orderedDistance(table.overall))
}

describe('pyCANON: the scores as they are', () => {
  const found = measuresOf('raw')
  test.each([
    ['k', '1', found.k],
    ['alpha', '1', found.alpha],
    ['distinct l', '1', found.distinctL],
    ['entropy l, rounded down', '1', Math.floor(found.entropyL)],
    ['basic beta-likeness', '71.0', found.beta],
    ['enhanced beta-likeness', '5.375278407684164', found.enhancedBeta],
    ['delta-disclosure', '4.276666119016055', found.delta],
    ['t-closeness, ordered', '0.4165919952210274', found.t],
  ])('%s is %s', (_name, printed, value) => expectPrinted(value, printed))
})

describe('pyCANON: the scores anonymised with k = 5', () => {
  const found = measuresOf('k5')
  test.each([
    ['k', '5', found.k],
    ['alpha', '0.5', found.alpha],
    ['distinct l', '4', found.distinctL],
    ['entropy l, rounded down', '3', Math.floor(found.entropyL)],
    ['basic beta-likeness', '29.8', found.beta],
    ['enhanced beta-likeness', '5.036952602413629', found.enhancedBeta],
    ['delta-disclosure', '3.4275146899795286', found.delta],
    ['t-closeness, ordered', '0.31023287057769827', found.t],
  ])('%s is %s', (_name, printed, value) => expectPrinted(value, printed))

  test('the bound of recursive (c,4)-diversity follows the definition; pyCANON sorts the other way and prints 1', () => {
    // A class of 6 rows with 4 values of which the most frequent has 3: 3 < c × 1.
    expect(recursiveBound(pupils('k5').classes, found.distinctL)).toBeGreaterThan(1)
  })
})

test.each([['k2', '2'], ['k5', '5'], ['k7', '7']] as const)('pyCANON: the file %s is as anonymous as it is called', (name, printed) => {
  expectPrinted(measuresOf(name).k, printed)
})
