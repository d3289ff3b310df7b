import { describe, expect, test } from 'vitest'
import { generalisedClasses } from '#core/protection/coded-table.ts'
import { classHistogram, logGammaRatio, pitmanUniqueness, populationUniqueness, zayatzUniqueness } from '#core/protection/population-uniqueness.ts'
import { adult } from './adult.ts'
import { expectPrinted } from './printed.ts'

/**
 * Population uniqueness of Adult that ARX prints in src/test/org/deidentifier/arx/test/TestRiskMetrics.java at aacd487f
 * (Apache-2.0), by the rule of Dankar et al. for samples of 1, 10 and 20 percent.
 */
const { table } = adult(null)
const classes = classHistogram(generalisedClasses(table, table.columns.map(() => 0)).map(({ size }) => size))

describe('ARX: persons unique in the population', () => {
  test('a sample of a fifth: Zayatz', () => {
    const found = populationUniqueness(classes, 0.2)
    expect(found.model).toBe('zayatz')
    expectPrinted(found.share, '0.3577099234829125')
  })

  // ARX takes the difference of two logarithms of the gamma function of about 22,443, of which a double keeps 3.6e-12; so
  // only that many digits of its printed value are the model's. Ours is taken from the ratio and does not lose them.
  const LOST_BY_ARX = 5e-12
  test.each([[0.01, 0.1446083531167384], [0.1, 0.27684993883653597]])('a sample of %d: Pitman', (fraction, printed) => {
    const found = populationUniqueness(classes, fraction)
    expect(found.model).toBe('pitman')
    expect(Math.abs(found.share - printed) / printed).toBeLessThan(LOST_BY_ARX)
  })
})

describe('the models at their edges', () => {
  test('nobody unique in the sample: nobody is estimated to be', () => {
    expect(populationUniqueness(classHistogram([2, 3]), 0.5)).toEqual({ model: 'none', share: 0 })
  })
  test('a sample that is the population is as unique as it is', () => {
    expect(zayatzUniqueness(classHistogram([1, 1, 2, 4]), 1)).toBeCloseTo(2 / 8, 12)
  })
  test('classes for which Pitman has no parameters are left to Zayatz', () => {
    expect(pitmanUniqueness(classHistogram([1, 1]), 0.1)).toBeNull()
    expect(populationUniqueness(classHistogram([1, 1]), 0.1).model).toBe('zayatz')
  })
  test.each([[5, 4, Math.log(4)], [1, 0.5, -0.5 * Math.log(Math.PI)], [101, 100, Math.log(100)], [3177, 3176, Math.log(3176)]])('ln Γ(%d)/Γ(%d)', (x, y, wanted) => {
    expect(logGammaRatio(x, y)).toBeCloseTo(wanted, 13)
  })
})
