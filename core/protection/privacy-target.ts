/** What a class must fulfil so that its rows may be kept; a class that does not is withheld. */
import type { EquivalenceClass } from './equivalence-class.ts'
import { recursiveBound } from './anonymity-measures.ts'
import type { SensitiveDistance } from './sensitive-distance.ts'

export type PrivacyTarget = (found: EquivalenceClass) => boolean

/** At least k rows in the class. */
export function minimumSize(k: number): PrivacyTarget {
  return ({ size }) => size >= k
}

/** At least l different sensitive values. */
export function distinctDiversity(l: number): PrivacyTarget {
  return ({ codes }) => codes.length >= l
}

/** The entropy of the sensitive values is at least that of l equally frequent ones. */
export function entropyDiversity(l: number): PrivacyTarget {
  return ({ size, counts }) => {
    let weighted = 0
    for (let at = 0; at < counts.length; at += 1) weighted += (counts[at] ?? 0) * Math.log(counts[at] ?? 1)
    return Math.log(size) - weighted / size >= Math.log(l)
  }
}

/** The most frequent value occurs less than c times as often as the l-th and all rarer ones together. */
export function recursiveDiversity(c: number, l: number): PrivacyTarget {
  return (found) => found.codes.length >= l && recursiveBound([found], l) < c
}

/** The sensitive values of the class are no further from those of the table than t. */
export function closeness(t: number, distance: SensitiveDistance): PrivacyTarget {
  return (found) => distance(found) <= t
}

/** No value's share in the class grows by more than β times its share in the table. @param overall rows with each value, by code */
export function likeness(beta: number, overall: readonly number[], kind: 'basic' | 'enhanced'): PrivacyTarget {
  const rows = overall.reduce((sum, count) => sum + count, 0)
  return ({ size, codes, counts }) => {
    for (let at = 0; at < codes.length; at += 1) {
      const usual = (overall[codes[at] ?? 0] ?? 0) / rows
      const bound = kind === 'basic' ? beta : Math.min(beta, -Math.log(usual))
      if (((counts[at] ?? 0) / size - usual) / usual > bound) return false
    }
    return true
  }
}

/** All of them. */
export function allTargets(targets: readonly PrivacyTarget[]): PrivacyTarget {
  return (found) => targets.every((holds) => holds(found))
}
