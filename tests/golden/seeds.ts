import { existsSync, readFileSync } from 'node:fs'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { decide } from '#core/procedure/decide.ts'
import type { DecisionInput } from '#core/procedure/decision-input.ts'
import type { Accepted } from '#tests/packs/swap/walker.ts'

/** What one act of a story looked at; the law is added when it is asked again. */
export type Told = { procedure: string; act: string; /** The check that refused it, by its place. */ check?: number; input: Omit<DecisionInput, 'law'> }

/** Acts of stories where made-up contents do not reach: done, and refused by one check. */
export type Seeds = { done: Accepted[]; refused: { act: string; check: number; input: Told['input'] }[] }

export const NO_SEEDS: Seeds = { done: [], refused: [] }
export const seedFile = (pack: string): string => `tests/golden/seeds/${pack}.json`

/** The kept acts of a pack by procedure; one that the law no longer accepts is left out, and what it reached is missed then. */
export function seedsOf(law: CaseLaw): ReadonlyMap<string, Seeds> {
  const path = seedFile(law.ref.id)
  const told = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Told[]) : [] // our own file, written by take-seeds.ts
  return sorted(law, told)
}

export function sorted(law: CaseLaw, told: readonly Told[]): ReadonlyMap<string, Seeds> {
  const found = new Map<string, Seeds>()
  for (const { procedure, act, check, input } of told) {
    const own = found.get(procedure) ?? { done: [], refused: [] }
    found.set(procedure, own)
    if (check !== undefined) own.refused.push({ act, check, input })
    else {
      const decision = decide({ ...input, law })
      const [step = '', outcome = ''] = act.split('.')
      if (decision.accepted) own.done.push({ step, outcome: act === 'open' ? 'open' : outcome, input: input as DecisionInput, decision }) // its law is given when it is asked
    }
  }
  return found
}
