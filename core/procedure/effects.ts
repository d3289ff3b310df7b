import { refuse } from '../decision/refusal.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Basis } from '../pack/basis.ts'
import type { Effect, Procedure } from '../pack/procedure-format.ts'
import type { CaseEvent } from './case-event.ts'
import { officeTitle } from './case-law.ts'
import { branchesOf } from './collection.ts'
import { conditionHolds } from './condition.ts'
import { partyOf, resolve } from './operand.ts'
import type { Scope } from './operand.ts'
import { RefusedByCase } from './refused-by-case.ts'

/** The intended effects of an outcome with their arguments resolved; one for each row where the pack says so. */
export function intendedEffects(effects: readonly Effect[], procedure: Procedure, place: string, basis: Basis, scope: Scope): CaseEvent[] {
  return effects.flatMap((effect, index) => {
    const branches = effect.for_each === undefined ? [scope.branch] : branchesOf(procedure, effect.for_each, scope).map((part) => [...scope.branch, part])
    return branches.flatMap((branch, row): CaseEvent[] => {
      const seen = { ...scope, branch }
      if (!conditionHolds(effect.when, seen)) return []
      const handle = `${place}/${index + 1}${effect.for_each === undefined ? '' : `.${row + 1}`}`
      const args = resolvedArgs(effect, seen)
      if (effect.effect === 'notify') mustReachSomebody(args['to'], effect.basis ?? basis, scope)
      return [{ type: 'effect-intended', handle, effect: effect.effect, args, basis: effect.basis ?? basis }]
    })
  })
}

/** A notice goes to organisations that the case knows; one that reaches nobody would be no notice. */
function mustReachSomebody(to: Json | undefined, basis: Basis, scope: Scope): void {
  const known: Scope = { ...scope, branch: [], task: null }
  for (const office of Array.isArray(to) ? to : [to]) {
    if (typeof office !== 'string' || partyOf(office, known) !== undefined) continue
    const title = officeTitle(scope.law, office)
    throw new RefusedByCase(refuse('notice-must-reach-somebody', basis, `本事项没有确定由哪个单位作为${title}，告知无从送达。`, `请先确定${title}，或者核对所指的记录是否存在。`, { office }))
  }
}

function resolvedArgs(effect: Effect, scope: Scope): JsonObject {
  const args: JsonObject = {}
  for (const [name, operand] of Object.entries(effect.with)) {
    const value: Json | undefined = resolve(operand, scope)
    if (value !== undefined) args[name] = value
  }
  return args
}
