/**
 * Earth mover's distances between the sensitive values of a class and those of the whole table
 * (Li, Li and Venkatasubramanian, "t-Closeness", ICDE 2007, section 3). All lie between 0 and 1.
 */
import type { EquivalenceClass } from './equivalence-class.ts'

/** The distance of one class from the whole table. */
export type SensitiveDistance = (found: EquivalenceClass) => number

/** All values are equally far from each other. @param overall rows of the table with each value, by code */
export function equalDistance(overall: readonly number[]): SensitiveDistance {
  const rows = sumOf(overall)
  return ({ size, codes, counts }) => {
    let moved = 0
    for (let at = 0; at < codes.length; at += 1) moved += Math.max(0, (counts[at] ?? 0) / size - (overall[codes[at] ?? 0] ?? 0) / rows)
    return moved
  }
}

/** Values lie on a line in the order of their codes, neighbours equally far apart. @param overall as above, in that order */
export function orderedDistance(overall: readonly number[]): SensitiveDistance {
  const rows = sumOf(overall)
  const steps = overall.length - 1
  /** Share of the table up to and with each code, and the running sum of those shares: a stretch then costs two look-ups. */
  const upTo = new Float64Array(overall.length)
  const summed = new Float64Array(overall.length + 1)
  for (let code = 0, total = 0; code < overall.length; code += 1) {
    total += overall[code] ?? 0
    upTo[code] = total / rows
    summed[code + 1] = (summed[code] ?? 0) + total / rows
  }
  /** What is carried over the codes from `from` up to before `to`, while the class has gathered the share `own`. */
  const carried = (own: number, from: number, to: number): number => {
    const turn = firstAbove(upTo, own, from, to)
    const area = (a: number, b: number): number => (summed[b] ?? 0) - (summed[a] ?? 0)
    return own * (turn - from) - area(from, turn) + area(turn, to) - own * (to - turn)
  }
  return ({ size, codes, counts }) => {
    if (steps < 1) return 0
    let gathered = 0
    let moved = carried(0, 0, codes[0] ?? 0)
    for (let at = 0; at < codes.length; at += 1) {
      gathered += counts[at] ?? 0
      moved += carried(gathered / size, codes[at] ?? 0, codes[at + 1] ?? overall.length)
    }
    return moved / steps
  }
}

function firstAbove(ascending: Float64Array, bound: number, from: number, to: number): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = Math.trunc((low + high) / HALF)
    if ((ascending[middle] ?? 0) > bound) high = middle
    else low = middle + 1
  }
  return low
}

/** unit: parts; source: a search by halving */
const HALF = 2

/** A tree over the sensitive values: each inner node names the leaves below it; the root holds them all. */
export interface ValueTree {
  /** For each code the names of its groups, from the closest to the root; all of one length. */
  readonly groupsOf: readonly (readonly string[])[]
}

/** Values in the same group are closer than those that meet only higher up the tree. */
export function hierarchicalDistance(overall: readonly number[], tree: ValueTree): SensitiveDistance {
  const rows = sumOf(overall)
  const height = tree.groupsOf[0]?.length ?? 0
  const levels = Array.from({ length: height }, (_, level) => groupCodes(tree, level))
  return ({ size, codes, counts }) => {
    // What each leaf has too much (above 0) or too little of; exact up to the division because it is counted in rows.
    let extras = Float64Array.from(overall, (count) => -count * size)
    for (let at = 0; at < codes.length; at += 1) {
      const code = codes[at] ?? 0
      extras[code] = (extras[code] ?? 0) + (counts[at] ?? 0) * rows
    }
    let moved = 0
    let below: readonly number[] = overall.map((_, code) => code)
    for (const [level, groups] of levels.entries()) {
      const more = new Float64Array(groups.count)
      const less = new Float64Array(groups.count)
      for (const [node, extra] of extras.entries()) {
        const group = groups.ofLeaf[below[node] ?? 0] ?? 0
        if (extra > 0) more[group] = (more[group] ?? 0) + extra
        else less[group] = (less[group] ?? 0) - extra
      }
      for (let group = 0; group < groups.count; group += 1) moved += ((level + 1) / height) * Math.min(more[group] ?? 0, less[group] ?? 0)
      extras = more.map((value, group) => value - (less[group] ?? 0))
      below = groups.firstLeaf
    }
    return moved / (size * rows)
  }
}

interface LevelGroups {
  readonly count: number
  readonly ofLeaf: readonly number[]
  /** A leaf of each group, by which the group is found again one level up. */
  readonly firstLeaf: readonly number[]
}

function groupCodes(tree: ValueTree, level: number): LevelGroups {
  const known = new Map<string, number>()
  const firstLeaf: number[] = []
  const ofLeaf = tree.groupsOf.map((groups, leaf) => {
    // A name means the same group only below the same higher groups.
    const path = JSON.stringify(groups.slice(level))
    const found = known.get(path)
    if (found !== undefined) return found
    known.set(path, firstLeaf.length)
    return firstLeaf.push(leaf) - 1
  })
  return { count: firstLeaf.length, ofLeaf, firstLeaf }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
