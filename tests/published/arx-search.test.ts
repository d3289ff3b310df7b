import { describe, expect, test } from 'vitest'
import { columnEntropies, withheldEntropies } from '#core/protection/column-entropy.ts'
import { searchGeneralisation } from '#core/protection/generalisation-search.ts'
import type { SearchWish } from '#core/protection/generalisation-search.ts'
import { discernibility } from '#core/protection/information-loss.ts'
import { allTargets, closeness, entropyDiversity, minimumSize, recursiveDiversity } from '#core/protection/privacy-target.ts'
import type { PrivacyTarget } from '#core/protection/privacy-target.ts'
import { equalDistance, hierarchicalDistance } from '#core/protection/sensitive-distance.ts'
import { prosecutorRisk } from '#core/protection/reidentification-risk.ts'
import { adult, hierarchyOf } from './adult.ts'
import { expectPrinted } from './printed.ts'

/**
 * The best generalisations of Adult that ARX prints at aacd487f (Apache-2.0), with their losses, in
 * TestAnonymizationKAnonymity.java, …TCloseness.java and …LDiversity.java.
 * The lattice has 12,960 nodes with nine columns, 4,320 without occupation.
 */
const whole = adult(null).table
const { table, overall } = adult('occupation')
const mostChecks = 20_000

describe('ARX: least entropy for k-anonymity, nine columns', () => {
  const entropy = columnEntropies(whole)
  test.each([
    [100, 0.04, '379417.3460570988', [1, 1, 1, 1, 3, 2, 2, 1, 1]],
    [5, 0, '407289.5388925293', [1, 2, 1, 1, 3, 2, 2, 1, 1]],
    [100, 0, '453196.8932458743', [0, 4, 1, 1, 3, 2, 2, 1, 1]],
  ])('k = %d, at most %d withheld: %s', (k, suppressionLimit, printed, levels) => {
    const found = searchGeneralisation(whole, { target: minimumSize(k), suppressionLimit, loss: entropy, leastLoss: entropy, monotone: true, mostChecks })
    expect(found).toMatchObject({ found: true, levels })
    if (found.found) expectPrinted(found.loss, printed)
    if (found.found && suppressionLimit === 0) expect(prosecutorRisk(found.classes.map(({ size }) => size), 0).highest).toBeLessThanOrEqual(1 / k)
  })
})
const entropy = columnEntropies(table)
const squares: SearchWish['loss'] = (_, classes) => discernibility(classes.map(({ size }) => ({ size, suppressed: false })), table.rows)
const wish = (target: PrivacyTarget, suppressionLimit: number, loss: 'entropy' | 'entropy-withheld' | 'squares'): SearchWish => ({
  target, suppressionLimit, monotone: true, mostChecks,
  loss: loss === 'squares' ? squares : (levels, classes) => entropy(levels) + (loss === 'entropy' ? 0 : withheldEntropies(table, levels, classes)),
  leastLoss: loss === 'squares' ? () => 0 : entropy,
})

describe('ARX: least loss for closeness and diversity, occupation being sensitive', () => {
  const tree = hierarchicalDistance(overall, { groupsOf: hierarchyOf('occupation') })
  test.each<readonly [string, PrivacyTarget, number, 'entropy' | 'entropy-withheld' | 'squares', string, number[]]>([
    ['equal distance', allTargets([closeness(0.2, equalDistance(overall)), minimumSize(5)]), 0, 'squares', '4.56853172E8', [1, 4, 1, 1, 3, 2, 2, 1]],
    ['hierarchical distance', allTargets([closeness(0.2, tree), minimumSize(5)]), 0, 'entropy', '398400.0741806447', [0, 4, 1, 1, 3, 2, 2, 1]],
    ['entropy diversity', entropyDiversity(5), 0, 'entropy-withheld', '324620.5269918692', [1, 1, 1, 1, 3, 2, 2, 1]],
    ['recursive diversity', recursiveDiversity(4, 5), 0, 'entropy', '324620.5269918692', [1, 1, 1, 1, 3, 2, 2, 1]],
  ])('%s', (_name, target, suppressionLimit, loss, printed, levels) => {
    const found = searchGeneralisation(table, wish(target, suppressionLimit, loss))
    expect(found).toMatchObject({ found: true, levels })
    if (found.found) expectPrinted(found.loss, printed)
  })
})

describe('a search that cannot succeed says why', () => {
  test('a target that even the top of the lattice misses', () => {
    expect(searchGeneralisation(table, wish(entropyDiversity(100), 0, 'entropy'))).toMatchObject({ found: false, reason: 'target-out-of-reach' })
  })
  test('more checks than allowed', () => {
    expect(searchGeneralisation(whole, { ...wish(minimumSize(5), 0, 'entropy'), leastLoss: () => 0, loss: () => 0, monotone: false, mostChecks: 3 })).toEqual({ found: false, reason: 'too-many-checks', checks: 3 })
  })
})
