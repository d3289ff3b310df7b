import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { columnEntropies, withheldEntropies } from '#core/protection/column-entropy.ts'
import { generalisedClasses, heightsOf } from '#core/protection/coded-table.ts'
import type { JudgedClass } from '#core/protection/generalisation-search.ts'
import { averageClassSize, discernibility, precisionLoss } from '#core/protection/information-loss.ts'
import { allTargets, closeness, minimumSize, recursiveDiversity } from '#core/protection/privacy-target.ts'
import type { PrivacyTarget } from '#core/protection/privacy-target.ts'
import { hierarchicalDistance } from '#core/protection/sensitive-distance.ts'
import { adult, hierarchyOf } from './adult.ts'
import { expectPrinted } from './printed.ts'

type LossName = 'average-class-size' | 'discernibility' | 'non-uniform-entropy' | 'precision'
type LossFile = { groups: { loss: LossName; target: string; values: [number[], string][] }[] }
const { groups } = JSON.parse(readFileSync(new URL('data/arx-losses.json', import.meta.url), 'utf8')) as LossFile // our own fixture

const { table, overall } = adult('occupation')
const heights = heightsOf(table.columns)
const entropies = columnEntropies(table)
const distance = hierarchicalDistance(overall, { groupsOf: hierarchyOf('occupation') })

/** The target as the fixture writes it: "k=5 t=0.2", "c=4 l=5". */
function targetOf(written: string): PrivacyTarget {
  const number = (name: string): number | undefined => {
    const found = new RegExp(`\\b${name}=([\\d.]+)`).exec(written)?.[1]
    return found === undefined ? undefined : Number(found)
  }
  const [k, t, c, l] = [number('k'), number('t'), number('c'), number('l')]
  return allTargets([
    ...(k === undefined ? [] : [minimumSize(k)]),
    ...(t === undefined ? [] : [closeness(t, distance)]),
    ...(c === undefined || l === undefined ? [] : [recursiveDiversity(c, l)]),
  ])
}

const LOSSES: Readonly<Record<LossName, (levels: readonly number[], classes: readonly JudgedClass[]) => number>> = {
  'average-class-size': (_, classes) => averageClassSize(classes, table.rows),
  discernibility: (_, classes) => discernibility(classes, table.rows),
  'non-uniform-entropy': (levels, classes) => entropies(levels) + withheldEntropies(table, levels, classes),
  precision: (levels, classes) => precisionLoss(levels, heights, classes.reduce((sum, { size, suppressed }) => sum + (suppressed ? size : 0), 0), table.rows),
}

describe('ARX: losses of single transformations of Adult', () => {
  test.each(groups.map(({ loss, target, values }) => [loss, target, values] as const))('%s where %s', (loss, target, values) => {
    const holds = targetOf(target)
    for (const [levels, printed] of values) {
      const classes = generalisedClasses(table, levels).map((found): JudgedClass => ({ ...found, suppressed: !holds(found) }))
      expectPrinted(LOSSES[loss](levels, classes), printed)
    }
  })
})
