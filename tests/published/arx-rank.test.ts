import { describe, expect, test } from 'vitest'
import { heightsOf } from '#core/protection/coded-table.ts'
import { searchGeneralisation } from '#core/protection/generalisation-search.ts'
import { minimumSize } from '#core/protection/privacy-target.ts'
import { prosecutorRisk } from '#core/protection/reidentification-risk.ts'
import { adult } from './adult.ts'
import { expectPrinted } from './printed.ts'

/**
 * Risks of Adult after 2-anonymity that ARX prints in src/test/org/deidentifier/arx/test/TestRiskMetrics.java at aacd487f
 * (Apache-2.0); the transformation is the one of least loss, by ARX's order of ranks: the column that loses most decides, then
 * the next one.
 */
const { table } = adult(null)

/** Mean share of a column's values that a generalised value may stand for, for each level. */
const shares = table.columns.map((column, position) => column.generalised.map((groups) => {
  const leaves = new Map<number, number>()
  for (const group of Array.from(groups)) leaves.set(group, (leaves.get(group) ?? 0) + 1)
  const codes = table.keys[position] ?? new Int32Array()
  return codes.reduce((sum, code, row) => sum + (table.sizes[row] ?? 0) * ((leaves.get(groups[code] ?? 0) ?? 1) - 1), 0) / table.rows / (groups.length - 1)
}))

/** Where each combination of levels stands in the order of ranks. */
function placesByRank(): Map<string, number> {
  const nodes = heightsOf(table.columns).reduce<number[][]>((found, height) => found.flatMap((before) => Array.from({ length: height + 1 }, (_, level) => [...before, level])), [[]])
  const ranked = nodes.map((levels) => ({ levels, ranks: levels.map((level, position) => shares[position]?.[level] ?? 0).toSorted((a, b) => b - a) }))
  ranked.sort((a, b) => a.ranks.map((rank, at) => rank - (b.ranks[at] ?? 0)).find((difference) => difference !== 0) ?? 0)
  const places = new Map<string, number>()
  for (const [at, { levels, ranks }] of ranked.entries()) {
    const before = ranked[at - 1]
    // Equal ranks stand at the same place.
    places.set(levels.join(), before !== undefined && before.ranks.join() === ranks.join() ? (places.get(before.levels.join()) ?? at) : at)
  }
  return places
}

describe('ARX: risks of Adult after 2-anonymity with least loss', () => {
  test('58 classes', () => {
    const places = placesByRank()
    const loss = (levels: readonly number[]): number => places.get(levels.join()) ?? Infinity
    const found = searchGeneralisation(table, { target: minimumSize(2), suppressionLimit: 0, loss, leastLoss: loss, monotone: true, mostChecks: 5_000 })
    expect(found).toMatchObject({ found: true, levels: [0, 4, 1, 2, 1, 2, 2, 1, 0] })
    const risk = prosecutorRisk(found.found ? found.classes.map(({ size }) => size) : [], 0.2)
    expectPrinted(risk.average, '0.001922949406538028')
    expectPrinted(risk.highest, '0.5')
  })
})
